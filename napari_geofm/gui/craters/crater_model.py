"""The table of craters."""

import math
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt

from napari_geofm.core.craters.crater import Crater

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CraterModel"]

ROOT = QModelIndex()
RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
SORT = int(Qt.ItemDataRole.UserRole)


class CraterModel(QAbstractTableModel):
    """Craters as rows: diameter, place, confidence, edge.

    Parameters
    ----------
    unit
        ``"km"``, with latitude and longitude; or ``"px"``, with row and column.
    """

    def __init__(self, unit: str) -> None:
        super().__init__()
        self.craters: tuple[Crater, ...] = ()
        places = ("lat", "lon") if unit == "km" else ("row", "column")
        self.names = (unit, *places, "sure", "edge")
        self._told = (
            f"Diameter in {unit}",
            "Latitude" if unit == "km" else "Row",
            "Longitude, east positive" if unit == "km" else "Column",
            "How surely this is a crater of this size, 0 to 1",
            "Whether it is cut by the image's border or by missing pixels",
        )

    def take(self, craters: "Sequence[Crater]") -> None:
        """Show other craters."""
        self.beginResetModel()
        self.craters = tuple(craters)
        self.endResetModel()

    def rowCount(self, parent: QModelIndex = ROOT) -> int:  # noqa: N802  (Qt's name)
        """Count of craters."""
        return 0 if parent.isValid() else len(self.craters)

    def columnCount(self, parent: QModelIndex = ROOT) -> int:  # noqa: N802  (Qt's name)
        """Count of columns."""
        return 0 if parent.isValid() else len(self.names)

    def headerData(self, section: int, way: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802  (Qt's name)
        """Names of the columns; what they mean as a tooltip."""
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self.names[section]
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole:
            return self._told[section]
        return None

    def data(self, index: QModelIndex, role: int = 0) -> Any:
        """Return what stands in a cell, or by what it is sorted."""
        if not index.isValid():
            return None
        value = self._values(self.craters[index.row()])[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _words(index.column(), value)
        if role == SORT:
            return value
        return RIGHT if role == Qt.ItemDataRole.TextAlignmentRole else None

    @staticmethod
    def _values(crater: Crater) -> tuple[float, float, float, float, float]:
        down = crater.row if crater.lat is None else crater.lat
        across = crater.column if crater.lon is None else crater.lon
        return crater.size, down, across, crater.confidence, float(crater.on_edge)


def _words(column: int, value: float) -> str:
    if column == 4:
        return "cut" if value else ""
    if column == 3:
        return f"{value:.2f}"
    if column == 0:
        return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"
    return f"{value:.2f}" if math.fabs(value) < 1000 else f"{value:.0f}"
