"""The list of interpretations: a tick shows or hides one, a double click renames it."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QSize, Qt, Signal
from qtpy.QtGui import QColor, QIcon, QPainter, QPixmap
from qtpy.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import count_words

if TYPE_CHECKING:
    from napari_geofm.session.picks.shelf import Pick, PickShelf

__all__ = ["PicksList"]

ROW_PX = 20
SEEN_ROWS = (1, 6)
"""Rows that the list is at least and at most high; more are scrolled to."""

UNITS = {"horizon": "picks", "fault": "nodes", "polygon": "corners"}


class PicksList(QListWidget):
    """Interpretations with tick, colour and name.

    Parameters
    ----------
    shelf
        Whose they are.
    """

    current_changed = Signal()

    def __init__(self, shelf: "PickShelf", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setUniformItemSizes(True)
        self.itemChanged.connect(self._edited)
        self.currentRowChanged.connect(self._turned)
        self.refresh()

    @property
    def chosen(self) -> "Pick | None":
        """The interpretation that is chosen."""
        item = self.currentItem()
        number = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
        return next((pick for pick in self._shelf.items if pick.number == number), None)

    def refresh(self) -> None:
        """Read the list anew, and keep what is chosen."""
        before = self.chosen
        self.blockSignals(True)
        self.clear()
        for pick in self._shelf.items:
            item = QListWidgetItem(_swatch(pick.colour), pick.name)
            item.setData(Qt.ItemDataRole.UserRole, pick.number)
            flags = Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEditable
            item.setFlags(item.flags() | flags)
            item.setCheckState(Qt.CheckState.Checked if pick.visible else Qt.CheckState.Unchecked)
            source = f", from {pick.source}" if pick.source else ""
            item.setToolTip(f"{pick.what.kind}, {count_words(pick.what.picked)} {UNITS[pick.what.kind]}{source}")
            item.setSizeHint(QSize(0, ROW_PX))
            self.addItem(item)
            if before is not None and pick.number == before.number:
                self.setCurrentItem(item)
        if self.currentRow() < 0 and self.count():
            self.setCurrentRow(self.count() - 1)
        self.blockSignals(False)
        rows = min(max(self.count(), SEEN_ROWS[0]), SEEN_ROWS[1])
        self.setFixedHeight(rows * ROW_PX + 2 * self.frameWidth() + 2)
        self.current_changed.emit()

    def _edited(self, item: QListWidgetItem) -> None:
        number = item.data(Qt.ItemDataRole.UserRole)
        with telling():
            self._shelf.change(number, name=item.text(), visible=item.checkState() == Qt.CheckState.Checked)
        # A name that is empty, or one that is taken, is shown as it is kept.
        self.refresh()

    def _turned(self, _row: int) -> None:
        self.current_changed.emit()


def _swatch(colour: str) -> QIcon:
    pixmap = QPixmap(14, 14)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(0, 0, 0, 120))
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(1, 1, 12, 12, 3, 3)
    painter.end()
    icon = QIcon(pixmap)
    # Qt would tint the chosen row's, which then is no longer the colour of the lines.
    icon.addPixmap(pixmap, QIcon.Mode.Selected)
    return icon
