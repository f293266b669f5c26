"""The table of events: sorted by a click on a heading, gone through by the arrow keys."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QItemSelectionModel, QSortFilterProxyModel, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from napari_geofm.gui.events.events_model import COLUMNS, SORTED, EventsModel

if TYPE_CHECKING:
    from napari_geofm.core.das.event_list import EventList

__all__ = ["EventsTable"]

WIDTHS = (60, 73, 32, 30, 40, 32)
"""Widths of the columns, px: what their numbers need, of what the dock has; names take what is left."""

ROW_PX, SEEN_ROWS = 20, (3, 8)
"""Height of a row, and how many are seen at least and at most; others are scrolled to."""


class EventsTable(QTableView):
    """Events in a table."""

    gone_to = Signal(int)
    """An event was clicked, or come to by key: its position in the list."""

    chosen_changed = Signal()

    deleted = Signal()
    """Delete was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plain = EventsModel(self)
        self.sorted = QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.plain)
        self.sorted.setSortRole(SORTED)
        self.setModel(self.sorted)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setSortingEnabled(True)
        self.sortByColumn(1, Qt.SortOrder.AscendingOrder)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet("QTableView { font-size: 11px; } QHeaderView::section { padding: 1px 2px; }")
        self._shape_headers()
        self.clicked.connect(lambda index: self._go(index.row()))
        selection = self.selectionModel()
        if selection is not None:
            selection.selectionChanged.connect(lambda *_: self.chosen_changed.emit())

    @property
    def chosen(self) -> list[int]:
        """Positions in the list of the events that are chosen, in the order of the table."""
        selection = self.selectionModel()
        rows = selection.selectedRows() if selection is not None else []
        return [self.sorted.mapToSource(row).row() for row in sorted(rows, key=lambda row: row.row())]

    def show_events(self, events: "EventList | None") -> None:
        """Show other events; those chosen stay so where they are still listed."""
        before = self.plain.events
        kept = {id(before.events[place]) for place in self.chosen} if before is not None else set()
        self.plain.show(events)
        sure = any(np.isfinite(event.confidence) for event in (events.events if events is not None else ()))
        self.setColumnHidden(len(COLUMNS) - 1, not sure)
        rows = min(max(self.plain.rowCount(), SEEN_ROWS[0]), SEEN_ROWS[1])
        header = self.horizontalHeader()
        above = header.sizeHint().height() if header is not None else ROW_PX
        self.setFixedHeight(rows * ROW_PX + above + 2 * self.frameWidth())
        for place, event in enumerate(events.events if events is not None else ()):
            if id(event) in kept:
                self._select(self.sorted.mapFromSource(self.plain.index(place, 0)).row(), add=True)
        self.chosen_changed.emit()

    def step(self, count: int) -> None:
        """Go some rows on, or back below 0; from nowhere to the first or the last."""
        rows = self.sorted.rowCount()
        if not rows:
            return
        selection = self.selectionModel()
        chosen = sorted(row.row() for row in selection.selectedRows()) if selection is not None else []
        if chosen:
            row = min(max(0, (chosen[-1] if count > 0 else chosen[0]) + count), rows - 1)
        else:
            row = 0 if count > 0 else rows - 1
        self._select(row)
        self._go(row)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Take events out by Delete; go along by the arrows."""
        key = event.key() if event is not None else None
        if key in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.deleted.emit()
        elif key in {Qt.Key.Key_Up, Qt.Key.Key_Down}:
            self.step(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)

    def _go(self, row: int) -> None:
        self.gone_to.emit(self.sorted.mapToSource(self.sorted.index(row, 0)).row())

    def _select(self, row: int, *, add: bool = False) -> None:
        flag = QItemSelectionModel.SelectionFlag
        index, selection = self.sorted.index(row, 0), self.selectionModel()
        if selection is not None:
            how = flag.Select if add else flag.ClearAndSelect
            selection.select(index, how | flag.Rows)
            selection.setCurrentIndex(index, flag.NoUpdate)
        self.scrollTo(index)

    def _shape_headers(self) -> None:
        header, side = self.horizontalHeader(), self.verticalHeader()
        if header is not None:
            header.setMinimumSectionSize(20)
            header.setHighlightSections(False)
            for column, width in enumerate(WIDTHS):
                header.resizeSection(column, width)
            header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        if side is not None:
            side.hide()
            side.setDefaultSectionSize(ROW_PX)
            side.setMinimumSectionSize(ROW_PX)
