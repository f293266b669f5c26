import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.cli.conftest import Geofm
from tests.io.raster.build import MOON, placed, write_tif

GLOBE = "-180,90,16,body=Moon"


@pytest.fixture
def map_file(tmp_path: Path) -> Path:
    Image.fromarray(np.arange(24, dtype=np.uint8).reshape(4, 6)).save(tmp_path / "a.png")
    return tmp_path / "a.png"


def test_the_place_of_a_map_is_said_once_and_kept(geofm: Geofm, map_file: Path) -> None:
    told = geofm("info", map_file, "--georeference", GLOBE, "--elevation", "50", "--json")
    assert told.status == 0, told.err
    first = json.loads(told.out)
    assert [dim["name"] for dim in first["dims"]] == ["lat", "lon"]
    assert first["ground"]["body"] == "Moon"
    assert first["ground"]["radius_km"] == 1737.4
    assert first["ground"]["pixel_km"][0] == pytest.approx(np.pi * 1737.4 / 2880)
    assert json.loads(geofm("info", map_file, "--json").out)["dims"] == first["dims"]
    assert "on the Moon (radius 1,737.4 km)" in geofm("info", map_file).out


def test_a_place_that_is_none_is_one_line(geofm: Geofm, map_file: Path) -> None:
    told = geofm("info", map_file, f"--georeference={GLOBE.replace('Moon', 'Lun')}")
    assert told.status == 2
    assert told.err.count("\n") == 1
    assert "No body is named 'Lun'" in told.err


def test_the_options_are_for_images(geofm: Geofm, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((4, 5, 6), np.float32))
    told = geofm("info", tmp_path / "a.npy", "--band", "2")
    assert told.status == 2
    assert "are for images; a.npy is none" in told.err


def test_what_was_said_is_taken_back(geofm: Geofm, map_file: Path) -> None:
    geofm("info", map_file, "--georeference", GLOBE)
    told = json.loads(geofm("info", map_file, "--georeference", "file", "--json").out)
    assert told["ground"] is None
    assert json.loads(geofm("info", map_file, "--json").out)["ground"] is None


def test_georeferenced_tiles_stay_single_and_come_together_again(geofm: Geofm, tmp_path: Path) -> None:
    for number in range(2):
        where = placed(1.0, -1.0, c=4.0 * number)
        write_tif(tmp_path / f"{number}.tif", np.ones((4, 4), np.uint8), crs=MOON, transform=where)
    kinds = [json.loads(geofm("info", tmp_path, *words, "--json").out)["kind"] for words in
             ((), ("--tiles",), (), ("--no-tiles",), ())]  # fmt: skip
    assert kinds == ["image", "tiles", "tiles", "image", "image"]
    told = geofm("info", tmp_path, "--georeference", GLOBE)
    assert told.status == 2
    assert "is a folder, whose tiles lie in several places" in told.err
