from pathlib import Path

import numpy as np
import pytest
import segyio

from napari_geofm.errors import OutputError, UsageError
from napari_geofm.samples.seismic import SeismicSample, SeismicSampleSpec, make_seismic, write_labels_npy, write_segy

SPEC = SeismicSampleSpec(seed=5, inlines=4, inline_step=7, crosslines=11, crossline_step=3, samples=48, delay_ms=400.0)


@pytest.fixture(scope="module")
def sample() -> SeismicSample:
    return make_seismic(SPEC)


@pytest.mark.parametrize(("sample_format", "tolerance"), [(1, 1e-6), (3, 2e-5), (5, 0.0)])
def test_opens_with_the_right_numbers_and_amplitudes(
    sample: SeismicSample, tmp_path: Path, sample_format: int, tolerance: float
) -> None:
    path = tmp_path / "a.sgy"
    write_segy(sample, path, sample_format=sample_format)  # type: ignore[arg-type]
    with segyio.open(str(path)) as file:
        np.testing.assert_array_equal(file.ilines, sample.inlines)
        np.testing.assert_array_equal(file.xlines, sample.crosslines)
        np.testing.assert_allclose(file.samples, sample.twt_ms)
        assert int(file.format) == sample_format
        cube = segyio.tools.cube(file).astype(np.float64)
        header = file.header[5]
        assert header[segyio.TraceField.SourceGroupScalar] == -100
        assert header[181] / 100 == pytest.approx(sample.x[0, 5], abs=0.006)
        assert header[185] / 100 == pytest.approx(sample.y[0, 5], abs=0.006)
        assert header[segyio.TraceField.DelayRecordingTime] == 400
        assert segyio.tools.dt(file) == 4000.0
        assert bytes(file.text[0]).decode("ascii").startswith("C 1 SYNTHETIC")
    peak = float(np.abs(sample.amplitude).max())
    if sample_format == 3:
        cube *= peak / 32000.0
    np.testing.assert_allclose(cube, sample.amplitude, atol=tolerance * peak, rtol=0)


def test_crossline_order_holds_the_same_traces(sample: SeismicSample, tmp_path: Path) -> None:
    write_segy(sample, tmp_path / "x.sgy", order="crossline")
    with segyio.open(str(tmp_path / "x.sgy")) as file:
        assert file.sorting == segyio.TraceSortingFormat.CROSSLINE_SORTING
        np.testing.assert_array_equal(file.trace[1], sample.amplitude[1, 0])


def test_missing_traces_are_not_written(sample: SeismicSample, tmp_path: Path) -> None:
    missing = np.zeros(sample.x.shape, np.bool_)
    missing[1, 2:5] = True
    write_segy(sample, tmp_path / "m.sgy", missing=missing)
    with segyio.open(str(tmp_path / "m.sgy"), ignore_geometry=True) as file:
        pairs = set(zip(file.attributes(189)[:], file.attributes(193)[:], strict=True))
        assert file.tracecount == missing.size - 3
    assert (sample.inlines[1], sample.crosslines[2]) not in pairs
    assert (sample.inlines[1], sample.crosslines[5]) in pairs


def test_labels_are_in_survey_order(sample: SeismicSample, tmp_path: Path) -> None:
    for truth in ("facies", "faults", "salt"):
        write_labels_npy(sample, tmp_path / f"{truth}.npy", truth=truth)
        np.testing.assert_array_equal(np.load(tmp_path / f"{truth}.npy"), getattr(sample, truth))


def test_an_output_that_exists_is_kept(sample: SeismicSample, tmp_path: Path) -> None:
    path = tmp_path / "kept.sgy"
    path.write_bytes(b"mine")
    with pytest.raises(OutputError):
        write_segy(sample, path)
    assert path.read_bytes() == b"mine"
    write_segy(sample, path, overwrite=True)
    assert path.stat().st_size == 3600 + 44 * (240 + 48 * 4)
    assert [p.name for p in tmp_path.iterdir()] == ["kept.sgy"]


def test_impossible_files_are_refused(sample: SeismicSample, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        write_segy(sample, tmp_path / "a.sgy", sample_format=7)  # type: ignore[arg-type]
    with pytest.raises(UsageError):
        write_segy(sample, tmp_path / "a.sgy", missing=np.ones(sample.x.shape, np.bool_))
    assert not list(tmp_path.iterdir())
