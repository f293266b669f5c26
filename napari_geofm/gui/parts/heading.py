"""A small heading within a step of the dock."""

from qtpy.QtWidgets import QLabel, QWidget

__all__ = ["Heading"]


class Heading(QLabel):
    """A bold line with a little room above."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setStyleSheet("font-weight: bold; margin-top: 4px;")
