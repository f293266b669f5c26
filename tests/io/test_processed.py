from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.das.bad_channels import BadChannels
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing
from napari_geofm.core.region import At, Region
from napari_geofm.core.survey import Survey
from napari_geofm.errors import UsageError
from napari_geofm.io.file_options import options_from_json, segy_of, with_chain
from napari_geofm.io.opening import open_survey, options_of
from napari_geofm.io.processed import processed, unprocessed
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.samples import DasSampleSpec, make_das, write_das

SAMPLE = make_das(DasSampleSpec(channels=40, samples=900, seed=3))
CHAIN = "detrend; bandpass 2-20 Hz; median; scale; root"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    file = tmp_path_factory.mktemp("das") / "fibre.h5"
    write_das(SAMPLE, file)
    return open_survey(file)


def asked(words: str, bad: str = "none") -> Processing:
    return Processing(Chain.parse(words), BadChannels.parse(bad))


def test_a_processed_recording_is_a_survey_like_any_other(recording: Survey) -> None:
    survey = processed(recording, asked(CHAIN))
    assert (survey.kind, survey.dims, survey.shape) == ("das", ("distance", "time"), recording.shape)
    assert survey.path == recording.path
    assert survey.odd == (*recording.odd, "processed: detrend linear; bandpass 2-20 Hz; median; scale robust; root")
    assert (survey.data.attrs["units"], survey.data.attrs["quantity"]) == ("", "scaled")
    assert survey.data.attrs["start_utc"] == recording.data.attrs["start_utc"]
    whole = survey.section(survey.whole())
    assert whole.values.dtype == np.float32
    part = survey.section(At.parse("time=2/3 distance=100:200"))
    seconds, metres = (axis.values.astype(float) for axis in (whole.rows, whole.columns))
    rows = np.flatnonzero((seconds >= 2 - 1e-6) & (seconds < 5 - 1e-6))
    columns = np.flatnonzero((metres >= 100) & (metres <= 200))
    np.testing.assert_allclose(part.values, whole.values[np.ix_(rows, columns)], atol=1e-4)
    # By xarray as well, and backwards and thinned as numpy has it.
    every = whole.values.T
    np.testing.assert_allclose(survey.data[5:9, 100:300:7].values, every[5:9, 100:300:7], atol=1e-4)
    np.testing.assert_allclose(survey.read((3, slice(None, None, -50))), every[3, ::-50], atol=1e-4)
    region = survey.section(survey.whole(), region=Region.parse(["distance=100:150"]))
    assert region.shape == (900, 6)


def test_the_fingerprint_is_that_of_recording_chain_and_channels(recording: Survey) -> None:
    prints = {
        processed(recording, asked(*each)).fingerprint
        for each in ((CHAIN,), ("median",), ("median", "3"), ("median", "4"), ("", "4"))
    }
    assert len(prints | {recording.fingerprint}) == 6
    assert processed(recording, asked("median", "3, 4")).fingerprint == (
        processed(recording, asked("median", "3-4")).fingerprint
    )


def test_nothing_to_do_is_the_recording_itself(recording: Survey) -> None:
    assert processed(recording, Processing()) is recording
    once = processed(recording, asked("median"))
    assert processed(once, Processing()) is recording
    # Processing does not pile up: a chain takes the place of the one before.
    again = processed(once, asked("root"))
    assert unprocessed(again) is recording
    assert again.processed is not None
    assert again.processed.chain.words() == "root"


def test_decimation_and_stack_move_the_grid(recording: Survey) -> None:
    survey = processed(recording, asked("decimate 4; stack 3"))
    assert survey.shape == (13, 225)
    assert survey.axis("time").step == pytest.approx(0.04)
    assert survey.axis("distance").first == 10.0
    assert survey.section(At.parse("time=1/1")).shape == (25, 13)


def test_bad_channels_are_masked_and_told(recording: Survey) -> None:
    survey = processed(recording, asked("", "auto, 7, 20-21"))
    assert survey.processed is not None
    expected = SAMPLE.bad.copy()
    expected[[7, 20, 21]] = True
    found = survey.processed.bad
    assert (found & expected).sum() == expected.sum()
    gone = np.isnan(survey.read((slice(None), slice(None))))
    np.testing.assert_array_equal(gone.all(axis=1), found)
    np.testing.assert_array_equal(gone.any(axis=1), found)
    assert "bad channels masked (" in survey.odd[-1]
    assert "20-21" in survey.odd[-1]
    section = survey.section(survey.whole())
    assert not section.valid[:, 7].any()


def test_bad_channels_are_looked_for_once(recording: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    first = processed(recording, asked("", "auto"))
    looked: list[object] = []
    monkeypatch.setattr("napari_geofm.io.processed.find_bad", lambda parts: looked.append(parts))
    again = processed(recording, asked("median", "auto"))
    assert not looked
    assert first.processed is not None
    assert again.processed is not None
    np.testing.assert_array_equal(first.processed.bad, again.processed.bad)


def test_options_find_their_way_back(recording: Survey) -> None:
    processing = asked(CHAIN, "auto, 3")
    survey = open_survey(recording.path, options=processing)
    assert options_of(survey) == processing
    assert options_of(recording) is None
    assert options_from_json(processing.to_json()) == processing
    assert options_from_json("") is None
    segy = SegyOptions(iline_byte=9)
    assert options_from_json(segy.to_json()) == segy
    wrapped = with_chain(segy, processing.chain)
    assert isinstance(wrapped, Processing)
    assert segy_of(wrapped) == segy
    assert with_chain(segy, Chain()) is segy
    assert with_chain(processing, Chain()) == Processing(bad=processing.bad)
    with pytest.raises(UsageError):
        options_from_json('{"process": 4}')


def test_what_is_no_recording_is_refused(tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(np.zeros((20, 20), np.uint8)).save(tmp_path / "map.png")
    with pytest.raises(UsageError, match=r"map\.png is image: processing is for DAS recordings"):
        open_survey(tmp_path / "map.png", options=asked("median"))


def test_the_mine_event_stands_out_in_the_difference(shared_data: Path) -> None:
    file = shared_data / "das/mine_event/deformation_rate_event_1.hdf5"
    survey = open_survey(file, options=asked("derivative; bandpass 20-400 Hz; median"))
    assert survey.data.attrs["units"] == "1/s"
    values = np.abs(survey.section(survey.whole()).values)
    plain = np.abs(open_survey(file).read((slice(None), slice(None))).T)
    # Energy after the first arrival over that before it, on the channels nearest to the event.
    nearest = slice(140, 170)
    gains = [float(each[180:400, nearest].mean() / each[:140, nearest].mean()) for each in (values, plain)]
    assert gains[0] > 5
    assert gains[0] > 1.5 * gains[1]


def test_a_recording_of_a_year_is_processed_window_by_window() -> None:
    import tracemalloc

    import xarray as xr

    from napari_geofm.core.even_axis import EvenAxis
    from napari_geofm.core.even_coordinate import even_coordinate
    from napari_geofm.io.lazy import lazy_variable

    shape, read = (8, 1_000_000_000), []

    def box(places: tuple[slice, ...]) -> np.ndarray:
        read.append(places[1])
        channels, times = np.arange(places[0].start, places[0].stop), np.arange(places[1].start, places[1].stop)
        return np.sin(0.05 * times[None] + channels[:, None]).astype(np.float32)

    coords = even_coordinate(EvenAxis("time", shape[1], 1e6, per=1e9, units="s"))
    coords = coords.assign(distance=("distance", np.arange(8.0), {"units": "m"}))
    variable = lazy_variable(("distance", "time"), shape, np.dtype(np.float32), box, {"units": "1/s"})
    source = Survey("das", xr.DataArray(variable, coords, name="amplitude"), Path("year.h5"), "year")
    tracemalloc.start()
    survey = processed(source, asked("detrend; bandpass 2-100 Hz; scale; decimate 5; stack 2", "3"))
    assert survey.shape == (4, 200_000_000)
    assert survey.axis("time").step == pytest.approx(0.005)
    window = survey.section(At.parse("time=500000/2"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert window.shape == (400, 4)
    assert np.isfinite(window.values).all()
    assert peak < 500e6
    # What is fitted once is fitted on 16 windows of each channel, the rest is the window and its margins.
    assert sum(part.stop - part.start for part in read) < 40e6
