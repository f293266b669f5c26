"""A report of the interpretation, written by the worker."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QUrl
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.questions import write_as
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import tell
from napari_geofm.gui.predict.takeaways import takeaways_of
from napari_geofm.jobs.report_spec import ReportSpec

if TYPE_CHECKING:
    from napari_geofm.compute.handle import Handle
    from napari_geofm.core.region import At
    from napari_geofm.gui.workspace import Workspace

__all__ = ["ReportRow"]

MOST_SECTIONS = 6


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
        self._handle: Handle[Any] | None = None
        self._written: Path | None = None
        self.question: Any = None
        what = "This section and those that are labelled, class volumes, scores and provenance, in one file"
        self.report = StepButton("Report…", what, "Shift+R")
        self.open = QPushButton("Open it", self)
        self.open.setToolTip("Look at the report")
        self.cancel = QPushButton("Cancel", self)
        self.cancel.setToolTip("Stop writing; there will be no file")
        self.note = Note()
        row = QHBoxLayout()
        row.setSpacing(3)
        for button in (self.report, self.open, self.cancel):
            row.addWidget(button, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3)
        whole.addLayout(row)
        whole.addWidget(self.note)
        self.report.clicked.connect(self._ask)
        self.cancel.clicked.connect(self.stop)
        self.open.clicked.connect(self._show)
        self._allow()

    def write(self, output: Path) -> None:
        """Write the report to ``output``, over what may be there."""
        self._written = None
        self.note.say(f"Writing {output.name}…")
        self._handle = self._engine.job(self.spec(output), lambda _: None, self._done, self._failed)
        self._allow()

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

    def stop(self) -> None:
        """Cancel; the file does not appear, and an older one stays."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.cancel()
            self.note.say("Cancelled; nothing was written.")
        self._allow()

    def _sections(self) -> "list[At]":
        here = self.session.place
        others = [at for at in self.session.labelled_sections() if at != here]
        return [here, *others[: MOST_SECTIONS - 1]]

    def _ask(self) -> None:
        path = self.session.survey.path
        start = path.with_name(f"{path.stem}-report.html")
        kinds = "Report with its pictures (*.html);;One picture (*.png)"
        name, kind = QFileDialog.getSaveFileName(self, "Report", str(start), kinds)
        if name:
            endings = (".png", ".html") if "png" in kind else (".html", ".png")
            self.question = write_as(self, Path(name), endings, self.write)

    def _allow(self) -> None:
        running = self._handle is not None
        self.report.allow("a report is being written" if running else "")
        self.cancel.setVisible(running)
        self.open.setVisible(self._written is not None and not running)

    def _done(self, output: Path) -> None:
        self._handle, self._written = None, output
        self.note.say(f"{output.name} written to {output.parent}.")
        self.session.noted(f"wrote {output.name}")
        self._allow()

    def _failed(self, why: str) -> None:
        self._handle = None
        self.note.say("")
        self._allow()
        if why:
            tell(why)

    def _show(self) -> None:
        if self._written is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._written)))
