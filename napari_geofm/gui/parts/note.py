"""A line of plain words below a button or form."""

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QLabel, QSizePolicy, QWidget

__all__ = ["Note"]


class Note(QLabel):
    """A small wrapped text that takes no room while it is empty, and never widens the dock."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setStyleSheet("font-size: 11px;")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.say(text)

    def say(self, text: str) -> None:
        """Show ``text``; an empty one hides the line."""
        self.setText(text)
        self.setVisible(bool(text))
