"""Circles at the seam of longitudes and around a pole, with a real mouse."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.craters.crater import Crater
from napari_geofm.gui.craters.craters_view import CratersView
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.canvas_mouse import Canvas
from tests.gui.conftest import told
from tests.io.craters.conftest import write_map

SEAM = Crater(139.5, 718.5, 40.0)
"""At 20 N, 179.5 E: it goes on at the map's other end."""

POLE = Crater(2.5, 300.0, 60.0, 88.5, -30.0, 600.0)


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    opened = Session.open(write_map(tmp_path / "moon.tif", (360, 720), step=0.5, corner=(-180, 90)))
    yield opened
    opened.close()


@pytest.fixture
def view(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> CratersView:
    found = workspace.craters
    assert found is not None
    found.shelf.replace_all([found.shelf.placed(SEAM), POLE], "two")
    qtbot.waitUntil(lambda: len(found.overlay.seen()) >= 3, timeout=5000)
    return found


def test_a_circle_across_the_seam_is_chosen_and_dragged_at_either_end(view: CratersView, canvas: Canvas) -> None:
    seam, _ = view.shelf.catalogue
    canvas.click(139, 5)
    assert view.shelf.chosen is seam
    canvas.click(60, 300)
    canvas.click(139, 712)
    assert view.shelf.chosen is seam
    view.adjust(on=True)
    radius = 18.5
    canvas.stroke([(139.5 - radius * 1.03, 0.0), (112, 0.0), (105, 0.0)])
    grown = view.shelf.chosen
    assert grown is not None
    assert grown is not seam
    assert grown.diameter_px > 60
    assert grown.column == pytest.approx(718.5, abs=1.5)
    assert len(view.shelf.catalogue) == 2


def test_a_circle_around_a_pole_is_chosen_within_and_not_dragged(view: CratersView, canvas: Canvas) -> None:
    _, pole = view.shelf.catalogue
    canvas.click(4, 30)
    assert view.shelf.chosen is pole
    rim = view.overlay.rims.points[view.overlay.rims.owner == 1][0]
    column, row = rim[10]
    view.adjust(on=True)
    canvas.stroke([(row, column % 720), (row + 20, column % 720), (row + 40, column % 720)])
    assert "adjust it on a polar map" in told()[-1]
    assert view.shelf.catalogue.craters[1] is pole
    assert len(view.shelf.catalogue) == 2
