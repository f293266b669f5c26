from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.errors import OutputError, UsageError
from napari_geofm.io.opening import open_survey
from napari_geofm.samples.relief import ReliefSample, ReliefSampleSpec, make_relief, write_relief

SPEC = ReliefSampleSpec(seed=4, rows=160, columns=200, largest_px=50.0)


@pytest.fixture(scope="module")
def sample() -> ReliefSample:
    return make_relief(SPEC)


def test_same_spec_same_bytes(sample: ReliefSample) -> None:
    again = make_relief(SPEC)
    assert again.image.tobytes() == sample.image.tobytes()
    assert again.craters == sample.craters
    assert make_relief(replace(SPEC, seed=5)).image.tobytes() != sample.image.tobytes()


def test_shapes_types_and_contrast(sample: ReliefSample) -> None:
    assert sample.elevation_m.shape == sample.image.shape == sample.mask.shape == (160, 200)
    assert [a.dtype.name for a in (sample.elevation_m, sample.image, sample.mask)] == ["float32", "uint8", "uint8"]
    assert np.isfinite(sample.elevation_m).all()
    assert sample.image.std() > 10
    assert (sample.image == 255).mean() < 0.1


def test_mask_and_catalogue_agree(sample: ReliefSample) -> None:
    assert 0.02 < sample.mask.mean() < 0.7
    assert len(sample.craters) > 10
    rows, columns = np.mgrid[:160, :200]
    painted = np.zeros((160, 200), np.bool_)
    for crater in sample.craters:
        assert SPEC.smallest_px <= crater.diameter_px <= SPEC.largest_px
        painted |= np.hypot(rows - crater.row, columns - crater.column) < crater.diameter_px / 2
    truth = sample.mask.astype(bool)
    assert (painted & truth).sum() / (painted | truth).sum() > 0.8


def test_a_fresh_crater_is_a_fifth_as_deep_as_wide() -> None:
    spec = ReliefSampleSpec(seed=1, rows=400, columns=400, density=1.0, smallest_px=60.0, largest_px=61.0)
    sample = make_relief(spec)
    fresh = min(sample.craters, key=lambda crater: crater.age)
    row, column, radius = round(fresh.row), round(fresh.column), fresh.diameter_px / 2
    rows, columns = np.mgrid[:400, :400]
    ring = np.abs(np.hypot(rows - row, columns - column) - radius) < 2
    depth = float(np.median(sample.elevation_m[ring]) - sample.elevation_m[row, column])
    assert 0.04 < depth / (fresh.diameter_px * spec.pixel_m) < 0.26


def test_rasterio_reads_it_on_the_moon(sample: ReliefSample, tmp_path: Path) -> None:
    import rasterio

    for layer in ("image", "elevation_m", "mask"):
        write_relief(sample, tmp_path / f"{layer}.tif", layer=layer)
        with rasterio.open(tmp_path / f"{layer}.tif") as file:
            np.testing.assert_array_equal(file.read(1), getattr(sample, layer))
            assert file.res == (10.0, 10.0)
            assert "1737400" in file.crs.to_wkt()
    with pytest.raises(OutputError):
        write_relief(sample, tmp_path / "image.tif")


@pytest.mark.parametrize("change", [{"rows": 8}, {"sun_height_degrees": 0.0}, {"largest_px": 5.0}])
def test_nonsense_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(UsageError):
        make_relief(replace(SPEC, **change))  # type: ignore[arg-type]


def test_elevation_is_written_so_that_it_is_known_as_such(tmp_path: Path) -> None:
    sample = make_relief(ReliefSampleSpec(rows=64, columns=64))
    write_relief(sample, tmp_path / "ground.tif", layer="elevation_m")
    survey = open_survey(tmp_path / "ground.tif")
    assert (survey.data.attrs["quantity"], survey.data.attrs["units"]) == ("elevation", "m")
    np.testing.assert_allclose(survey.data.values, sample.elevation_m, rtol=1e-6)
