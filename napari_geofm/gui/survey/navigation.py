"""Stepping through the survey: axis, slider, header number, back and forward."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from napari_geofm.core.region import At
from napari_geofm.gui.parts.words import NAMES
from napari_geofm.gui.survey.number_box import NumberBox
from napari_geofm.gui.survey.scrub_row import ScrubRow
from napari_geofm.gui.survey.way_back import WayBack

if TYPE_CHECKING:
    from napari_geofm.core.axis import Axis
    from napari_geofm.session import Session

__all__ = ["Navigation"]

KEYS = dict(zip(("inline", "crossline", "twt", "depth"), ("I", "X", "T", "T"), strict=True))


class Navigation(QWidget):
    """Follows the session, and leads it. Of what is a single section there is nothing to step through: it is hidden.

    Parameters
    ----------
    session
        Where the interpreter is.
    """

    left = Signal()
    """A number was typed and gone to: keys belong to the canvas again."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._group = QButtonGroup(self)
        self.axes = {name: self._turner(name) for name in session.survey.cuts}
        self.way = WayBack(session, "section", self)
        self.number = NumberBox(session, self)
        self.number.setToolTip("The number in the headers; type one to go there. Comma and full stop step by one")
        self.names = QComboBox(self)
        self.names.setToolTip("The tile that is shown")
        self.names.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.scrub = ScrubRow("Drag to scrub through the survey; the wheel steps by one", self)
        self._lay_out()
        self._connect()
        self.setVisible(bool(session.survey.cuts))
        self.refresh()

    def refresh(self, _at: object = None) -> None:
        """Show where the session is."""
        at = self._session.place
        if not at.axis or at.value is None:
            return
        axis = self._session.survey.axis(at.axis)
        self.scrub.show_place(axis.index(at.value), axis.size)
        with QSignalBlocker(self.number), QSignalBlocker(self.names):
            self._say(axis, at.value)
        if at.axis in self.axes:
            self.axes[at.axis].setChecked(True)

    def _say(self, axis: "Axis", value: float | str) -> None:
        """Write the number or name of the section, and what the axis runs from and to."""
        self.number.setVisible(axis.is_numeric)
        self.names.setVisible(not axis.is_numeric)
        ends = ("", "")
        if axis.is_numeric:
            self.number.show_place(axis, float(value))
            ends = (f"{float(axis.first):.7g}", f"{float(axis.last):.7g}")
        elif self.names.count() != axis.size:
            self.names.clear()
            self.names.addItems([str(name) for name in axis.values])
        if not axis.is_numeric:
            self.names.setCurrentText(str(value))
            ends = ("1", str(axis.size))
        self.scrub.show_ends(*ends)

    def _lay_out(self) -> None:
        axes = QHBoxLayout()
        axes.setSpacing(3)
        for button in self.axes.values():
            axes.addWidget(button, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addLayout(axes, 0, 0, 1, 2)
        grid.addWidget(self.way, 1, 0)
        grid.addWidget(self.number, 1, 1)
        grid.addWidget(self.names, 1, 1)
        grid.addWidget(self.scrub, 2, 0, 1, 2)
        grid.setColumnStretch(1, 1)
        # One tile axis needs no button to turn to it.
        for button in self.axes.values():
            button.setVisible(len(self.axes) > 1)

    def _connect(self) -> None:
        self.scrub.dragged.connect(self._dragged)
        self.scrub.turned.connect(self._session.step)
        self.number.valueChanged.connect(self._typed)
        self.number.left.connect(self.left)
        self.names.activated.connect(self._named)
        self._session.place_changed.connect(self.refresh)

    def _turner(self, name: str) -> QPushButton:
        button = QPushButton(NAMES.get(name, name).capitalize(), self)
        button.setCheckable(True)
        key = f" (Shift+{KEYS[name]})" if name in KEYS else ""
        button.setToolTip(f"Look at sections along the {NAMES.get(name, name)} axis, where the mouse last was{key}")
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda _on=False: self._session.turn(name))
        self._group.addButton(button)
        return button

    def _dragged(self, position: int, remember: bool) -> None:
        axis = self._session.survey.axis(self._session.place.axis)
        self._session.go_to(At(axis.name, axis.values[position].item()), remember=remember)

    def _typed(self, number: float) -> None:
        self._session.go_to(At(self._session.place.axis, number))
        # What was typed may lie between two lines: show the one that was gone to.
        self.refresh()

    def _named(self, position: int) -> None:
        axis = self._session.survey.axis(self._session.place.axis)
        self._session.go_to(At(axis.name, axis.values[position].item()))
