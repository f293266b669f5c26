"""Real clicks and keys, typed: the stubs of pytest-qt and of QTest are not."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytestqt.qtbot import QtBot
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QApplication, QMainWindow, QWidget

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["activate", "canvas_spot", "double_press", "drag", "hover", "press", "type_keys"]

LEFT = Qt.MouseButton.LeftButton


def activate(window: QMainWindow, qtbot: QtBot) -> None:
    """Make a window the active one: a shortcut acts in no other, and the display's answer takes a moment."""
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is window, timeout=10_000)


def press(widget: QWidget | None, pos: QPoint | None = None) -> None:
    """Click the left button, in the middle by default."""
    assert widget is not None
    QtBot.mouseClick(widget, LEFT, pos=pos if pos is not None else widget.rect().center())  # type: ignore[no-untyped-call]


def canvas_spot(workspace: "Workspace", row: int, column: int) -> QPoint:
    """Return where on the canvas a sample of the section lies."""
    canvas, camera = workspace.viewer.window._qt_viewer.canvas, workspace.viewer.scene.camera
    world = workspace.view.layers.amplitude.data_to_world((row, column))
    height, width = canvas.size
    down, across = ((at - middle) * camera.zoom for at, middle in zip(world[-2:], camera.center[-2:], strict=True))
    return QPoint(round(width / 2 + across), round(height / 2 + down))


def double_press(widget: QWidget | None, pos: QPoint) -> None:
    """Double-click the left button."""
    assert widget is not None
    QtBot.mouseDClick(widget, LEFT, pos=pos)  # type: ignore[no-untyped-call]


def drag(widget: QWidget | None, path: Sequence[QPoint]) -> None:
    """Press the left button at the first place, move to the others, let go at the last."""
    assert widget is not None
    QtBot.mousePress(widget, LEFT, pos=path[0])  # type: ignore[no-untyped-call]
    for place in path[1:]:
        _move(widget, place, LEFT)
    QtBot.mouseRelease(widget, LEFT, pos=path[-1])  # type: ignore[no-untyped-call]


def hover(widget: QWidget | None, place: QPoint) -> None:
    """Move the mouse there with no button down."""
    assert widget is not None
    _move(widget, place, Qt.MouseButton.NoButton)


def _move(widget: QWidget, place: QPoint, held: Qt.MouseButton) -> None:
    # QTest's own moves know of no button that is down.
    there = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        there,
        QPointF(widget.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        held,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def type_keys(widget: QWidget | None, text: str, *, end: Qt.Key | None = None) -> None:
    """Type a text, and a key after it."""
    assert widget is not None
    QtBot.keyClicks(widget, text)  # type: ignore[no-untyped-call]
    if end is not None:
        QtBot.keyClick(widget, end)  # type: ignore[no-untyped-call]
