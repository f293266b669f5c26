"""The way in: a button for a file, and the surveys opened last, one click each."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from napari_geofm.session import recent_sessions

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["RecentList"]

SHOWN = 8


class RecentList(QWidget):
    """Opens surveys.

    Parameters
    ----------
    viewer
        Where they open.
    open_file
        Opens a file.
    ask
        Asks for a file, and opens it.
    """

    def __init__(
        self,
        viewer: "Viewer",
        open_file: Callable[[Path], None],
        ask: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer = viewer
        whole = QVBoxLayout(self)
        self.choose = QPushButton("Open survey…", self)
        self.choose.setToolTip("SEG-Y, DAS recordings, images and elevation maps, arrays")
        self.choose.clicked.connect(lambda: ask())
        whole.addWidget(self.choose)
        recent = recent_sessions()[:SHOWN]
        if recent:
            whole.addWidget(QLabel("Opened last; labels and models are restored:", self))
        self.recent = [QPushButton(each.survey.name, self) for each in recent]
        for button, each in zip(self.recent, recent, strict=True):
            button.setToolTip(str(each.survey))
            button.clicked.connect(lambda _on=False, file=each.survey: open_file(file))
            whole.addWidget(button)
        whole.addStretch(1)
