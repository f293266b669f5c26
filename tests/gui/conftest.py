"""A workspace on a small survey, with an engine that answers when the test says so."""

import gc
import importlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QObject, Signal

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Progress
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.canvas_mouse import Canvas
from tests.tiny import TinySurvey, write_survey


@dataclass
class Asked:
    """One request: what was asked, and how to answer."""

    spec: Any
    done: Callable[[Any], None]
    progress: Callable[[Progress], None] | None = None
    failed: Callable[[str], None] | None = None
    cancelled: bool = False
    stopped: bool = False

    def cancel(self) -> None:
        self.cancelled = True

    abandon = cancel

    def stop(self) -> None:
        self.stopped = True


@dataclass
class FakeEngineState:
    views: list[Asked] = field(default_factory=list)
    jobs: list[Asked] = field(default_factory=list)
    aheads: list[Asked] = field(default_factory=list)


class FakeEngine(QObject):
    """Keeps what is asked for; the test answers."""

    busy_changed = Signal(bool)
    job_advanced = Signal(str, object)
    view_advanced = Signal(str, object)
    view_ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.state = FakeEngineState()

    @property
    def jobs(self) -> list[Asked]:
        return self.state.jobs

    @property
    def aheads(self) -> list[Asked]:
        return self.state.aheads

    @property
    def views(self) -> list[Asked]:
        return self.state.views

    def view(self, spec: Any, key: str, done: Any, failed: Any = None, progress: Any = None) -> Asked:
        self.state.views.append(Asked(spec, done, progress, failed))
        return self.state.views[-1]

    def ahead(self, spec: Any, key: str, done: Any = None) -> Asked:
        self.state.aheads.append(Asked(spec, done or (lambda _: None)))
        return self.state.aheads[-1]

    def job(self, spec: Any, progress: Any, done: Any, failed: Any = None, over: Any = None) -> Asked:
        self.state.jobs.append(Asked(spec, done, progress, failed))
        return self.state.jobs[-1]

    def close(self) -> None:
        self.state.views.clear()


@pytest.fixture(scope="session", autouse=True)
def networks_first() -> None:
    """Import what other tests will need before the first window.

    timm's compiled parts end the process when they are imported beside a canvas that is rendered in software. The
    viewer itself keeps them in its worker; one process of tests holds both.
    """
    importlib.import_module("timm")


@pytest.fixture(scope="session", autouse=True)
def modules_set_aside(networks_first: None) -> Iterator[None]:
    """Have the garbage collector pass over the modules: napari's fixture calls it many times after each window."""
    for name in ("napari", "napari.viewer", "napari._qt.qt_main_window", "napari_geofm.gui.opening.opening"):
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(autouse=True)
def nothing_told() -> None:
    """Forget what other tests had napari notify."""
    from napari.utils.notifications import notification_manager

    notification_manager.records.clear()


@pytest.fixture(scope="session")
def survey_files(tmp_path_factory: pytest.TempPathFactory) -> TinySurvey:
    return write_survey(tmp_path_factory.mktemp("survey"))


@pytest.fixture
def session(survey_files: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "tiny.sgy"
    shutil.copy(survey_files.file, file)
    opened = Session.open(file)
    opened.set_classes(ClassTable.named(["sand", "shale", "salt"]))
    yield opened
    opened.close()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def workspace(
    make_napari_viewer: Callable[..., Any], session: Session, engine: FakeEngine, qtbot: QtBot
) -> Iterator[Workspace]:
    viewer = make_napari_viewer()
    opened = Workspace(viewer, session, engine)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: opened.view.section is not None, timeout=10_000)
    yield opened
    opened.close()


def stroke(session: Session, number: int, rows: slice = slice(10, 20)) -> None:
    """Label a band of the current section."""
    painted = session.labels_at(session.place)
    painted[rows, 10:30] = number + 1
    session.record(session.place, painted, what="stroke")


def told() -> list[str]:
    """Return what napari was told to notify."""
    from napari.utils.notifications import notification_manager

    return [str(record.message) for record in notification_manager.records]


def section_shape(workspace: Workspace) -> tuple[int, int]:
    assert workspace.view.section is not None
    rows, columns = workspace.view.section.shape
    return rows, columns


def plain_prediction(workspace: Workspace) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return classes and confidences: class 1 above, class 2 below, surer to the right."""
    rows, columns = section_shape(workspace)
    classes = np.ones((rows, columns), np.uint8)
    classes[rows // 2 :] = 2
    return classes, np.tile(np.linspace(0, 1, columns, dtype=np.float32), (rows, 1))


@pytest.fixture
def canvas(workspace: Workspace, qtbot: QtBot) -> Canvas:
    """Return the mouse over a canvas that is on the screen."""
    workspace.viewer.window.show()
    made = Canvas(workspace, qtbot)
    qtbot.waitExposed(made.widget)
    qtbot.waitUntil(lambda: made.widget.width() > 200 and workspace.view.framing.untouched, timeout=5000)
    return made
