"""A small button with a sign that steps or moves something, and leaves the keys to the canvas."""

from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QToolButton, QWidget

__all__ = ["arrow_button"]


def arrow_button(sign: str, what: str, go: Callable[[], object], parent: QWidget) -> QToolButton:
    """Return a button with a sign and a tooltip that does something when clicked."""
    button = QToolButton(parent)
    button.setText(sign)
    button.setToolTip(what)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.clicked.connect(lambda: go())
    return button
