"""The steps of a processing chain as a list: switched on and off, moved, removed."""

from qtpy.QtCore import QSignalBlocker, QSize, Qt, Signal
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem, QWidget

from napari_geofm.core.das.step import Step

__all__ = ["StepList"]

STEP = Qt.ItemDataRole.UserRole


class StepList(QListWidget):
    """Steps in order; those with a tick are done. Drag them, or press Delete."""

    edited = Signal()
    """Steps were switched, moved or removed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setToolTip("Done from top to bottom. Tick: done; drag: another order; Delete: away")
        self.itemChanged.connect(lambda _: self.edited.emit())
        model = self.model()
        assert model is not None
        model.rowsMoved.connect(lambda *_: self.edited.emit())

    @property
    def steps(self) -> tuple[tuple[Step, bool], ...]:
        """Each step with whether it is done."""
        items = [self.item(row) for row in range(self.count())]
        return tuple(
            (item.data(STEP), item.checkState() == Qt.CheckState.Checked) for item in items if item is not None
        )

    def show_steps(self, steps: tuple[tuple[Step, bool], ...]) -> None:
        """Show other steps."""
        row = self.currentRow()
        with QSignalBlocker(self):
            self.clear()
            for step, on in steps:
                self._insert(self.count(), step, on=on)
            self.setCurrentRow(min(row, self.count() - 1))
        self.updateGeometry()
        self.currentRowChanged.emit(self.currentRow())

    def add(self, *steps: Step) -> None:
        """Add steps behind the chosen one, and choose the last of them."""
        row = self.currentRow() + 1 if self.currentRow() >= 0 else self.count()
        with QSignalBlocker(self):
            for place, step in enumerate(steps):
                self._insert(row + place, step, on=True)
        self.setCurrentRow(row + len(steps) - 1)
        self._told()

    def replace_current(self, step: Step) -> None:
        """Give the chosen step other values."""
        item = self.currentItem()
        if item is not None:
            with QSignalBlocker(self):
                item.setData(STEP, step)
                item.setText(step.words())
            self.edited.emit()

    def remove_current(self) -> None:
        """Take the chosen step away."""
        if self.currentRow() >= 0:
            self.takeItem(self.currentRow())
            self._told()

    def move_current(self, way: int) -> None:
        """Move the chosen step up (-1) or down (1)."""
        row = self.currentRow()
        if row < 0 or not 0 <= row + way < self.count():
            return
        with QSignalBlocker(self):
            self.insertItem(row + way, self.takeItem(row))
        self.setCurrentRow(row + way)
        self._told()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for all steps, and no more."""
        rows = max(2, min(8, self.count()))
        return QSize(200, rows * (self.sizeHintForRow(0) if self.count() else 16) + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the same: a list that scrolls within a panel that scrolls is lost on people."""
        return QSize(100, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Take the chosen step away by Delete."""
        if event is not None and event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace}:
            self.remove_current()
            return
        super().keyPressEvent(event)

    def _insert(self, row: int, step: Step, *, on: bool) -> None:
        item = QListWidgetItem(step.words())
        item.setData(STEP, step)
        item.setToolTip(step.about)
        flags = item.flags() | Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsDragEnabled
        item.setFlags(flags & ~Qt.ItemFlag.ItemIsDropEnabled)
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.insertItem(row, item)

    def _told(self) -> None:
        self.updateGeometry()
        self.edited.emit()
