"""The box with the header's number of the section that is shown."""

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QDoubleSpinBox, QWidget

if TYPE_CHECKING:
    from napari_geofm.core.axis import Axis
    from napari_geofm.session import Session

__all__ = ["NumberBox"]


class NumberBox(QDoubleSpinBox):
    """A box with header numbers: whole ones without a point; arrows and wheel step to the next line that there is.

    Parameters
    ----------
    session
        Whose sections are stepped through.
    """

    left = Signal()
    """Return was pressed: what was typed is meant."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        # Digits on the way to a number are no numbers to go to.
        self.setKeyboardTracking(False)
        self.setDecimals(4)
        line = self.lineEdit()
        if line is not None:
            line.returnPressed.connect(self.left)

    def show_place(self, axis: "Axis", value: float) -> None:
        """Show a number of an axis, with its unit."""
        ends = (float(axis.first), float(axis.last))
        self.setSuffix(f" {axis.units}" if axis.units else "")
        self.setRange(min(ends), max(ends))
        self.setValue(value)

    def stepBy(self, steps: int) -> None:  # noqa: N802  (Qt's name)
        """Go some sections on."""
        self._session.step(steps)

    def textFromValue(self, value: float) -> str:  # noqa: N802  (Qt's name)
        """Return the number without needless zeros."""
        return f"{value:.10g}"
