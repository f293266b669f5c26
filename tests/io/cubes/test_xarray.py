"""What xarray itself writes, as segysak lets it, opens with its axes."""

from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.opening import array_survey, open_survey
from tests.io.cubes.build import CROSSLINES, INLINES, TIMES, WHOLE


def dataset(*, offsets: bool) -> xr.Dataset:
    """Return what segysak 0.5 makes of a SEG-Y volume: dimensions, coordinates, positions and attributes."""
    lines = ("iline", "xline", *(("offset",) if offsets else ()))
    shape = (5, 6, *((2,) if offsets else ()))
    x = 1000.0 + 25.0 * np.arange(5).reshape(5, *(1,) * (len(shape) - 1)) + np.zeros(shape)
    y = 2000.0 + 12.5 * np.arange(6).reshape(1, 6, *(1,) * (len(shape) - 2)) + np.zeros(shape)
    values = np.stack([WHOLE, WHOLE * 2], axis=2) if offsets else WHOLE
    coords = {"iline": INLINES, "xline": CROSSLINES, "samples": TIMES, **({"offset": [1, 2]} if offsets else {})}
    found = xr.Dataset({"data": ((*lines, "samples"), values), "cdp_x": (lines, x), "cdp_y": (lines, y)}, coords)
    return found.assign_attrs(text="C 1 SURVEY", sample_rate=4.0, measurement_system="m")


@pytest.mark.parametrize("engine", ["scipy", "h5netcdf"])
@pytest.mark.parametrize("offsets", [False, True])
def test_netcdf(tmp_path: Path, engine: str, offsets: bool) -> None:
    pytest.importorskip(engine)
    path = tmp_path / "a.nc"
    dataset(offsets=offsets).to_netcdf(path, engine=engine)  # type: ignore[call-overload]
    survey = array_survey(path, reading=Reading(offset=2.0)) if offsets else open_survey(path)
    assert (survey.kind, survey.dims) == ("seismic-3d", ("inline", "crossline", "twt"))
    for axis, numbers in zip(survey.axes, (INLINES, CROSSLINES, TIMES), strict=True):
        np.testing.assert_array_equal(axis.values, numbers)
    np.testing.assert_allclose(survey.section("inline", 1004).values, WHOLE[2].T * (2 if offsets else 1))
    affine = getattr(survey.template, "affine", None)
    assert affine is not None
    np.testing.assert_allclose(affine.xy(1004, 301), (1050.0, 2012.5))


@pytest.mark.parametrize("zarr_format", [2, 3])
def test_zarr(tmp_path: Path, zarr_format: int) -> None:
    dataset(offsets=False).to_zarr(tmp_path / "a.zarr", zarr_format=zarr_format, consolidated=False)
    survey = open_survey(tmp_path / "a.zarr")
    np.testing.assert_array_equal(survey.section("crossline", 301).values, WHOLE[:, 1].T)
    assert survey.axis("inline").values.tolist() == INLINES.tolist()
