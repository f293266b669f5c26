"""The craters in a list that is sorted by a click on a column."""

from collections.abc import Callable
from typing import Any

from qtpy.QtCore import QItemSelection, QModelIndex, QSortFilterProxyModel, Qt, Signal
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from napari_geofm.core.craters.crater import Crater
from napari_geofm.gui.craters.crater_model import SORT, CraterModel
from napari_geofm.session.craters.shelf import CraterShelf

__all__ = ["CraterTable"]

STYLE = "QTableView { font-size: 11px; } QHeaderView::section { font-size: 11px; padding: 1px 2px; }"


class CraterTable(QTableView):
    """Shows the craters of a shelf that its filter lets through.

    Parameters
    ----------
    shelf
        The session's craters.
    """

    picked = Signal(object)
    """A crater that was clicked or come to by the arrows: the view goes there."""

    def __init__(self, shelf: CraterShelf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf, self._following = shelf, False
        self.model_of, self.sorted = CraterModel(shelf.unit), QSortFilterProxyModel(self)
        self.sorted.setSourceModel(self.model_of)
        self.sorted.setSortRole(SORT)
        self.setModel(self.sorted)
        self.setSortingEnabled(True)
        self.sortByColumn(0, Qt.SortOrder.DescendingOrder)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setStyleSheet(STYLE)
        self.setFixedHeight(150)
        self.setToolTip("Click a crater to go there; click a column to sort by it")
        rows, columns = self.verticalHeader(), self.horizontalHeader()
        if rows is not None and columns is not None:
            rows.hide()
            rows.setDefaultSectionSize(18)
            columns.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        shelf.changed.connect(self.refresh)
        shelf.chosen_changed.connect(self._point_out)
        self.destroyed.connect(lambda: _forget(shelf, self.refresh, self._point_out))
        self.refresh()

    def refresh(self) -> None:
        """List what is shown now."""
        self._following = True
        self.model_of.take(self._shelf.shown.craters)
        self._following = False
        self._point_out()

    def crater_at(self, index: QModelIndex) -> Crater | None:
        """Return the crater of a row as it is sorted."""
        place = self.sorted.mapToSource(index)
        return self.model_of.craters[place.row()] if place.isValid() else None

    def selectionChanged(self, new: QItemSelection, old: QItemSelection) -> None:  # noqa: N802  (Qt's name)
        """Tell of a crater that a person has come to."""
        super().selectionChanged(new, old)
        rows = new.indexes()
        if rows and not self._following:
            self.picked.emit(self.crater_at(rows[0]))

    def _point_out(self) -> None:
        """Have the chosen one in sight."""
        chosen = self._shelf.chosen
        self._following = True
        place = next((row for row, each in enumerate(self.model_of.craters) if each is chosen), None)
        if chosen is None or place is None:
            self.clearSelection()
        else:
            index = self.sorted.mapFromSource(self.model_of.index(place, 0))
            self.selectRow(index.row())
            self.scrollTo(index)
        self._following = False


def _forget(shelf: CraterShelf, *followers: Callable[..., Any]) -> None:
    for follower in followers:
        shelf.changed.disconnect(follower, missing_ok=True)
        shelf.chosen_changed.disconnect(follower, missing_ok=True)
