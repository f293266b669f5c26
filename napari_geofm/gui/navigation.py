"""Stepping through the survey: axis, slider, header number, back and forward."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import (
    QButtonGroup,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QToolButton,
    QWidget,
)

from napari_geofm.core.region import At
from napari_geofm.gui.words import NAMES

if TYPE_CHECKING:
    from napari_geofm.session import Session

__all__ = ["Navigation"]


class _NumberBox(QDoubleSpinBox):
    """A box with header numbers: whole ones without a point; its arrows step to the next line that there is."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session

    def stepBy(self, steps: int) -> None:  # noqa: N802  (Qt's name)
        """Go some sections on."""
        self._session.step(steps)

    def textFromValue(self, value: float) -> str:  # noqa: N802  (Qt's name)
        """Return the number without needless zeros."""
        return f"{value:.10g}"


class Navigation(QWidget):
    """Follows the session, and leads it.

    Parameters
    ----------
    session
        Where the interpreter is.
    """

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.axes: dict[str, QPushButton] = {}
        axes = QHBoxLayout()
        axes.setSpacing(3)
        group = QButtonGroup(self)
        for name in session.survey.cuts:
            button = QPushButton(self)
            button.setText(NAMES.get(name, name).capitalize())
            button.setCheckable(True)
            button.setToolTip(f"Look at sections along the {NAMES.get(name, name)} axis, where the mouse last was")
            button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Fixed)
            button.clicked.connect(lambda _on=False, wanted=name: session.turn(wanted))
            group.addButton(button)
            axes.addWidget(button, 1)
            self.axes[name] = button
        self.back = self._arrow("◀", "Back to the section before (Alt+Left)", session.back)
        self.forward = self._arrow("▶", "Forward again (Alt+Right)", session.forward)
        self.number = _NumberBox(session, self)
        self.number.setKeyboardTracking(False)
        self.number.setDecimals(4)
        self.number.setToolTip("The header's number; type one to go there. Comma and full stop step by one")
        self.units = QLabel(self)
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setToolTip("Drag to scrub through the survey")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addLayout(axes, 0, 0, 1, 4)
        for column, part in enumerate((self.back, self.forward, self.number, self.units)):
            grid.addWidget(part, 1, column)
        grid.addWidget(self.slider, 2, 0, 1, 4)
        grid.setColumnStretch(2, 1)
        self.slider.valueChanged.connect(self._scrubbed)
        self.number.valueChanged.connect(self._typed)
        session.place_changed.connect(self.refresh)
        self.setVisible(bool(session.survey.cuts))
        self.refresh()

    def refresh(self, _at: object = None) -> None:
        """Show where the session is."""
        at = self._session.place
        if not at.axis or at.value is None:
            return
        axis = self._session.survey.axis(at.axis)
        with QSignalBlocker(self.slider), QSignalBlocker(self.number):
            self.slider.setRange(0, axis.size - 1)
            self.slider.setPageStep(10)
            self.slider.setValue(axis.index(at.value))
            self.number.setEnabled(axis.is_numeric)
            if axis.is_numeric:
                numbers = [float(axis.first), float(axis.last)]
                self.number.setRange(min(numbers), max(numbers))
                self.number.setValue(float(at.value))
        self.units.setText(f"{axis.units} of {float(axis.last):.10g}".strip() if axis.is_numeric else str(at.value))
        if at.axis in self.axes:
            self.axes[at.axis].setChecked(True)
        self.back.setEnabled(self._session.can_go_back)
        self.forward.setEnabled(self._session.can_go_forward)

    def _arrow(self, sign: str, what: str, go: object) -> QToolButton:
        button = QToolButton(self)
        button.setText(sign)
        button.setToolTip(what)
        button.clicked.connect(lambda: go())  # type: ignore[operator]
        return button

    def _scrubbed(self, position: int) -> None:
        axis = self._session.survey.axis(self._session.place.axis)
        self._session.go_to(At(axis.name, axis.values[position].item()))

    def _typed(self, number: float) -> None:
        self._session.go_to(At(self._session.place.axis, number))
        # What was typed may lie between two lines: show the one that was gone to.
        self.refresh()
