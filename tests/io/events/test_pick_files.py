from pathlib import Path

import numpy as np
import pytest

from napari_geofm.errors import FormatError, SourceError, UsageError
from napari_geofm.io.events.pick_files import read_picks
from napari_geofm.io.opening import open_survey
from tests.fibre import recording

SURVEY = recording(np.zeros((10, 500)), spacing=5.0)


def picks(text: str, tmp_path: Path, name: str = "p.csv") -> np.ndarray:
    (tmp_path / name).write_text(text)
    (found,) = read_picks(tmp_path / name, SURVEY)
    return found.onset_s


@pytest.mark.parametrize(
    "text",
    [
        "channel,sample\n2,100\n3,110\n",
        "2,100\n3,110\n",
        "Channel;Time_s\n2;1.0\n3;1.1\n",
        "distance_m,onset_ms\n10,1000\n15,1100\n",
        "\ufefftrace\tt\n2\t1.0\n3\t1.1\n",
        "channel,utc\n2,2024-03-05T06:07:09Z\n3,2024-03-05T06:07:09.1Z\n",
        "channel,date,time\n2,2024-03-05,06:07:09\n3,2024-03-05,06:07:09.1\n",
        "channel,Date,time_utc\n2,2024/03/05,6:07:09Z\n3,20240305,06:07:09.100\n",
        "channel;time\n2;06:07:09\n3;06:07:09.1\n",
        "channel,time\n2,2024-03-05T06:07:09\n3,2024-03-05 06:07:09.1\n",
        "channel,date\n2,2024-03-05T06:07:09\n3,2024-03-05T06:07:09.1\n",
        "channel,date,time_s\n2,2024-03-05,1.0\n3,2024-03-05,1.1\n",
    ],
)
def test_columns_are_known_by_their_names(text: str, tmp_path: Path) -> None:
    onset = picks(text, tmp_path)
    np.testing.assert_allclose(onset[2:4], [1.0, 1.1])
    assert np.isnan(np.delete(onset, [2, 3])).all()


def test_picks_between_channels_give_both_and_gaps_stay(tmp_path: Path) -> None:
    onset = picks("channel,p_sample\n0.5,100\n1.5,120\n6.5,300\n", tmp_path)
    np.testing.assert_allclose(onset[[0, 1, 2, 6, 7]], [1.0, 1.1, 1.2, 3.0, 3.0])
    assert np.isnan(onset[[3, 4, 5, 8, 9]]).all()


def test_classes_and_events_are_apart_and_errors_are_read(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("event,phase,channel,time,error\n1,P,0,1,0.1\n1,S,0,2,0.2\n2,P,0,3,0.3\n")
    found = read_picks(tmp_path / "p.csv", SURVEY)
    assert [(each.name, each.onset_s[0], each.error_s[0]) for each in found] == [
        ("P", 1.0, 0.1),
        ("S", 2.0, 0.2),
        ("P", 3.0, 0.3),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no picks"),
        ("a,b\n1,2\n", "channel or distance"),
        ("channel,sample\n900,3\n", "none of them within"),
        ("channel,utc\n1,yesterday\n", "is no time"),
        ("channel,date,time\n1,05.03.2024,06:07:09\n", "'05.03.2024T06:07:09' is no time; write 2024-03-05T06"),
        ("channel,date,time\n1,2024-03-06,06:07:09\n", "none of them within"),
        ("\x00\x01\x02", "p.csv"),
    ],
)
def test_other_files_are_refused_in_one_line(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(text)
    with pytest.raises(FormatError, match=said):
        read_picks(tmp_path / "p.csv", SURVEY)


def test_bad_xml_missing_files_and_other_surveys_are_refused(tmp_path: Path) -> None:
    (tmp_path / "p.xml").write_text("<q:quakeml>")
    with pytest.raises(FormatError, match="no XML"):
        read_picks(tmp_path / "p.xml", SURVEY)
    (tmp_path / "d.xml").write_text('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(FormatError, match="document type"):
        read_picks(tmp_path / "d.xml", SURVEY)
    with pytest.raises(SourceError, match="check the path"):
        read_picks(tmp_path / "none.csv", SURVEY)
    undated = recording(np.zeros((10, 500)), start="")
    (tmp_path / "u.csv").write_text("channel,utc\n2,2024-03-05T06:07:09Z\n")
    with pytest.raises(FormatError, match="no date"):
        read_picks(tmp_path / "u.csv", undated)
    image = type(SURVEY)("image", SURVEY.data, Path("a.tif"), "0")
    with pytest.raises(UsageError, match="DAS"):
        read_picks(tmp_path / "u.csv", image)


def test_a_time_of_the_day_in_recordings_over_midnight_and_of_days(tmp_path: Path) -> None:
    # 30 hours, a sample a minute.
    night = recording(np.zeros((4, 60 * 12)), rate=1 / 60, start="2024-03-05T20:00:00Z")
    (tmp_path / "p.csv").write_text("channel,time\n1,23:00:00\n2,01:00:00\n")
    (found,) = read_picks(tmp_path / "p.csv", night)
    np.testing.assert_allclose(found.onset_s[1:3], [3 * 3600.0, 5 * 3600.0])
    days = recording(np.zeros((4, 60 * 30)), rate=1 / 60, start="2024-03-05T20:00:00Z")
    with pytest.raises(FormatError, match=r"p\.csv: Time 23:00:00: .* on 2 days; give the date as well, as in 2024-03"):
        read_picks(tmp_path / "p.csv", days)
    (tmp_path / "d.csv").write_text("channel,date,time\n1,2024-03-06,23:00:00\n")
    (found,) = read_picks(tmp_path / "d.csv", days)
    assert found.onset_s[1] == 27 * 3600.0


def test_the_picks_of_a_real_event(shared_data: Path) -> None:
    folder = shared_data / "das" / "mine_event"
    survey = open_survey(folder / "deformation_rate_event_1.hdf5")
    (found,) = read_picks(folder / "picks_deformation_rate_event_1.csv", survey)
    assert found.name == "P"
    assert np.isfinite(found.onset_s).all()
    assert found.onset_s[0] == pytest.approx(388 / 2000, abs=2e-3)
