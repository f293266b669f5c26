"""What is said while a section takes long to read: a disk or network that answers slowly, or not at all."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QTimer
from qtpy.QtWidgets import QLabel

from napari_geofm.gui.canvas.canvas_look import canvas_of, lie_over
from napari_geofm.gui.parts.words import place_words

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.core.region import At

__all__ = ["Waiting"]

SOON_MS, LONG_MS = 1000, 8000
"""After so long it is said that a section is being read, and that something may be wrong."""


class Waiting(QObject):
    """A line at the lower edge of the canvas, while a section is awaited for more than a second.

    Parameters
    ----------
    viewer
        Over whose canvas it lies.
    """

    def __init__(self, viewer: "Viewer", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas = canvas_of(viewer)
        self.note = QLabel(self._canvas)
        self.note.setStyleSheet("background: rgba(20, 22, 28, 225); color: #f0f0f0; padding: 4px 8px;")
        self.note.hide()
        lie_over(self.note)
        self._what = ""
        self._soon, self._long = QTimer(self), QTimer(self)
        for timer, wait, say in ((self._soon, SOON_MS, self._say_soon), (self._long, LONG_MS, self._say_long)):
            timer.setSingleShot(True)
            timer.setInterval(wait)
            timer.timeout.connect(say)

    def begin(self, at: "At") -> None:
        """Begin to wait for a section; who steps on while the disk stalls has been waiting since the first."""
        self._what = place_words(at)
        if not self._long.isActive() and self.note.isHidden():
            self._soon.start()
            self._long.start()
        elif not self.note.isHidden():
            self._say_soon() if self._long.isActive() else self._say_long()

    def end(self) -> None:
        """Wait no longer: it is there, or will not come."""
        self._soon.stop()
        self._long.stop()
        self.note.hide()

    def close(self) -> None:
        """Say nothing more."""
        self.end()
        self.note.deleteLater()

    def _say_soon(self) -> None:
        self._say(f"Reading {self._what}…")

    def _say_long(self) -> None:
        self._say(f"Still reading {self._what}: its disk or network answers slowly, or not at all")

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.adjustSize()
        left = max(0, (self._canvas.width() - self.note.width()) // 2)
        self.note.move(left, self._canvas.height() - self.note.height() - 10)
        self.note.show()
        self.note.raise_()
