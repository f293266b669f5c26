import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.progress import run_to_end
from napari_geofm.io.events.pick_files import read_picks
from napari_geofm.io.events.tables import write_events, write_onsets
from tests.fibre import coarse, recording, wave

TRUTH = 300 + 1.5 * np.arange(40.0)
LENGTH = 900


def events_of(**more: object) -> EventList:
    mask = coarse(TRUTH, LENGTH)
    mask[7] = 0
    source = EventSource(mask, ClassTable.named(["noise", "P wave"]))
    return run_to_end(find_events(source, recording(wave(TRUTH, LENGTH), **more)))  # type: ignore[arg-type]


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_line_per_event_with_units_in_the_columns_names(tmp_path: Path) -> None:
    write_events(events_of(), tmp_path / "e.csv")
    (line,) = lines(tmp_path / "e.csv")
    assert line["class"] == "P wave"
    assert (line["first_channel"], line["last_channel"], line["channels"]) == ("0", "39", "39")
    assert line["last_distance_m"] == "390.000"
    assert float(line["apparent_velocity_m_per_s"]) == pytest.approx(10 / 0.015, rel=0.1)
    assert line["start_utc"].startswith("2024-03-05T06:07:1")
    assert (line["apex_channel"], line["speed_km_per_h"], line["confidence"], line["cut_by"]) == ("", "", "", "")


def test_numbered_channels_without_date_leave_blanks_and_other_units(tmp_path: Path) -> None:
    write_events(events_of(numbered=True, start=""), tmp_path / "e.csv")
    (line,) = lines(tmp_path / "e.csv")
    assert line["first_channel"] == "1000"
    assert line["start_utc"] == ""
    assert "first_distance_m" not in line
    assert float(line["apparent_velocity_channels_per_s"]) == pytest.approx(1 / 0.015, rel=0.1)


def test_a_vehicle_has_its_speed_in_km_per_h(tmp_path: Path) -> None:
    events = events_of()
    vehicle = replace(events.events[0], vehicle=True)
    write_events(events.with_events((vehicle,)), tmp_path / "e.csv")
    (line,) = lines(tmp_path / "e.csv")
    assert float(line["speed_km_per_h"]) == pytest.approx(3.6 * vehicle.moveout.main.velocity, abs=0.1)


@pytest.mark.parametrize("more", [{}, {"numbered": True}, {"start": ""}])
def test_onsets_come_back_as_picks(more: dict[str, object], tmp_path: Path) -> None:
    events = events_of(**more)
    write_onsets(events, tmp_path / "o.csv")
    survey = recording(wave(TRUTH, LENGTH), **more)  # type: ignore[arg-type]
    (picks,) = read_picks(tmp_path / "o.csv", survey)
    (event,) = events.events
    assert picks.name == "P wave"
    np.testing.assert_allclose(picks.onset_s, event.onset_s, atol=2e-6)
    np.testing.assert_allclose(picks.error_s, event.error_s, atol=1e-6)
    assert np.flatnonzero(np.isnan(picks.onset_s)).tolist() == [7]


def test_no_event_is_a_table_without_lines(tmp_path: Path) -> None:
    write_events(events_of().with_events(()), tmp_path / "e.csv")
    assert lines(tmp_path / "e.csv") == []
