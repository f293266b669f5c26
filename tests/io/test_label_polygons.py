"""Polygons of images that are larger than what is looked at at once."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError
from napari_geofm.io.label_polygons import write_polygons
from napari_geofm.io.opening import open_survey
from tests.io.craters.conftest import write_map

CLASSES = ClassTable.named(["background", "crater"])


class Rows:
    """Labels that can be asked for some rows at a time only."""

    dtype = np.dtype(np.uint8)

    def __init__(self, values: NDArray[np.uint8], most: int) -> None:
        self.values, self.shape, self.most = values, values.shape, most

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
        found: NDArray[np.uint8] = self.values[key]
        assert found.size <= self.most
        return found


@pytest.fixture
def blobs() -> NDArray[np.uint8]:
    from scipy.ndimage import gaussian_filter

    noise = gaussian_filter(np.random.default_rng(1).normal(size=(480, 960)), 9)
    # With holes, islands within them, and much that nobody labelled.
    return np.where(noise > 0.02, 1, np.where(noise < -0.02, 0, 255)).astype(np.uint8)


@pytest.fixture
def moon(tmp_path: Path) -> Survey:
    return open_survey(write_map(tmp_path / "moon.tif"))


def areas_of(file: Path) -> list[tuple[int, int, list[float]]]:
    """Return class, count of rings and first ring's box of each polygon."""
    found = []
    for each in json.loads(file.read_text(encoding="utf-8"))["features"]:
        rings = each["geometry"]["coordinates"]
        outer = np.array(rings[0])
        found.append((each["properties"]["class"], len(rings), [*outer.min(axis=0), *outer.max(axis=0)]))
    return sorted(found)


def test_polygons_found_line_by_line_are_those_of_the_whole(
    blobs: NDArray[np.uint8], moon: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_polygons(blobs, moon, CLASSES, tmp_path / "a.geojson")
    monkeypatch.setattr("napari_geofm.io.label_polygons.AT_ONCE", 2**16)
    write_polygons(Rows(blobs, 2**16), moon, CLASSES, tmp_path / "b.geojson")
    whole = areas_of(tmp_path / "a.geojson")
    assert len(whole) > 20
    assert any(rings > 1 for _, rings, _ in whole)
    assert areas_of(tmp_path / "b.geojson") == whole
    assert {file.name for file in tmp_path.iterdir()} == {"moon.tif", "a.geojson", "b.geojson"}


def test_a_large_image_takes_no_more_memory_than_its_polygons(tmp_path: Path) -> None:
    survey = open_survey(write_map(tmp_path / "moon.tif", (5000, 6000), step=0.01))
    labels = np.lib.format.open_memmap(tmp_path / "l.npy", mode="w+", dtype=np.uint8, shape=survey.shape)
    labels[:] = 255
    labels[100:4900, 3000:3005] = 1
    tracemalloc.start()
    try:
        write_polygons(labels, survey, CLASSES, tmp_path / "a.geojson")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert len(areas_of(tmp_path / "a.geojson")) == 1
    assert most < labels.size


def test_nothing_labelled_is_told(moon: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("napari_geofm.io.label_polygons.AT_ONCE", 2**16)
    with pytest.raises(LabelError, match="Nothing is labelled"):
        write_polygons(np.full(moon.shape, 255, np.uint8), moon, CLASSES, tmp_path / "a.geojson")
