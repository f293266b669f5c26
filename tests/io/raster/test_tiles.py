from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.errors import AxisError, FormatError, GeometryError, SourceError
from napari_geofm.io.raster import read_folder
from tests.io.raster.build import marked


def test_tiles_are_named_stacked_and_read_one_by_one(tmp_path: Path) -> None:
    for number, name in enumerate(("b.png", "a.png", "c.tif")):
        Image.fromarray(marked() + np.uint8(number)).save(tmp_path / name)
    (tmp_path / "notes.txt").write_text("not a tile")
    survey = read_folder(tmp_path)
    assert (survey.kind, survey.dims, survey.shape) == ("tiles", ("tile", "row", "column"), (3, 4, 6))
    assert survey.axis("tile").values.tolist() == ["a.png", "b.png", "c.tif"]
    np.testing.assert_array_equal(survey.section("tile", "b.png").values, marked())
    np.testing.assert_array_equal(survey.data[0].values, marked() + 1)
    assert [str(at) for at in survey.sections()] == ["tile=a.png", "tile=b.png", "tile=c.tif"]
    with pytest.raises(AxisError, match="No tile is named 'z'"):
        survey.section("tile", "z")


def test_tiles_of_unequal_size_are_listed(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        Image.fromarray(marked()).save(tmp_path / name)
    Image.fromarray(marked(5, 7)).save(tmp_path / "odd.png")
    with pytest.raises(GeometryError, match=r"most are 4 x 6, but odd\.png 5 x 7; cut them to one size"):
        read_folder(tmp_path)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="holds no image"):
        read_folder(tmp_path)
    with pytest.raises(SourceError, match="check the path"):
        read_folder(tmp_path / "none")
