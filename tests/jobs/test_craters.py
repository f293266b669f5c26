"""Craters found by a job: in a file of labels, in a window of it, in what is on the screen alone."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawn_craters import draw_craters
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.errors import LabelError
from napari_geofm.jobs.craters import run
from napari_geofm.jobs.craters_spec import CratersSpec
from tests.io.craters.conftest import write_map

NAMES = ClassTable.named(["background", "crater"])
TRUTH = (Crater(100, 100, 30), Crater(150, 300, 40), Crater(300, 120, 20))


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    write_map(tmp_path / "moon.tif", (400, 500), step=0.1, corner=(0, 20))
    np.save(tmp_path / "labels.npy", draw_craters(TRUTH, None, (400, 500), crater=1))
    return tmp_path / "labels.npy"


def test_a_window_holds_its_craters_where_the_whole_has_them(labels: Path) -> None:
    file = labels.with_name("moon.tif")
    whole = LocalCompute().run(CratersSpec(file, labels, classes=NAMES))
    assert len(whole) == 3
    part = LocalCompute().run(CratersSpec(file, labels, classes=NAMES, window=(60, 60, 100, 240)))
    inside = [each for each in part if not each.on_edge]
    assert [(round(each.row), round(each.column)) for each in inside] == [(100, 100)]
    same = next(each for each in whole if round(each.row) == 100)
    assert inside[0].diameter_km == pytest.approx(same.diameter_km, rel=1e-3)
    assert (inside[0].lat, inside[0].lon) == (pytest.approx(same.lat, abs=1e-3), pytest.approx(same.lon, abs=1e-3))
    # That whose centre lies beyond the window's end is another window's.
    assert len(part) == 1


def test_classes_of_a_window_alone_will_do(labels: Path) -> None:
    seen = np.load(labels)[50:160, 40:200]
    spec = CratersSpec(labels.with_name("moon.tif"), seen, classes=NAMES, window=(50, 40, *seen.shape))
    (crater,) = LocalCompute().run(spec)
    assert (crater.row, crater.column) == (pytest.approx(100, abs=0.1), pytest.approx(100, abs=0.1))


def test_probabilities_make_a_crater_more_or_less_sure(labels: Path) -> None:
    chance = np.full((2, 400, 500), 0.4, np.float32)
    chance[1, :200] = 0.9
    np.save(labels.with_name("p.npy"), chance)
    spec = CratersSpec(labels.with_name("moon.tif"), labels, probabilities=labels.with_name("p.npy"), classes=NAMES)
    found = {round(each.row): each.confidence for each in LocalCompute().run(spec)}
    assert found[100] == pytest.approx(0.9, abs=0.1)
    assert found[300] == pytest.approx(0.4, abs=0.1)


def test_labels_without_craters_by_name_are_refused(labels: Path) -> None:
    spec = CratersSpec(labels.with_name("moon.tif"), labels, classes=ClassTable.named(["sand", "rock", "mare"]))
    with pytest.raises(LabelError, match="No class is called 'crater'"):
        LocalCompute().run(spec)


ACROSS = [Crater(90, 192, 60), Crater(40, 206, 40), Crater(100, 60, 50), Crater(60, -4, 50), Crater(120, 330, 30)]
"""Two across the line between the windows, centres 8 to the left and 6 to the right of it; one beyond the border."""
LEFT, RIGHT = (0, 0, 160, 200), (0, 200, 160, 200)


@pytest.fixture
def spec(tmp_path: Path) -> CratersSpec:
    file = write_map(tmp_path / "moon.tif", (160, 400), step=0.01, corner=(0.0, 1.0))
    np.save(tmp_path / "mask.npy", draw_craters(ACROSS, None, (160, 400), crater=1))
    return CratersSpec(file, tmp_path / "mask.npy", classes=ClassTable.named(["background", "crater"]))


def found_in(spec: CratersSpec, window: tuple[int, int, int, int], labels: Path | None = None) -> list[Crater]:
    asked = CratersSpec(spec.file, labels or spec.labels, classes=spec.classes, window=window)
    return sorted(run_to_end(run(asked, Control())).craters, key=lambda each: each.column)


def test_a_crater_across_two_windows_is_whole_and_of_one_of_them(spec: CratersSpec) -> None:
    left, right = found_in(spec, LEFT), found_in(spec, RIGHT)
    assert [round(each.column) for each in left] == [pytest.approx(-4, abs=2), 60, 192]
    assert [round(each.column) for each in right] == [206, 330]
    assert [each.on_edge for each in (*left, *right)] == [True, False, False, False, False]
    assert left[2].diameter_px == pytest.approx(60, rel=0.03)


def test_of_a_prediction_on_the_screen_only_craters_with_their_centres_there_are_kept(spec: CratersSpec) -> None:
    mask = np.load(spec.labels)  # type: ignore[arg-type]
    halves = [
        run_to_end(
            run(CratersSpec(spec.file, np.ascontiguousarray(part), classes=spec.classes, window=window), Control())
        )
        for part, window in ((mask[:, :200], LEFT), (mask[:, 200:], RIGHT))
    ]
    columns = [[each.column for each in half] for half in halves]
    assert max(columns[0]) < 199.5 <= min(columns[1])
