"""How far an opening is that takes long, and a button that ends it, in the window's status bar."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer, Signal
from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import QHBoxLayout, QMainWindow, QProgressBar, QPushButton, QShortcut, QSizePolicy, QWidget

from napari_geofm.gui.parts.job_box import CANCEL_KEY

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress

__all__ = ["OpeningBar"]

LONG_MS = 400
"""What is over sooner needs no bar."""

_STEPS = 1000


class OpeningBar(QWidget):
    """A bar and Cancel beside it; hidden until an opening takes long.

    Parameters
    ----------
    window
        napari's.
    """

    cancelled = Signal()
    """The interpreter wants no more of it."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedSize(120, 8)
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setToolTip(f"Open nothing; what was read of a folder's headers is kept ({CANCEL_KEY})")
        self.cancel.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.cancel.setStyleSheet("padding: 1px 6px; font-size: 11px;")
        self.cancel.clicked.connect(self.cancelled)
        # Beside a dock, whose key is the same, that one's does it.
        self.key = QShortcut(QKeySequence(CANCEL_KEY), self)
        self.key.activated.connect(self.cancelled)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        row.addWidget(self.bar)
        row.addWidget(self.cancel)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(LONG_MS)
        self._wait.timeout.connect(self.show)
        status = window.statusBar()
        if status is not None:
            status.addPermanentWidget(self)
        self.hide()

    def begin(self, *, alone: bool) -> None:
        """Something is opened; ``alone``: there is no dock whose keys would do."""
        self.key.setEnabled(alone)
        self.bar.setRange(0, 0)
        self._wait.start()

    def tell(self, progress: "Progress") -> None:
        """Show how far it is."""
        if progress.fraction is not None:
            self.bar.setRange(0, _STEPS)
            self.bar.setValue(round(progress.fraction * _STEPS))

    def end(self) -> None:
        """Show nothing more: it is open, or it was refused."""
        self._wait.stop()
        self.hide()
