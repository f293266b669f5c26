"""A single section as a whole: what is seen is framed, and a click looks elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint

from napari_geofm.gui.survey.overview import HEIGHT, Overview
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine
from tests.gui.mouse import drag, press

ROWS, COLUMNS = 200, 400


@pytest.fixture
def moon(
    make_napari_viewer: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> Iterator[Workspace]:
    """Open an image that is bright at the left and dark at the right."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "moon.png"
    Image.fromarray(np.tile(np.linspace(250, 5, COLUMNS).astype(np.uint8), (ROWS, 1))).save(file)
    viewer = make_napari_viewer()
    opened = Workspace(viewer, Session.open(file), FakeEngine())  # type: ignore[arg-type]
    window = viewer.window._qt_window
    window.resize(900, 700)
    window.show()
    qtbot.waitUntil(lambda: opened.view.section is not None, timeout=10_000)
    yield opened
    opened.close()


@pytest.fixture
def overview(moon: Workspace, qtbot: QtBot) -> Overview:
    made = Overview(moon)
    qtbot.addWidget(made)
    made.resize(280, HEIGHT)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_it_has_the_images_shape_and_colours(overview: Overview) -> None:
    box = overview.box
    assert box.width() / box.height() == pytest.approx(COLUMNS / ROWS, rel=0.01)
    image = overview.grab().toImage()
    middle = round(box.center().y())
    bright, dark = (image.pixelColor(round(x), middle).lightness() for x in (box.left() + 8, box.right() - 8))
    assert bright > dark + 150


def test_the_whole_is_framed_and_then_a_part(overview: Overview, moon: Workspace) -> None:
    moon.view.frame()
    assert overview.seen.width() == pytest.approx(overview.box.width(), abs=2)
    camera = moon.viewer.scene.camera
    camera.zoom = 4 * camera.zoom
    assert 0.15 < overview.seen.width() / overview.box.width() < 0.4


def test_a_click_and_a_drag_look_elsewhere(overview: Overview, moon: Workspace) -> None:
    camera = moon.viewer.scene.camera
    camera.zoom = 8 * camera.zoom
    box = overview.box
    press(overview, QPoint(round(box.left() + box.width() / 4), round(box.center().y())))
    scale = moon.view.layers.amplitude.scale
    assert camera.center[-1] == pytest.approx(COLUMNS / 4 * scale[-1], rel=0.03)
    assert overview.seen.center().x() == pytest.approx(box.left() + box.width() / 4, abs=2)
    drag(overview, [box.center().toPoint(), box.bottomRight().toPoint() + QPoint(30, 30)])
    assert camera.center[-2:] == pytest.approx((ROWS * scale[-2], COLUMNS * scale[-1]))


def test_a_volume_has_none(workspace: Workspace, qtbot: QtBot) -> None:
    made = Overview(workspace)
    qtbot.addWidget(made)
    assert made.isHidden()
