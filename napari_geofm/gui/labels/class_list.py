"""The list of classes: click to paint with one, rename in place, recolour, lock."""

from qtpy.QtCore import QModelIndex, Qt, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractItemView, QColorDialog, QHeaderView, QTableView, QWidget

from napari_geofm.gui.labels.class_cells import LockCell, SwatchCell
from napari_geofm.gui.labels.class_model import COLOUR, LOCK, NAME, SAMPLES, ClassModel
from napari_geofm.gui.parts.telling import telling
from napari_geofm.session import Session

__all__ = ["ClassList"]

ROW_PX = 24
SEEN_ROWS = (3, 8)
"""Rows that the list is at least and at most high; more are scrolled to."""


class ClassList(QTableView):
    """Classes with colour, key, name, count and lock.

    Parameters
    ----------
    session
        Whose classes.
    keys
        The key that chooses each class, by number.
    """

    chosen = Signal(int)

    def __init__(self, session: Session, keys: dict[int, str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.table = ClassModel(session, keys, self)
        self.setModel(self.table)
        self.setObjectName("geofm-classes")
        self._swatch, self._lock = SwatchCell(self), LockCell(self)
        self.setItemDelegateForColumn(COLOUR, self._swatch)
        self.setItemDelegateForColumn(LOCK, self._lock)
        self._arrange()
        self.clicked.connect(self._clicked)
        self.doubleClicked.connect(self._double_clicked)
        session.classes_changed.connect(self._classes_changed)
        session.labels_changed.connect(self._recount)
        self._classes_changed()

    def choose(self, number: int) -> None:
        """Paint with class ``number`` from now on."""
        if not 0 <= number < len(self.session.classes):
            return
        self.session.current_class = number
        self._show_current()
        self.chosen.emit(number)

    def recolour(self, number: int) -> None:
        """Ask for another colour of class ``number``."""
        info = self.session.classes.infos[number]
        found = QColorDialog.getColor(QColor(info.colour), self, f"Colour of {info.name}")
        if found.isValid():
            with telling():
                self.session.recolour_class(number, found.name())

    def edit_name(self, number: int) -> None:
        """Let the user type the name in its place."""
        self.edit(self.table.index(number, NAME))

    def _arrange(self) -> None:
        across, down = self.horizontalHeader(), self.verticalHeader()
        if across is None or down is None:
            return
        across.hide()
        across.setMinimumSectionSize(20)
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in ((COLOUR, 26), (SAMPLES, 58), (LOCK, 26)):
            self.setColumnWidth(column, width)
        down.hide()
        down.setDefaultSectionSize(ROW_PX)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed)
        # Letters typed over the canvas's neighbour are keys of the viewer, not a search in this list.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _clicked(self, index: QModelIndex) -> None:
        if index.column() == LOCK:
            number = index.row()
            with telling():
                self.session.lock_class(number, number not in self.session.locked)
            self._show_current()
            return
        self.choose(index.row())

    def _double_clicked(self, index: QModelIndex) -> None:
        if index.column() == COLOUR and not self.session.read_only:
            self.recolour(index.row())

    def _classes_changed(self) -> None:
        self.table.refresh()
        rows = min(max(len(self.session.classes), SEEN_ROWS[0]), SEEN_ROWS[1])
        self.setFixedHeight(rows * ROW_PX + 2 * self.frameWidth() + 2)
        self._show_current()

    def _recount(self, _where: object = None) -> None:
        self.table.recount()

    def _show_current(self) -> None:
        if len(self.session.classes):
            self.selectRow(self.session.current_class)
            self.viewport().update()  # type: ignore[union-attr]
