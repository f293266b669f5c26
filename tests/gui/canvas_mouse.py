"""Real mouse events on napari's canvas, at samples of the section."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent, QWheelEvent
from qtpy.QtWidgets import QApplication, QWidget

from napari_geofm.gui.canvas.canvas_look import canvas_of
from napari_geofm.gui.workspace import Workspace

__all__ = ["Canvas"]

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
CONTROL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
PRESS, MOVE, RELEASE = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease


class Canvas:
    """The mouse over a workspace's canvas."""

    def __init__(self, workspace: Workspace, qtbot: QtBot) -> None:
        self.workspace, self.qtbot = workspace, qtbot
        self.widget: QWidget = canvas_of(workspace.viewer)

    def at(self, row: float, column: float) -> QPoint:
        """Return where a sample lies on the canvas, in pixels."""
        world = np.array(self.workspace.view.layers.amplitude.data_to_world((row, column)))[-2:]
        camera = self.workspace.viewer.scene.camera
        x, y = (world - np.array(camera.center[-2:]))[::-1] * camera.zoom
        return QPoint(round(x + self.widget.width() / 2), round(y + self.widget.height() / 2))

    def send(self, kind: Any, place: QPoint, button: Any = LEFT, held: Any = None, keys: Any = PLAIN) -> None:
        """Send one event of the mouse."""
        down = held if held is not None else (NONE if kind == RELEASE else button)
        there = QPointF(self.widget.mapToGlobal(place))
        pressed = NONE if kind == MOVE else button
        QApplication.sendEvent(self.widget, QMouseEvent(kind, QPointF(place), there, pressed, down, keys))

    def hover(self, row: float, column: float) -> None:
        """Move the mouse with no button down."""
        self.send(MOVE, self.at(row, column), held=NONE)
        QApplication.processEvents()

    def press(self, row: float, column: float, keys: Any = PLAIN) -> None:
        """Press the left button."""
        self.hover(row, column)
        self.send(PRESS, self.at(row, column), keys=keys)

    def move(self, row: float, column: float, keys: Any = PLAIN) -> None:
        """Move with the left button down."""
        self.send(MOVE, self.at(row, column), keys=keys)

    def release(self, row: float, column: float, keys: Any = PLAIN) -> None:
        """Let the left button go; what was painted is recorded then."""
        self.send(RELEASE, self.at(row, column), keys=keys)
        QApplication.processEvents()

    def stroke(self, path: Sequence[tuple[float, float]], keys: Any = PLAIN) -> None:
        """Press at the first sample, move over the others, let go."""
        self.press(*path[0], keys=keys)
        for place in path[1:]:
            self.move(*place, keys=keys)
        self.release(*path[-1], keys=keys)

    def click(self, row: float, column: float) -> None:
        """Click the left button."""
        self.stroke([(row, column)])

    def double_click(self, row: float, column: float) -> None:
        """Click twice, as a window system tells it."""
        self.click(row, column)
        place = self.at(row, column)
        self.send(QEvent.Type.MouseButtonDblClick, place)
        self.release(row, column)

    def wheel(self, notches: float, keys: Any = CONTROL) -> None:
        """Turn the wheel in the middle: above 0 away from the user."""
        middle = QPointF(self.widget.rect().center())
        event = QWheelEvent(
            middle,
            QPointF(self.widget.mapToGlobal(self.widget.rect().center())),
            QPoint(0, 0),
            QPoint(0, round(120 * notches)),
            NONE,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.widget, event)
