"""What the script's hands do is what a user's would."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.gui.tour import Hands, until
from napari_geofm.gui.workspace import Workspace


@pytest.fixture
def hands(workspace: Workspace, qtbot: QtBot) -> Hands:
    window = workspace.viewer.window._qt_window
    window.show()
    qtbot.waitExposed(window)
    workspace.view.frame()
    return Hands(workspace.viewer)


def test_a_stroke_labels_what_it_went_over(hands: Hands, workspace: Workspace, qtbot: QtBot) -> None:
    session, layer = workspace.session, workspace.viewer.layers["labels"]
    workspace.viewer.layers.selection.active = layer
    layer.mode, layer.brush_size, layer.selected_label = "paint", 3, 2
    hands.stroke([(20, 5), (20, 15), (24, 25)])
    qtbot.waitUntil(lambda: bool(session.labels_at(session.place).any()), timeout=3000)
    painted = session.labels_at(session.place)
    assert set(np.unique(painted)) == {0, 2}
    assert painted[20, 5] == painted[20, 10] == painted[20, 15] == painted[24, 25] == 2
    rows, columns = np.nonzero(painted)
    assert (rows.min(), columns.min()) >= (18, 3)
    assert (rows.max(), columns.max()) <= (26, 27)


def test_what_does_not_come_is_named() -> None:
    with pytest.raises(TimeoutError, match="the moon"):
        until(lambda: False, "the moon", 0.05)
