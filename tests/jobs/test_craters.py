"""Craters of windows of an image: each is found once, whole, whatever windows are looked through."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawing import draw_craters
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.jobs.craters import run
from napari_geofm.jobs.craters_spec import CratersSpec
from tests.io.craters.conftest import write_map

TRUTH = [Crater(90, 192, 60), Crater(40, 206, 40), Crater(100, 60, 50), Crater(60, -4, 50), Crater(120, 330, 30)]
"""Two across the line between the windows, centres 8 to the left and 6 to the right of it; one beyond the border."""
LEFT, RIGHT = (0, 0, 160, 200), (0, 200, 160, 200)


@pytest.fixture
def spec(tmp_path: Path) -> CratersSpec:
    file = write_map(tmp_path / "moon.tif", (160, 400), step=0.01, corner=(0.0, 1.0))
    np.save(tmp_path / "mask.npy", draw_craters(TRUTH, None, (160, 400), crater=1))
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
