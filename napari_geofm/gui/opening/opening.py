"""A file becomes a survey in the viewer: opened off the window's thread, its session restored, the dock beside it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, QTimer, Signal

from napari_geofm.errors import GeoFMError
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.engine import Engine
from napari_geofm.gui.importing.place_dialog import place_question
from napari_geofm.gui.importing.question import HeaderQuestion, Question, opened_or_asked
from napari_geofm.gui.opening.detaching import detach, take_layers
from napari_geofm.gui.opening.fetching import Fetching
from napari_geofm.gui.opening.file_question import ask_for_file
from napari_geofm.gui.opening.opening_bar import OpeningBar
from napari_geofm.gui.opening.restoring import restored
from napari_geofm.gui.opening.running_jobs import RunningJobs
from napari_geofm.gui.parts.questions import ask_to_stop
from napari_geofm.gui.parts.telling import tell, telling
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.segy import SegyOptions, look_at, recall
from napari_geofm.session.session_folder import place_of

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.core.progress import Progress
    from napari_geofm.core.survey import Survey
    from napari_geofm.gui.importing.asking import Opens
    from napari_geofm.session import Session

__all__ = ["Opening", "opening_of"]

NAME = "GeoFM"


class Opening(QObject):
    """What opens surveys in one viewer; one at a time is open.

    Parameters
    ----------
    viewer
        napari's; what is open is saved and closed with its window.
    engine
        Makes what runs the networks.
    """

    opened = Signal(object)
    """The workspace of a survey that was opened."""

    failed = Signal(str)
    """Why nothing was opened."""

    def __init__(self, viewer: "Viewer", engine: Callable[[], Engine] = Engine) -> None:
        window = viewer.window._qt_window
        super().__init__(window)
        self.setObjectName(NAME)
        self._viewer, self._engine = viewer, engine
        self._dock: Dock | None = None
        self._running: RunningJobs | None = None
        self.workspace: Workspace | None = None
        self._half: Workspace | None = None
        self.question: Any = None
        self._coming: Path | None = None
        self._left: list[Path] = []
        self._closing = self._gone = False
        self._fetching = Fetching(self)
        self._fetching.ended.connect(self._arrived)
        self._fetching.advanced.connect(self._show_progress)
        self._fetching.stalled.connect(self._tell_stalled)
        self.bar = OpeningBar(window)
        self.bar.cancelled.connect(self.cancel)
        window.installEventFilter(self)

    def open(self, file: Path, make: Callable[[], Path] | None = None) -> None:
        """Open a survey; what was open before is saved and closed once the new one could be read.

        Parameters
        ----------
        file
            The survey's file or folder.
        make
            Makes the file, where it may not be there yet.
        """
        if self._coming is not None and self._fetching.has_stalled:
            self._fetching.leave()
            self._coming = None
        if self._coming is not None:
            # Several files dropped at once come one by one; they are told of together.
            self._left.append(file)
            return
        self._unless_running(file, lambda: self._read(file, make))

    def _unless_running(self, file: Path, then: Callable[[], None]) -> None:
        """Do what closes the open survey; ask before, where that stops something that runs."""
        doing = self.workspace.engine.doing if self.workspace is not None else ""
        if doing:
            self.question = ask_to_stop(self._viewer.window._qt_window, doing, f"open {file.name}", then)
        else:
            then()

    def ask(self, *, folder: bool = False) -> None:
        """Ask for a file, or a folder of tiles or recordings, and open it."""
        found = ask_for_file(self._viewer.window._qt_window, folder=folder)
        if found is not None:
            self.open(found)

    def ask_how(self, file: Path, why: str = "") -> None:
        """Ask how the headers of a SEG-Y file are read, and open it so; files like it are opened so from then on."""

        def look() -> None:
            self._coming = file
            self._fetching.run(file, lambda _: HeaderQuestion(look_at(file, recall(file) or SegyOptions()), why))

        if self._coming is None:
            self._unless_running(file, look)

    def ask_place(self) -> None:
        """Ask where the open image lies, and open it so from then on."""
        if self.workspace is not None and self._coming is None:
            self.question = place_question(self.workspace.session.survey, self._viewer.window._qt_window, self.open)

    def cancel(self) -> None:
        """End an opening that takes long; what was open before stays."""
        if self._coming is not None and self._half is None:
            self._fetching.leave()
            self._refused(f"Opening {self._coming.name} was cancelled.", told=False)

    def close(self) -> None:
        """Save and close what is open, and leave the viewer as it was before."""
        workspace, dock = self.workspace, self._dock
        if workspace is None:
            return
        self._leave()
        detach(self._viewer)
        take_layers(self._viewer, workspace.view.layers.all)
        if dock is not None:
            self._viewer.window.remove_dock_widget(dock)
            dock.deleteLater()
        workspace.deleteLater()
        self._dock = None
        self._viewer.title = NAME

    def eventFilter(self, _watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Save when the window closes. A click on its cross may yet be taken back in napari's own question."""
        if event is None:
            return False
        if event.type() == QEvent.Type.Close:
            if self.workspace is not None and event.spontaneous():
                with telling():
                    self.workspace.session.save()
                self._closing = True
            else:
                self._end()
        elif event.type() == QEvent.Type.Hide and self._closing and not event.spontaneous():
            self._end()
        return False

    def _end(self) -> None:
        self._gone = True
        self._leave()

    def _leave(self) -> None:
        """Save and close the session, and end what runs."""
        workspace, self.workspace, self._half = self.workspace or self._half, None, None
        if workspace is not None:
            workspace.close()
        if self._running is not None:
            self._running.close()
            self._running = None

    def _read(self, file: Path, make: Callable[[], Path] | None) -> None:
        self._announce(file)
        self._fetching.run(file, lambda report: opened_or_asked(make() if make is not None else file, report))

    def _announce(self, file: Path) -> None:
        self._coming = file
        self._viewer.title = f"Opening {file.name}…"
        self._viewer.status = f"Opening {file.name}…"
        self.bar.begin(alone=self._dock is None)

    def _show_progress(self, progress: "Progress") -> None:
        if self._coming is not None:
            self._viewer.status = f"Opening {self._coming.name}: {progress.text or 'reading'} {progress.fraction:.0%}"
            self.bar.tell(progress)

    def _tell_stalled(self) -> None:
        if self._coming is not None:
            why = "its disk or network answers slowly, or not at all; another file can be opened meanwhile"
            tell(f"{self._coming.name} is not open yet: {why}")

    def _arrived(self, found: "Survey | Session | Question | str") -> None:
        from napari_geofm.session import Session

        if isinstance(found, str):
            self._refused(found)
        elif isinstance(found, Question):
            self._ask(found)
        elif isinstance(found, Session):
            self._show(found)
        elif not self._gone:
            survey = found
            open_now = self.workspace.session.folder if self.workspace is not None else None
            if open_now == place_of(survey):
                # Its own lock would be in the way.
                self.close()
            self._fetching.run(survey.path, lambda _: restored(survey))

    def _ask(self, found: Question) -> None:
        """Ask what has to be known of a file before it can be opened."""
        from napari_geofm.gui.importing.asking import dialog_for

        def answered(opens: "Opens") -> None:
            self.question = None
            self._announce(found.path)
            self._fetching.run(found.path, opens)

        def left() -> None:
            self.question = self._coming = None
            self._show_title()
            self._tell_left("")
            self.failed.emit(found.why)

        self._viewer.status = ""
        self.bar.end()
        self.question = dialog_for(found, self._viewer.window._qt_window, answered, left)
        self.question.open()

    def _refused(self, why: str, *, told: bool = True) -> None:
        self._coming = None
        self._show_title()
        if told:
            tell(why)
        self._tell_left("")
        self.failed.emit(why)

    def _show(self, session: "Session") -> None:
        if self._gone:
            session.close()
            return
        try:
            self.close()
            self._viewer.status = ""
            self.bar.end()
            self._half = Workspace(self._viewer, session, self._engine(), self, staged=True)
        except GeoFMError as error:
            self._coming = None
            tell(str(error))
            return
        # The section is drawn before all that lies around it is made, which takes longer than reading it.
        self._half.view.began.connect(lambda: QTimer.singleShot(0, self._furnish))

    def _furnish(self) -> None:
        """Add what belongs around the first section."""
        workspace, self._half, self._coming = self._half, None, None
        if workspace is None:
            return
        self.workspace = workspace
        with telling():
            workspace.view.complete()
            self._running = RunningJobs(self._viewer, workspace.engine)
            self._dock = Dock(workspace)
            self._dock.session_line.wanted.connect(self.open)
            self._dock.survey.headers.clicked.connect(lambda: self.ask_how(workspace.session.survey.path))
            self._dock.survey.place.place.clicked.connect(self.ask_place)
            self._viewer.window.add_dock_widget(self._dock, name=NAME, area="right")
        self._tell_left(workspace.session.survey.path.name)
        self.opened.emit(workspace)

    def _show_title(self) -> None:
        self.bar.end()
        self._viewer.status = ""
        self._viewer.title = self.workspace.title if self.workspace is not None else NAME

    def _tell_left(self, opened: str) -> None:
        left, self._left = self._left, []
        if left:
            names = left[0].name if len(left) == 1 else f"{len(left)} others"
            first = f"{opened} is open" if opened else "the first could not be opened"
            tell(f"One survey is open at a time: {first}, {names} not; open what you want to see next")


def opening_of(viewer: "Viewer") -> Opening:
    """Return what opens surveys in a viewer; it lives as long as the viewer's window."""
    found: Opening | None = viewer.window._qt_window.findChild(Opening, NAME)
    return found if found is not None else Opening(viewer)
