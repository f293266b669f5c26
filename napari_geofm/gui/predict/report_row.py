"""A report of the interpretation, written by the worker."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QFileDialog, QPushButton, QVBoxLayout, QWidget

from napari_geofm.gui.parts.job_box import JobBox, JobWords
from napari_geofm.gui.parts.questions import write_as
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.predict.takeaways import takeaways_of
from napari_geofm.jobs.report_spec import ReportSpec

if TYPE_CHECKING:
    from napari_geofm.core.region import At
    from napari_geofm.gui.workspace import Workspace

__all__ = ["ReportRow"]

MOST_SECTIONS = 6

WORDS = JobWords("a report is being written", "Stop writing; there will be no file", "Cancelled; nothing was written.")


class ReportRow(QWidget):
    """Sections, class volumes, scores of the model in use and where it all came from, in one file.

    Parameters
    ----------
    workspace
        The session and the engine.
    velocity
        Tells the average velocity in m/s by which volumes are stated, None for none.
    """

    def __init__(
        self,
        workspace: "Workspace",
        parent: QWidget | None = None,
        *,
        velocity: Callable[[], float | None] = lambda: None,
    ) -> None:
        super().__init__(parent)
        self._velocity = velocity
        self._engine, self.session = workspace.engine, workspace.session
        self._written: Path | None = None
        self.question: Any = None
        what = "This section and those that are labelled, class volumes, scores and provenance, in one file"
        self.report = StepButton("Report…", what, "Shift+R")
        self.open = QPushButton("Open it", self)
        self.open.setToolTip("Look at the report")
        self.job = JobBox(self._engine, self.report, WORDS, after=self.open)
        self.cancel, self.note, self.bar = self.job.cancel, self.job.note, self.job.bar
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.job)
        self.report.clicked.connect(self._ask)
        self.open.clicked.connect(self._show)

    def write(self, output: Path) -> None:
        """Write the report to ``output``, over what may be there."""
        self.job.run(self.spec(output), f"Writing {output.name}…", self._done)

    def spec(self, output: Path) -> ReportSpec:
        """Return what is asked for: what is labelled, and the newest prediction by the model in use."""
        session = self.session
        labelled = any(each.samples for each in session.statistics())
        model = session.model
        found = [each.source for each in takeaways_of(session) if model is not None and each.name == model.name]
        return ReportSpec(
            session.survey.path,
            output,
            session.labels_folder if labelled else None,
            found[0] if found else None,
            tuple(self._sections()),
            (model,) if model is not None else (),
            session.classes if len(session.classes) else None,
            overwrite=True,
            velocity=self._velocity(),
        )

    def _sections(self) -> "list[At]":
        here = self.session.place
        others = [at for at in self.session.labelled_sections() if at != here]
        # From end to end: where all lines are labelled, the first few are as good as one.
        apart = np.unique(np.linspace(0, len(others) - 1, MOST_SECTIONS - 1).astype(int)) if others else ()
        return [here, *(others[place] for place in apart)]

    def _ask(self) -> None:
        path = self.session.survey.path
        start = path.with_name(f"{path.stem}-report.html")
        kinds = "Report with its pictures (*.html);;One picture (*.png)"
        name, kind = QFileDialog.getSaveFileName(self, "Report", str(start), kinds)
        if name:
            endings = (".png", ".html") if "png" in kind else (".html", ".png")
            self.question = write_as(self, Path(name), endings, self.write)

    def _done(self, output: Path) -> str:
        self._written = output
        self.session.noted(f"wrote {output.name}")
        return f"{output.name} written to {output.parent}."

    def _show(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))
