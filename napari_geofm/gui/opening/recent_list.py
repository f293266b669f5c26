"""The way in: buttons for a file or folder, and the surveys opened last, one click each."""

import time
from collections.abc import Callable
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from napari_geofm.gui.opening.recent_row import RecentRow
from napari_geofm.gui.parts.note import Note
from napari_geofm.session import forget, recent_sessions

__all__ = ["RecentList"]


class RecentList(QWidget):
    """Opens surveys.

    Parameters
    ----------
    open_file
        Opens a survey.
    ask, ask_folder
        Ask for a file or folder, and open it.
    """

    def __init__(
        self,
        open_file: Callable[[Path], None],
        ask: Callable[[], None],
        ask_folder: Callable[[], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._open_file = open_file
        self.rows: list[RecentRow] = []
        self.choose = QPushButton("Open survey…", self)
        self.choose.setToolTip("SEG-Y, volumes of other programs, DAS recordings, images and elevation maps")
        self.choose.clicked.connect(lambda: ask())
        self.tiles = QPushButton("Folder…", self)
        self.tiles.setToolTip(
            "A folder of DAS files, which are one recording; of pictures of one size, which are looked at one by one; "
            "or a .zarr volume"
        )
        self.tiles.clicked.connect(lambda: ask_folder())
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose, 1)
        buttons.addWidget(self.tiles)
        self.note = Note()
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self._list.setContentsMargins(0, 0, 0, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(6, 6, 6, 6)
        whole.addLayout(buttons)
        whole.addWidget(self.note)
        whole.addWidget(self._scrolled(), 1)
        self.setMinimumWidth(280)
        self.setMaximumWidth(320)
        self.refresh()

    def refresh(self, _news: object = None) -> None:
        """Read the list anew."""
        for row in self.rows:
            self._list.removeWidget(row)
            row.deleteLater()
        now = time.time()
        self.rows = [RecentRow(each, now) for each in recent_sessions()]
        for place, row in enumerate(self.rows):
            row.wanted.connect(self._open_file)
            row.unwanted.connect(self._forget)
            self._list.insertWidget(place, row)
        self.note.say(
            "Opened last. Labels and models come back with a click."
            if self.rows
            else "Nothing was opened yet. To try it out: File > Open Sample > GeoFM."
        )

    def _forget(self, survey: Path) -> None:
        forget(survey)
        self.refresh()

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        around = QVBoxLayout(inside)
        around.setContentsMargins(0, 0, 0, 0)
        around.addLayout(self._list)
        around.addStretch(1)
        area = QScrollArea(self)
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area
