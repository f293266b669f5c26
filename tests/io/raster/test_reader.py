from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.core.region import At
from napari_geofm.errors import AxisError, FormatError, SourceError
from napari_geofm.io.raster import RasterTemplate, read_raster
from tests.io.raster.build import MOON, marked, placed, write_tif


@pytest.mark.parametrize("ending", ["png", "pgm"])
def test_a_gray_picture_is_seen_as_stored(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.fromarray(marked()).save(path)
    survey = read_raster(path)
    assert (survey.kind, survey.dims, survey.shape, survey.crs) == ("image", ("row", "column"), (4, 6), None)
    section = survey.section(survey.whole())
    assert section.values.dtype == np.float32
    np.testing.assert_array_equal(section.values, marked())
    assert survey.odd == ()
    window = survey.section(At.parse("window=0,1,2,3"))
    np.testing.assert_array_equal(window.values, marked()[0:2, 1:4])
    with pytest.raises(AxisError, match="reaches beyond the image"):
        survey.section(At.parse("window=3,0,2,2"))


def test_colour_becomes_luminance_and_transparency_missing(tmp_path: Path) -> None:
    rgba = np.zeros((2, 3, 4), np.uint8)
    rgba[..., 3] = 255
    rgba[0, 0, :3] = (255, 0, 0)
    rgba[0, 1, :3] = (77, 77, 77)
    rgba[1, 2, 3] = 0
    Image.fromarray(rgba).save(tmp_path / "a.png")
    survey = read_raster(tmp_path / "a.png")
    values = survey.section(survey.whole()).values
    assert values[0, 0] == pytest.approx(0.299 * 255)
    assert values[0, 1] == 77.0
    assert np.isnan(values[1, 2])
    assert np.isnan(values).sum() == 1
    assert any("luminance" in note for note in survey.odd)


def test_a_palette_picture_shows_its_colours_not_its_indices(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[0, 1], [1, 0]], np.uint8))
    picture.putpalette([0, 0, 0, 250, 250, 250])
    picture.save(tmp_path / "a.png")
    survey = read_raster(tmp_path / "a.png")
    assert survey.section(survey.whole()).values.tolist() == [[0.0, 250.0], [250.0, 0.0]]


@pytest.mark.parametrize(("north", "east"), [(True, True), (False, True), (True, False), (False, False)])
def test_north_is_up_and_east_is_right_whatever_the_files_order(tmp_path: Path, north: bool, east: bool) -> None:
    upright = marked()
    stored = upright[:: 1 if north else -1, :: 1 if east else -1]
    transform = placed(
        2.0 if east else -2.0, -1.0 if north else 1.0, c=10.0 if east else 22.0, f=20.0 if north else 16.0
    )
    survey = read_raster(write_tif(tmp_path / "a.tif", stored, crs=MOON, transform=transform))
    assert survey.dims == ("lat", "lon")
    section = survey.section(survey.whole())
    np.testing.assert_array_equal(section.values, upright)
    assert section.rows.values.tolist() == [19.5, 18.5, 17.5, 16.5]
    assert section.columns.values.tolist() == [11.0, 13.0, 15.0, 17.0, 19.0, 21.0]
    assert section.rows.units == "deg"
    # Labels painted on the screen go back to the file's own order.
    np.testing.assert_array_equal(section.layout.from_display(section.values), stored)
    assert isinstance(survey.template, RasterTemplate)
    assert survey.template.transform == tuple(transform)[:6]


def test_no_data_is_nan_and_is_said(tmp_path: Path) -> None:
    survey = read_raster(write_tif(tmp_path / "a.tif", marked(), nodata=0))
    values = survey.section(survey.whole()).values
    np.testing.assert_array_equal(np.isnan(values), marked() == 0)
    assert any("value 0 count as missing" in note for note in survey.odd)


def test_real_rasters_open(shared_data: Path) -> None:
    lunar = shared_data / "lunar"
    moon = read_raster(lunar / "geotiff/moon.tif")
    assert moon.dims == ("lat", "lon")
    assert moon.axis("lat").first == pytest.approx(90 - 0.3515625 / 2)
    assert moon.axis("lon").first == pytest.approx(-180 + 0.3515625 / 2)
    projected = read_raster(lunar / "geotiff/moon_eqc.vrt")
    assert projected.dims == ("row", "column")
    assert projected.crs is not None
    assert "Moon" in projected.crs
    cube = read_raster(lunar / "pds_isis/M143947267L.cal.echo.crop.cub")
    assert cube.shape == (400, 400)
    assert float(np.nanmax(cube.section(cube.whole()).values)) == pytest.approx(0.26011184)
    image = read_raster(lunar / "pds_isis/TC1S2B0_01_00811N526E0443_mini.img")
    label = read_raster(lunar / "pds_isis/TC1S2B0_01_00811N526E0443_mini.lbl")
    np.testing.assert_array_equal(image.data.values, label.data.values)
    assert read_raster(lunar / "mars_labelled/holdout_tile.pgm").shape == (1700, 1700)


def test_isis_special_pixels_are_missing(tmp_path: Path) -> None:
    array = np.array([[-32768, -32764, -32752], [5, 6, 7]], np.int16)
    survey = read_raster(write_tif(tmp_path / "a.cub", array, driver="ISIS3"))
    assert np.isnan(survey.section(survey.whole()).values).tolist() == [[True, True, False], [False] * 3]


def test_bad_pictures_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="check the path"):
        read_raster(tmp_path / "none.png")
    (tmp_path / "text.png").write_text("hello")
    with pytest.raises(FormatError, match=r"text\.png cannot be read as an image"):
        read_raster(tmp_path / "text.png")
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 200), np.uint8)).save(tmp_path / "a.png")
    cut = tmp_path / "cut.png"
    cut.write_bytes((tmp_path / "a.png").read_bytes()[:9000])
    with pytest.raises(FormatError, match=r"cut\.png cannot be read as an image"):
        read_raster(cut).data.load()
