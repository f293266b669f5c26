"""A workspace on a synthetic fibre recording whose events are known."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.find_events_spec import FindWindowEventsSpec
from napari_geofm.samples.das import DasSample, DasSampleSpec, make_das, write_das
from napari_geofm.session import Session
from napari_geofm.session.presets import PRESETS
from tests.gui.conftest import Asked, FakeEngine


@pytest.fixture(scope="session")
def fibre() -> DasSample:
    return make_das(DasSampleSpec(seed=1, channels=80, samples=1500))


@pytest.fixture
def session(fibre: DasSample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write_das(fibre, tmp_path / "fibre.h5")
    opened = Session.open(tmp_path / "fibre.h5")
    opened.set_classes(PRESETS["DAS events"])
    yield opened
    opened.close()


@pytest.fixture
def workspace(
    make_napari_viewer: Callable[..., Any], session: Session, engine: FakeEngine, qtbot: QtBot
) -> Iterator[Workspace]:
    viewer = make_napari_viewer()
    opened = Workspace(viewer, session, engine)  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: opened.view.section is not None, timeout=20_000)
    yield opened
    opened.close()


def label_all(workspace: Workspace, fibre: DasSample) -> None:
    """Label the window as the truth is."""
    section = workspace.view.section
    assert section is not None
    painted = section.layout.to_display(fibre.classes[section.places]).astype(np.uint8) + 1
    workspace.session.record(section.at, painted.astype(np.uint8), what="truth")


def answer(asked: Asked) -> None:
    """Do what a request asks for, and answer it."""
    from napari_geofm.jobs.find_events import run, run_window

    body: Any = run_window if isinstance(asked.spec, FindWindowEventsSpec) else run
    asked.done(run_to_end(body(asked.spec, Control())))
