"""A slider between its first and last number: dragged through the survey, stepped by the wheel."""

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QWidget

from napari_geofm.gui.survey.scrubber import Scrubber

__all__ = ["ScrubRow"]


class ScrubRow(QWidget):
    """Shows one of a number of places, and says where a hand wants to go.

    Parameters
    ----------
    what
        The slider's tooltip.
    """

    dragged = Signal(int, bool)
    """The position dragged to, and whether the way back begins here: of a whole drag it is one step long."""

    turned = Signal(int)
    """How many places the wheel went on, or back below 0."""

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = 0
        self._dragging = False
        self.slider = Scrubber(self)
        self.slider.setToolTip(what)
        self.first, self.last = QLabel(self), QLabel(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(5)
        for label in (self.first, self.last):
            label.setStyleSheet("font-size: 11px;")
        row.addWidget(self.first)
        row.addWidget(self.slider, 1)
        row.addWidget(self.last)
        self.slider.sliderReleased.connect(self._let_go)
        self.slider.valueChanged.connect(self._moved)

    def show_place(self, place: int, count: int) -> None:
        """Show one of ``count`` places, counted from 0."""
        with QSignalBlocker(self.slider):
            self.slider.setRange(0, max(count - 1, 0))
            self.slider.setValue(place)
        self._shown = self.slider.value()

    def show_ends(self, first: str, last: str) -> None:
        """Write what the places run from and to."""
        self.first.setText(first)
        self.last.setText(last)

    def _moved(self, place: int) -> None:
        before, self._shown = self._shown, place
        if self.slider.isSliderDown():
            begins, self._dragging = not self._dragging, True
            self.dragged.emit(place, begins)
        else:
            self.turned.emit(place - before)

    def _let_go(self) -> None:
        self._dragging = False
