"""A hand with a mouse and a keyboard, for widgets: what Qt's own test tools send are real events."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qtpy.QtCore import QPoint
    from qtpy.QtWidgets import QMenu, QWidget

__all__ = ["double_press", "pick", "press", "press_box", "press_key", "type_text"]


def hand() -> Any:
    """Return Qt's test tools, whose types do not say that they need no object."""
    from qtpy.QtTest import QTest

    return QTest


def press(widget: "QWidget | None", pos: "QPoint | None" = None) -> None:
    """Click with the left button, in the middle by default."""
    from qtpy.QtCore import Qt

    assert widget is not None
    where = pos if pos is not None else widget.rect().center()
    hand().mouseClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)


def press_box(box: "QWidget") -> None:
    """Click a check box, whose widget may be wider than what can be clicked."""
    from qtpy.QtCore import QPoint

    press(box, QPoint(8, box.height() // 2))


def double_press(widget: "QWidget | None", pos: "QPoint") -> None:
    """Double-click with the left button."""
    from qtpy.QtCore import Qt

    assert widget is not None
    press(widget, pos)
    hand().mouseDClick(widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pos)


def press_key(widget: "QWidget", key: Any, modifier: Any = None) -> None:
    """Press a key and let it go."""
    from qtpy.QtCore import Qt

    hand().keyClick(widget, key, modifier or Qt.KeyboardModifier.NoModifier)


def type_text(widget: "QWidget", text: str) -> None:
    """Type a text over what is there, and Return."""
    from qtpy.QtCore import Qt

    hand().keyClick(widget, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    hand().keyClicks(widget, text)
    hand().keyClick(widget, Qt.Key.Key_Return)


def pick(button: "QWidget", menu: "QMenu", text: str) -> None:
    """Click a button and then an entry of its menu, which Qt shows in a loop of its own."""
    from qtpy.QtCore import QTimer

    def choose() -> None:
        action = next(each for each in menu.actions() if each.text() == text)
        press(menu, menu.actionGeometry(action).center())
        menu.close()

    QTimer.singleShot(60, choose)
    press(button)
