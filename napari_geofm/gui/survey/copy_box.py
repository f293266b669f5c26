"""A fast copy of a volume: what it takes, how far it is, what it is good for."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from qtpy.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from napari_geofm.gui.parts.job_box import JobBox, JobWords
from napari_geofm.gui.parts.questions import ask
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import tell
from napari_geofm.gui.parts.words import memory_words, time_words
from napari_geofm.io.copies.choosing import copy_words, known_copy
from napari_geofm.io.copies.store import is_copy
from napari_geofm.jobs.ingest_spec import IngestCost, IngestCostSpec, IngestResult, IngestSpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["CopyBox"]

WORDS = JobWords(
    "a fast copy is being made",
    "Stop; finished parts are kept, and the next start goes on from there",
    "Cancelled; finished parts are kept for the next start.",
)


class CopyBox(QWidget):
    """Makes a fast copy in the background; an interrupted one goes on where it ended.

    Parameters
    ----------
    workspace
        The session and the engine.
    before
        What stands in front of the button.
    """

    def __init__(self, workspace: "Workspace", before: QWidget | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine, self.session = workspace.engine, workspace.session
        self._file = self.session.survey.path
        self.question: Any = None
        self.start = StepButton(
            "Fast copy…", "Crosslines and time slices as quick as inlines, for files larger than memory", "Shift+F"
        )
        self.job = JobBox(self._engine, self.start, WORDS, before=before)
        self.cancel, self.bar, self.note = self.job.cancel, self.job.bar, self.job.note
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.job)
        self.start.clicked.connect(self._ask_where)
        self.job.changed.connect(self._refresh)
        self.start.setVisible(
            self.session.survey.kind == "seismic-3d" and self._file.is_file() and not is_copy(self._file)
        )
        self._refresh()

    def ask_cost(self, output: Path) -> None:
        """Find out what the copy takes, say it, and begin when it is wanted."""
        self.note.say("Measuring what it takes…")

        def told(cost: IngestCost) -> None:
            self.note.say(self._known())
            self._ask(output, cost)

        self._engine.view(IngestCostSpec(self._file, output), "copy cost", told, self._failed)

    def run(self, output: Path) -> None:
        """Begin, or go on."""
        spec = IngestSpec(self._file, output, overwrite=output.exists(), resume=True)
        self.job.run(spec, f"Copying to {output.name}…", self._done)

    def _ask_where(self) -> None:
        known = known_copy(self._file)
        folder = self._file.parent if os.access(self._file.parent, os.W_OK) else Path.home()
        start = known.path if known is not None and known.is_there else folder / f"{self._file.stem}.zarr"
        # What is there already is asked about in our own words.
        quiet = QFileDialog.Option.DontConfirmOverwrite
        name, _ = QFileDialog.getSaveFileName(self, "Make a fast copy", str(start), "*.zarr", options=quiet)
        if name:
            path = Path(name)
            self.ask_cost(path if path.suffix.lower() == ".zarr" else path.with_name(f"{path.name}.zarr"))

    def _ask(self, output: Path, cost: IngestCost) -> None:
        disk = f"{memory_words(cost.n_bytes)} on disk, where {memory_words(cost.free)} are free"
        if cost.n_bytes > cost.free and not self._begun(output):
            self.note.say(f"It takes {disk}: free some, or choose another place.")
            return
        instead = f" An older {output.name} is replaced." if output.exists() else ""
        self.question = ask(
            self,
            f"{'Go on with' if self._begun(output) else 'Make'} the fast copy {output.name}?",
            f"About {time_words(max(1.0, cost.seconds))}, {disk}.{instead}",
            "Make the copy",
            "Not now",
            lambda: self.run(output),
        )

    def _begun(self, output: Path) -> bool:
        return output.with_name(f".{output.name}.partial").is_dir()

    def _known(self) -> str:
        """Return what copy there is, and whether it is used; empty where there is none."""
        known = known_copy(self._file)
        if known is None or not known.is_there or not self._file.is_file():
            return ""
        if not known.is_fresh(self._file):
            return f"The fast copy {known.path.name} is of an older state of this file; make it anew."
        words = copy_words(self._file.stat().st_size, psutil.virtual_memory().total, known.times)
        return f"There is a fast copy, {known.path.name}. {words}"

    def _refresh(self) -> None:
        if not self.job.running and not self.note.text():
            self.note.say(self._known())

    def _done(self, result: IngestResult) -> str:
        self.session.noted(f"made a fast copy, {result.output.name}")
        return f"{result.output.name} made in {time_words(result.seconds)}. {result.words}"

    def _failed(self, why: str) -> None:
        self.note.say(self._known())
        tell(why)
