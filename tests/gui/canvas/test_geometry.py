"""How large samples are shown: true where lengths are known, readable where true would be a sliver."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.gui.canvas.geometry import proportions
from napari_geofm.io.segy.coordinates import LineAffine


def survey(
    sizes: dict[str, int], units: dict[str, str] | None = None, steps: dict[str, float] | None = None, **rest: Any
) -> Survey:
    """Return a survey of zeros with axes that begin at 0."""
    import xarray as xr

    units, steps = units or {}, steps or {}
    coords = {
        name: (name, np.arange(size) * steps.get(name, 1), {"units": units.get(name, "")})
        for name, size in sizes.items()
    }
    data = xr.DataArray(np.zeros(tuple(sizes.values()), np.float32), coords, tuple(sizes))
    return Survey(rest.pop("kind", "seismic-3d"), data, Path("x"), "", **rest)


def placed(inline_m: float, crossline_m: float) -> Any:
    """Return a template with coordinates: a rotated grid."""
    c, s = np.cos(0.4), np.sin(0.4)
    matrix = np.array([[5.0, inline_m * c, -crossline_m * s], [7.0, inline_m * s, crossline_m * c]])
    return SimpleNamespace(affine=LineAffine(matrix, 0.0))


MS = {"twt": "ms"}


def test_lines_that_fit_are_shown_in_true_proportions() -> None:
    volume = survey({"inline": 20, "crossline": 100, "twt": 500}, MS, {"twt": 4.0}, template=placed(25.0, 25.0))
    found = proportions(volume, volume.section("inline", 3), 1.0)
    assert found.scale == pytest.approx((4.0, 25.0))
    assert found.in_metres
    assert found.stretch == pytest.approx(1.0)
    assert proportions(volume, volume.section("inline", 3), 2.0).scale == pytest.approx((8.0, 25.0))


def test_few_lines_are_no_sliver_and_their_width_stays_true() -> None:
    volume = survey({"inline": 16, "crossline": 480, "twt": 600}, MS, {"twt": 4.0}, template=placed(12.0, 12.0))
    for at in (At("crossline", 40), At("inline", 3)):
        section = volume.section(at)
        found = proportions(volume, section, 1.0)
        ratio = found.across * section.shape[1] / (found.down * section.shape[0])
        assert 0.79 < ratio < 1.51
        assert found.across == pytest.approx(12.0)
        assert found.stretch == pytest.approx(found.down / 4.0)
    above = volume.section("twt", 400.0)
    found = proportions(volume, above, 5.0)
    assert found.across * above.shape[1] <= 4.01 * found.down * above.shape[0]


def test_time_slices_are_maps_and_are_not_exaggerated() -> None:
    volume = survey({"inline": 100, "crossline": 90, "twt": 50}, MS, {"twt": 4.0}, template=placed(25.0, 12.5))
    section = volume.section("twt", 40.0)
    lengths = {"inline": 25.0, "crossline": 12.5}
    found = proportions(volume, section, 5.0)
    assert found.scale == pytest.approx((lengths[section.rows.name], lengths[section.columns.name]))


def test_without_coordinates_the_shape_can_be_read() -> None:
    for sizes, cut in (
        ({"inline": 20, "crossline": 900, "twt": 300}, At("inline", 3)),
        ({"inline": 20, "crossline": 900, "twt": 300}, At("twt", 40.0)),
        ({"cdp": 5000, "twt": 1500}, At()),
    ):
        volume = survey(sizes, MS, {"twt": 4.0})
        section = volume.section(cut)
        found = proportions(volume, section, 1.0)
        ratio = found.across * section.shape[1] / (found.down * section.shape[0])
        assert 0.24 < ratio < 4.01
        assert not found.in_metres
        assert found.stretch is None


def test_depth_in_feet_counts_as_feet() -> None:
    volume = survey(
        {"inline": 9, "crossline": 100, "depth": 400}, {"depth": "ft"}, {"depth": 20.0}, template=placed(25.0, 25.0)
    )
    assert proportions(volume, volume.section("inline", 3), 1.0).down == pytest.approx(20 * 0.3048)


def test_lines_in_feet_are_that_much_closer_and_told_in_feet() -> None:
    template = placed(82.5, 82.5)
    template.layout = SimpleNamespace(feet=True)
    volume = survey({"inline": 20, "crossline": 100, "twt": 500}, MS, {"twt": 4.0}, template=template)
    found = proportions(volume, volume.section("inline", 3), 1.0)
    assert found.across == pytest.approx(82.5 * 0.3048)
    assert found.told_in_feet


def test_recordings_know_their_length_along_the_fibre() -> None:
    recording = survey(
        {"distance": 400, "time": 2000}, {"distance": "m", "time": "s"}, {"distance": 8.0, "time": 0.002}, kind="das"
    )
    section = recording.section(At())
    found = proportions(recording, section, 1.0)
    assert found.in_metres
    assert found.across == pytest.approx(8.0)
    assert found.across * section.shape[1] / (found.down * section.shape[0]) == pytest.approx(1.4)


MOON = 'GEOGCS["Moon",DATUM["D",SPHEROID["Moon",1737400,0]],UNIT["degree",0.0174532925199433]]'


def test_latitudes_and_longitudes_are_as_long_as_on_their_body() -> None:
    template = SimpleNamespace(transform=(0.5, 0.0, 20.0, 0.0, -0.5, 70.0))
    units = {"lat": "deg", "lon": "deg"}
    image = survey({"lat": 40, "lon": 40}, units, kind="image", template=template, crs=MOON)
    image.data["lat"] = ("lat", 70 - 0.5 * (np.arange(40) + 0.5), {"units": "deg"})
    found = proportions(image, image.section(At()), 3.0)
    assert found.in_metres
    assert found.down == pytest.approx(0.5 * np.radians(1) * 1_737_400)
    assert found.across / found.down == pytest.approx(np.cos(np.radians(60)), rel=0.02)


def test_projected_maps_have_pixels_in_metres_and_pictures_have_squares() -> None:
    utm = 'PROJCS["x",GEOGCS["y",UNIT["degree",0.017]],UNIT["metre",1]]'
    template = SimpleNamespace(transform=(20.0, 0.0, 5e5, 0.0, -10.0, 4e6))
    units = {"row": "px", "column": "px"}
    image = survey({"row": 50, "column": 40}, units, kind="image", template=template, crs=utm)
    found = proportions(image, image.section(At()), 3.0)
    assert found.scale == pytest.approx((10.0, 20.0))
    assert found.in_metres
    picture = survey({"row": 50, "column": 40}, units, kind="image")
    assert proportions(picture, picture.section(At()), 3.0).scale == (1.0, 1.0)
