from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from napari_geofm.core.region import At
from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.raster import Ground, RasterSaid, RasterTemplate, overview, read_folder
from tests.io.raster.build import MOON, marked, placed, write_tif

NODATA = 0


def tile(folder: Path, name: str, array: np.ndarray, column: int, row: int, **profile: object) -> Path:
    """Write a tile at a column and row of a grid of quarter degrees."""
    where = placed(0.25, -0.25, c=10 + column * 0.25, f=20 - row * 0.25)
    return write_tif(folder / name, array, **({"crs": MOON, "transform": where, "nodata": NODATA} | profile))


def pieces(folder: Path) -> np.ndarray:
    """Write a picture as four tiles that overlap by two pixels and leave a hole; return it with NaN there."""
    whole = np.random.default_rng(0).integers(1, 255, (20, 30), np.uint8)
    cuts = {"a.tif": (0, 12, 0, 16), "b.tif": (0, 12, 14, 30), "c.tif": (10, 20, 0, 16), "d.tif": (14, 20, 20, 30)}
    seen = np.full(whole.shape, np.nan)
    for name, (top, bottom, left, right) in cuts.items():
        tile(folder, name, whole[top:bottom, left:right], left, top)
        seen[top:bottom, left:right] = whole[top:bottom, left:right]
    return seen


def test_georeferenced_tiles_open_as_one_picture(tmp_path: Path) -> None:
    seen = pieces(tmp_path)
    survey = open_survey(tmp_path)
    assert (survey.kind, survey.dims, survey.shape) == ("image", ("lat", "lon"), (20, 30))
    assert survey.axis("lat").first == 20 - 0.125
    assert survey.axis("lon").first == 10 + 0.125
    np.testing.assert_array_equal(survey.section(survey.whole()).values, seen)
    np.testing.assert_array_equal(survey.section(At.parse("window=8,12,9,11")).values, seen[8:17, 12:23])
    assert survey.odd[0] == "a mosaic of 4 tiles"
    assert any("the last by name is shown" in note for note in survey.odd)
    assert any("no data" in note for note in survey.odd)
    assert isinstance(survey.template, RasterTemplate)
    assert Ground.of(survey.template) is not None


def test_the_last_tile_lies_on_top_but_not_its_holes(tmp_path: Path) -> None:
    low, high = np.full((4, 4), 10, np.uint8), np.full((4, 4), 20, np.uint8)
    high[1, 1] = NODATA
    tile(tmp_path, "1.tif", low, 0, 0)
    tile(tmp_path, "2.tif", high, 1, 0)
    values = read_folder(tmp_path).data.values
    assert values[0].tolist() == [10, 20, 20, 20, 20]
    assert values[1].tolist() == [10, 20, 10, 20, 20]


@pytest.mark.filterwarnings("ignore:Use `@` matmul:PendingDeprecationWarning")
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 19), st.integers(0, 29), st.integers(1, 20), st.integers(1, 30))
def test_any_window_is_that_of_gdals_merge(
    tmp_path_factory: pytest.TempPathFactory, row: int, column: int, height: int, width: int
) -> None:
    import rasterio.merge

    folder = tmp_path_factory.getbasetemp() / "merged"
    if not folder.exists():
        folder.mkdir()
        pieces(folder)
    merged, _ = rasterio.merge.merge(sorted(folder.iterdir()), method="last")
    height, width = min(height, 20 - row), min(width, 30 - column)
    expected = merged[0, row : row + height, column : column + width].astype(float)
    survey = read_folder(folder)
    found = survey.read((slice(row, row + height), slice(column, column + width)))
    np.testing.assert_array_equal(np.nan_to_num(found, nan=NODATA), expected)


def test_tiles_of_unlike_kinds_are_refused_with_the_list(tmp_path: Path) -> None:
    square = np.ones((4, 4), np.uint8)
    for number in range(3):
        tile(tmp_path, f"{number}.tif", square, 4 * number, 0)
    tile(tmp_path, "mars.tif", square, 0, 4, crs="IAU_2015:49900")
    with pytest.raises(GeometryError, match=r"differ in coordinate system: most have Moon .*, but mars\.tif Mars"):
        read_folder(tmp_path)
    (tmp_path / "mars.tif").unlink()
    tile(tmp_path, "fine.tif", square, 0, 4, transform=placed(0.125, -0.125, c=10, f=19))
    with pytest.raises(
        GeometryError, match=r"differ in resolution: most have 0\.25 x 0\.25.*fine\.tif 0\.125 x 0\.125"
    ):
        read_folder(tmp_path)
    assert read_folder(tmp_path, RasterSaid(tiles=True)).kind == "tiles"
    (tmp_path / "fine.tif").unlink()
    Image.fromarray(square).save(tmp_path / "plain.png")
    with pytest.raises(FormatError, match=r"Of 4 images in .* 1 have no place on a map \(plain\.png\)"):
        read_folder(tmp_path)


def test_tiles_far_apart_stay_tiles(tmp_path: Path) -> None:
    square = np.ones((4, 4), np.uint8)
    tile(tmp_path, "a.tif", square, 0, 0)
    tile(tmp_path, "b.tif", square, 400, 40)
    assert read_folder(tmp_path).kind == "tiles"


def test_tiles_beside_the_grid_are_told(tmp_path: Path) -> None:
    square = np.ones((4, 4), np.uint8)
    tile(tmp_path, "a.tif", square, 0, 0)
    tile(tmp_path, "b.tif", square, 0, 4, transform=placed(0.25, -0.25, c=10.1, f=19))
    survey = read_folder(tmp_path)
    assert survey.shape == (8, 4)
    assert any("up to 0.40 pixels beside the common grid" in note for note in survey.odd)


def test_a_label_and_its_image_are_one_tile_and_notes_are_none(tmp_path: Path) -> None:
    Image.fromarray(marked()).save(tmp_path / "a.png")
    (tmp_path / "a.png.aux.xml").write_text("<PAMDataset></PAMDataset>")
    assert read_folder(tmp_path).axis("tile").values.tolist() == ["a.png"]


def test_a_mosaic_is_seen_small(tmp_path: Path) -> None:
    seen = pieces(tmp_path)
    small = overview(read_folder(tmp_path), 15)
    assert small.values.shape == (10, 15)
    assert small.complete
    np.testing.assert_array_equal(np.isnan(small.values[7:, 8:10]), True)
    known = np.isfinite(small.values)
    assert np.isin(small.values[known], seen[np.isfinite(seen)]).all()
