"""The craters of a session: each change a step, kept on disk, filtered."""

from pathlib import Path

import pytest

from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.survey import Survey
from napari_geofm.session.craters.shelf import CraterFilter, CraterShelf
from tests.io.craters.conftest import image, moon_map

__all__ = ["image", "moon_map"]

KM = 1737.4 * 3.141592653589793 / 180 / 4
"""Height of a pixel of the map."""


@pytest.fixture
def shelf(tmp_path: Path, moon_map: Survey) -> CraterShelf:
    return CraterShelf(tmp_path / "kept", moon_map, writable=True)


def test_what_is_drawn_has_its_place_and_size_on_the_ground(shelf: CraterShelf) -> None:
    drawn = shelf.add(Crater(239.5, 479.5, 8))
    assert shelf.chosen is drawn
    assert (drawn.lat, drawn.lon) == (pytest.approx(0), pytest.approx(0))
    assert drawn.diameter_km == pytest.approx(8 * KM, rel=1e-4)
    moved = shelf.change(drawn, 119.5, 479.5, 8)
    assert moved.lat == pytest.approx(30)
    assert moved.diameter_km == pytest.approx(8 * KM * 0.75**0.25, rel=1e-3)
    assert shelf.catalogue.craters == (moved,)
    assert shelf.chosen is moved


def test_steps_are_taken_back_and_done_again(shelf: CraterShelf) -> None:
    told: list[int] = []
    shelf.changed.connect(lambda: told.append(len(shelf.catalogue)))
    first = shelf.add(Crater(10, 10, 8))
    shelf.add(Crater(90, 90, 8))
    shelf.remove(first)
    assert told == [1, 2, 1]
    assert [shelf.undo(), len(shelf.catalogue)] == ["crater removed", 2]
    assert [shelf.undo(), shelf.undo(), shelf.undo()] == ["crater drawn", "crater drawn", ""]
    assert len(shelf.catalogue) == 0
    assert [shelf.redo(), shelf.redo(), shelf.redo_text] == ["crater drawn", "crater drawn", "crater removed"]
    shelf.replace_all([], "cleared")
    assert shelf.redo_text == ""


def test_the_filter_hides_and_lets_go_of_what_is_hidden(shelf: CraterShelf) -> None:
    small = shelf.add(Crater(10, 10, 8))
    shelf.add(Crater(90, 90, 40, confidence=0.4))
    shelf.choose(small)
    shelf.set_filter(CraterFilter(smallest=20 * KM))
    assert [each.diameter_px for each in shelf.shown] == [40]
    assert shelf.chosen is None
    shelf.set_filter(CraterFilter(confidence=0.5))
    assert [each.diameter_px for each in shelf.shown] == [8]
    assert len(shelf.catalogue) == 2


def test_craters_are_there_again(tmp_path: Path, moon_map: Survey, shelf: CraterShelf) -> None:
    shelf.add(Crater(10, 10, 8))
    shelf.replace_all([*shelf.catalogue, Crater(1, 2, 3, 4, 5, 6, 7, 6, 30, 0.02, 0.9, 0.8, on_edge=True)], "found")
    again = CraterShelf(tmp_path / "kept", moon_map, writable=True)
    assert again.catalogue.craters[1] == shelf.catalogue.craters[1]
    assert again.catalogue.craters[0].lat == shelf.catalogue.craters[0].lat
    assert again.undo_text == ""


def test_a_damaged_file_is_told_and_one_that_only_looks_writes_nothing(tmp_path: Path, moon_map: Survey) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    (folder / "craters.json").write_text('{"craters": [{"row": 1}]}', encoding="utf-8")
    shelf = CraterShelf(folder, moon_map, writable=False)
    assert "craters.json is damaged" in shelf.notices[0]
    shelf.add(Crater(10, 10, 8))
    assert (folder / "craters.json").read_text(encoding="utf-8") == '{"craters": [{"row": 1}]}'


def test_without_a_ground_sizes_are_pixels(tmp_path: Path, image: Survey) -> None:
    shelf = CraterShelf(tmp_path / "kept", image, writable=True)
    drawn = shelf.add(Crater(10, 10, 8))
    assert (shelf.unit, drawn.size, drawn.lat) == ("px", 8, None)
