"""The classes of a session as a table that Qt shows and edits."""

from typing import Any

from qtpy.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt
from qtpy.QtGui import QColor, QFont

from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import count_words
from napari_geofm.session import Session

__all__ = ["COLOUR", "LOCK", "NAME", "SAMPLES", "ClassModel"]

COLOUR, NAME, SAMPLES, LOCK = range(4)
"""Columns."""

EDIT_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)


class ClassModel(QAbstractTableModel):
    """One row per class: colour and key, name, labelled samples, lock.

    Parameters
    ----------
    session
        What is shown; every edit goes there first, and comes back by its signals.
    keys
        The key that chooses each class, by number; missing ones have none.
    """

    def __init__(self, session: Session, keys: dict[int, str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._keys = keys or {}
        self._samples: dict[int, tuple[int, int]] = {}
        self._rows = 0
        self.refresh()

    def refresh(self) -> None:
        """Read classes and counts anew; rows that stay are kept, so that no double-click or typed name is lost."""
        count = len(self._session.classes)
        if count != self._rows:
            self.beginResetModel()
            self._rows = count
            self.endResetModel()
        self.recount()

    def recount(self) -> None:
        """Read the counts anew."""
        self._samples = {one.number: (one.samples, one.sections) for one in self._session.statistics()}
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(self._rows - 1, LOCK))

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802  (Qt's name)
        """Return the count of classes."""
        return 0 if parent is not None and parent.isValid() else self._rows

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: ARG002, N802  (Qt's name)
        """Return the count of columns."""
        return 4

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        """Return that names can be edited, unless the session is read-only."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME and not self._session.read_only:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        number = index.row()
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(number, index.column())
        cells = {COLOUR: self._colour, NAME: self._name, SAMPLES: self._count, LOCK: self._lock}
        return cells[index.column()](number, role)

    def setData(self, index: QModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Rename a class; a name that cannot be is told, and the old one stays."""
        if index.column() != NAME or role != Qt.ItemDataRole.EditRole:
            return False
        name = str(value).strip()
        if not name or name == self._session.classes.infos[index.row()].name:
            return False
        with telling():
            self._session.rename_class(index.row(), name)
        return name == self._session.classes.names[index.row()]

    def _colour(self, number: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return str(number + 1) if number in self._keys else ""
        return QColor(self._session.classes.infos[number].colour) if role == Qt.ItemDataRole.UserRole else None

    def _name(self, number: int, role: int) -> Any:
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(number == self._session.current_class)
            return font
        return self._session.classes.infos[number].name if role in EDIT_ROLES else None

    def _count(self, number: int, role: int) -> Any:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return count_words(self._samples.get(number, (0, 0))[0]) if role == Qt.ItemDataRole.DisplayRole else None

    def _lock(self, number: int, role: int) -> Any:
        return number in self._session.locked if role == Qt.ItemDataRole.UserRole else None

    def _tip(self, number: int, column: int) -> str:
        name = self._session.classes.infos[number].name
        if column == LOCK:
            locked = number in self._session.locked
            return f"{name} is locked: strokes go around it" if locked else f"Lock {name}: strokes then go around it"
        if column == SAMPLES:
            samples, sections = self._samples.get(number, (0, 0))
            return f"{samples:,} labelled samples of {name} on {sections} section{'' if sections == 1 else 's'}"
        key = f" ({self._keys[number]})" if number in self._keys else ""
        return f"Paint with {name}{key}; double-click to " + ("change the colour" if column == COLOUR else "rename")
