"""The first traces' headers as a table."""

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from qtpy.QtGui import QFont

if TYPE_CHECKING:
    from collections.abc import Collection

    from napari_geofm.io.segy.looking import HeaderTable

__all__ = ["HeaderModel"]

_Index = QModelIndex | QPersistentModelIndex
_TOP = QModelIndex()


class HeaderModel(QAbstractTableModel):
    """One row a trace, one column a header field that is used anywhere, named by its first byte and the standard.

    Parameters
    ----------
    table
        The numbers.
    """

    def __init__(self, table: "HeaderTable") -> None:
        super().__init__()
        self.table = table
        self._chosen: frozenset[int] = frozenset()

    def mark(self, chosen: "Collection[int]") -> int:
        """Write the fields that begin at these bytes in bold; return the first one's column, -1 where there is none."""
        self._chosen = frozenset(chosen)
        if self.columnCount():
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))
        shown = [each.byte for each in self.table.fields]
        return next((shown.index(byte) for byte in chosen if byte in shown), -1)

    def _font(self, column: int) -> QFont | None:
        if self.table.fields[column].byte not in self._chosen:
            return None
        font = QFont()
        font.setBold(True)
        return font

    def rowCount(self, _parent: _Index = _TOP) -> int:  # noqa: N802  (Qt's name)
        """Return how many traces are shown."""
        return len(self.table.traces)

    def columnCount(self, _parent: _Index = _TOP) -> int:  # noqa: N802  (Qt's name)
        """Return how many fields are shown."""
        return len(self.table.fields)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a header's number."""
        if role == Qt.ItemDataRole.DisplayRole:
            return str(int(self.table.values[index.row(), index.column()]))
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole:
            return self._font(index.column())
        return None

    def headerData(self, place: int, along: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """Return what a column or a row is called."""
        if along == Qt.Orientation.Vertical:
            return f"trace {int(self.table.traces[place]) + 1:,}" if role == Qt.ItemDataRole.DisplayRole else None
        field = self.table.fields[place]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{field.byte}\n{field.name}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{field.name}: bytes {field.byte} to {field.byte + field.width - 1}"
        return None
