"""What concerns the session as a whole: its history, earlier states, another survey."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QHBoxLayout, QWidget

from napari_geofm.gui.history.backup_dialog import BackupDialog
from napari_geofm.gui.history.history_dialog import HistoryDialog
from napari_geofm.gui.parts.step_button import StepButton

if TYPE_CHECKING:
    from napari_geofm.session import Session

__all__ = ["SessionBox"]


class SessionBox(QWidget):
    """Two buttons, each with a window of its own.

    Parameters
    ----------
    session
        What is open.
    """

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.history = StepButton("History…", "What was done, and steps to go back to")
        self.earlier = StepButton("Earlier states…", "Go back to the labels of an earlier time")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.history)
        row.addWidget(self.earlier)
        self.history.clicked.connect(lambda: HistoryDialog(session, self).show())
        self.earlier.clicked.connect(lambda: BackupDialog(session, self).open())
