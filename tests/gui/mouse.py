"""Real clicks and keys, typed: the stubs of pytest-qt and of QTest are not."""

from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QWidget

__all__ = ["double_press", "press", "type_keys"]

LEFT = Qt.MouseButton.LeftButton


def press(widget: QWidget | None, pos: QPoint | None = None) -> None:
    """Click the left button, in the middle by default."""
    assert widget is not None
    QtBot.mouseClick(widget, LEFT, pos=pos if pos is not None else widget.rect().center())  # type: ignore[no-untyped-call]


def double_press(widget: QWidget | None, pos: QPoint) -> None:
    """Double-click the left button."""
    assert widget is not None
    QtBot.mouseDClick(widget, LEFT, pos=pos)  # type: ignore[no-untyped-call]


def type_keys(widget: QWidget | None, text: str, *, end: Qt.Key | None = None) -> None:
    """Type a text, and a key after it."""
    assert widget is not None
    QtBot.keyClicks(widget, text)  # type: ignore[no-untyped-call]
    if end is not None:
        QtBot.keyClick(widget, end)  # type: ignore[no-untyped-call]
