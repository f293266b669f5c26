"""What is computed with: device, free memory, weights; a CPU is said plainly."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.words import encoder_words
from napari_geofm.jobs.view_specs import DeviceResult, DeviceSpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["DeviceLine"]

WAIT_MS = 1500
"""The window and the first section come first."""


class DeviceLine(QWidget):
    """Two lines at the bottom of the dock, asked for once the window stands."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = workspace.engine
        self.device, self.expect = Note("Looking for a GPU…"), Note()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(1)
        whole.addWidget(self.device)
        whole.addWidget(self.expect)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.ask)
        self._timer.start(WAIT_MS)

    def ask(self) -> None:
        """Ask the worker."""
        self._engine.view(DeviceSpec(), "device", self._show, self._failed)

    def _show(self, found: DeviceResult) -> None:
        kind = "GPU" if found.is_gpu else "CPU, no GPU"
        name, _, rest = found.weights.partition(", ")
        source = rest.partition(",")[0]
        self.device.say(
            f"{kind}, {found.free_gb:.0f} GB free. {encoder_words(name)}{f' ({source})' if source else ''}."
        )
        self.setToolTip(f"{found.device}, {found.free_gb:.1f} GB free\nWeights: {found.weights}")
        slow = "A section takes about a second, a fine-tune minutes, a survey minutes to hours."
        self.expect.say("" if found.is_gpu else slow)

    def _failed(self, why: str) -> None:
        self.device.say(why)
