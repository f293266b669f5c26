"""The box with the length of a window: seconds of a recording, pixels of an image."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QDoubleSpinBox, QWidget

if TYPE_CHECKING:
    from napari_geofm.session import Session

__all__ = ["PageLength"]

SHORTEST, LONGEST = 64, 8192
"""Samples of a window along time, or along both sides of an image: fewer show little, more take long."""


class PageLength(QDoubleSpinBox):
    """Follows the session, and leads it.

    Parameters
    ----------
    session
        Whose windows are as long as this says.
    """

    left = Signal()
    """Return was pressed: what was typed is meant."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        recording = session.survey.kind == "das"
        self._pace = session.survey.axis("time").pace if recording else 1.0
        self.setSuffix(" s" if recording else " px")
        self.setToolTip("Length of a window" if recording else "Side of a window")
        self.setDecimals(4 if recording else 0)
        most = session.survey.shape[1] if recording else max(session.survey.shape)
        self.setRange(min(SHORTEST, most) * self._pace, min(LONGEST, most) * self._pace)
        self.setKeyboardTracking(False)
        self.setFixedWidth(108)
        self.valueChanged.connect(self._chosen)
        line = self.lineEdit()
        if line is not None:
            line.returnPressed.connect(self.left)

    def refresh(self) -> None:
        """Show the length that windows have."""
        paging, survey = self._session.paging, self._session.survey
        if paging is not None:
            samples = paging.sides[1] if survey.kind == "das" else max(paging.sides)
        else:
            samples = survey.shape[1] if survey.kind == "das" else max(survey.shape)
        with QSignalBlocker(self):
            self.setValue(samples * self._pace)

    def stepBy(self, steps: int) -> None:  # noqa: N802  (Qt's name)
        """Double or halve the length: a window of 2 s is followed by one of 4 s."""
        self.setValue(self.value() * 2.0**steps)

    def textFromValue(self, value: float) -> str:  # noqa: N802  (Qt's name)
        """Return the number without needless zeros."""
        return f"{value:.5g}"

    def _chosen(self, length: float) -> None:
        self._session.set_page(max(1, round(length / self._pace)))
        self.refresh()
