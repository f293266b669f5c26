"""Which sections hold labels, and where the labels of this one came from."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.words import count_words, place_words

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["LabelledSections"]

WORDS = {
    Origin.HUMAN: "painted",
    Origin.ACCEPTED: "accepted",
    Origin.INTERPOLATED: "interpolated",
    Origin.IMPORTED: "imported",
    Origin.CARRIED: "carried",
}
SEEN_ROWS = 5
WAIT_MS = 150
"""Strokes that follow each other closely are counted once."""


class LabelledSections(QWidget):
    """A list to go to labelled sections by a click, and a line on the origin of the labels shown."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.origin = Note()
        self.heading = Note()
        self.list = QListWidget(self)
        self.list.setToolTip("Click to go to the section; ✓ is completely labelled")
        # Keys go on to the canvas after the click.
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addWidget(self.origin)
        whole.addWidget(self.heading)
        whole.addWidget(self.list)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.refresh)
        self.list.itemClicked.connect(self._go)
        for signal in (self.session.labels_changed, self.session.place_changed, self.session.history_changed):
            signal.connect(self._later)
        self.refresh()

    def refresh(self) -> None:
        """Read counts anew."""
        places = self.session.labelled_sections()
        paged = self.session.paging is not None
        what = "windows" if paged else "sections"
        nothing = f"No {'window' if paged else 'section'} is labelled yet."
        self.heading.say(f"Labelled {what}: {len(places)}" if places else nothing)
        self.list.clear()
        for place in places:
            tick = "  ✓" if str(place) in self.session.complete else ""
            item = QListWidgetItem(f"{place_words(place)}{tick}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, str(place))
            if place == self.session.place:
                self.list.setCurrentItem(item)
        self.list.setVisible(bool(places))
        self.list.setFixedHeight(min(max(len(places), 2), SEEN_ROWS) * max(16, self.list.sizeHintForRow(0)) + 6)
        self._show_origin()

    def _later(self, *_news: object) -> None:
        self._timer.start()

    def _go(self, item: QListWidgetItem) -> None:
        text = item.data(Qt.ItemDataRole.UserRole)
        self.session.go_to(At() if text == "whole" else At.parse(text))

    def _show_origin(self) -> None:
        counts = np.bincount(self.session.origins_at(self.session.place).ravel(), minlength=max(Origin) + 1)
        parts = [f"{count_words(int(counts[origin]))} {word}" for origin, word in WORDS.items() if counts[origin]]
        here = place_words(self.session.place)
        self.origin.say(f"Samples on {here}: {', '.join(parts)}." if parts else "")
