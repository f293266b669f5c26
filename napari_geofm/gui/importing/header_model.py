"""The first traces' headers as a table."""

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

if TYPE_CHECKING:
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
