"""What the worker is doing, seen from every step: a line and a bar."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.time_left import TimeLeft

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress
    from napari_geofm.gui.engine import Engine

__all__ = ["JobLine"]


class JobLine(QWidget):
    """Follows the jobs of an engine; takes no room while there is none.

    Parameters
    ----------
    engine
        What runs the jobs.
    """

    def __init__(self, engine: "Engine", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Note()
        self.bar = QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addWidget(self.text)
        whole.addWidget(self.bar)
        engine.job_advanced.connect(self._advanced)
        engine.busy_changed.connect(self._busy)
        self._left = TimeLeft()
        self._busy(False)

    def _busy(self, on: bool) -> None:
        self._left = TimeLeft()
        self.text.say("Starting…" if on else "")
        self.bar.setRange(0, 0)
        self.setVisible(on)

    def _advanced(self, title: str, progress: "Progress") -> None:
        part = progress.fraction
        self.bar.setRange(0, 0 if part is None else 1000)
        if part is not None:
            self.bar.setValue(round(1000 * part))
        words = title[:1].upper() + title[1:]
        if part is None:
            self.text.say(f"{words}…")
            return
        self.text.say(f"{words}: {part:.0%}{self._left.words(progress)}")
