"""What the worker is doing that takes a while, seen from every step: a line and a bar."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QVBoxLayout, QWidget

from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.part_bar import PartBar
from napari_geofm.gui.parts.time_left import TimeLeft

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress
    from napari_geofm.gui.engine import Engine

__all__ = ["JobLine"]


class JobLine(QWidget):
    """Follows the jobs of an engine, and between them its views that take long; takes no room while there is none.

    Parameters
    ----------
    engine
        What runs the jobs.
    """

    def __init__(self, engine: "Engine", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Note()
        self.bar = PartBar(6, self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addWidget(self.text)
        whole.addWidget(self.bar)
        engine.job_advanced.connect(self._advanced)
        engine.busy_changed.connect(self._busy)
        engine.view_advanced.connect(self._viewing)
        engine.view_ended.connect(self._viewed)
        self._left, self._job = TimeLeft(), False
        self._busy(False)

    def _busy(self, on: bool) -> None:
        self._left, self._job = TimeLeft(), on
        self.text.say("Starting…" if on else "")
        self.bar.show_part(None)
        self.setVisible(on)

    def _viewing(self, title: str, progress: "Progress") -> None:
        if not self._job:
            self.show()
            self._advanced(title, progress)

    def _viewed(self) -> None:
        if not self._job:
            self._busy(False)

    def _advanced(self, title: str, progress: "Progress") -> None:
        part = progress.fraction
        self.bar.show_part(part)
        words = title[:1].upper() + title[1:]
        if part is None:
            self.text.say(f"{words}…")
            return
        self.text.say(f"{words}: {part:.0%}{self._left.words(progress)}")
