"""A small survey whose axes differ in length and number, and a session on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.survey import Survey
from napari_geofm.io.opening import open_survey
from napari_geofm.session import Session

SHAPE = (5, 7, 11)


@pytest.fixture(autouse=True)
def own_user_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the list of recent sessions in the test's folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "user"))
    return tmp_path / "user"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    values = np.random.default_rng(0).normal(size=SHAPE).astype(np.float32)
    values[2, 3] = np.nan
    np.save(tmp_path / "survey.npy", values)
    return tmp_path / "survey.npy"


@pytest.fixture
def survey(file: Path) -> Survey:
    return open_survey(file)


@pytest.fixture
def opened(file: Path) -> Iterator[Callable[[], Session]]:
    """Return a function that opens the survey's session; all are closed at the end."""
    sessions: list[Session] = []

    def opening() -> Session:
        sessions.append(Session.open(file))
        return sessions[-1]

    yield opening
    for session in sessions:
        session.close()


@pytest.fixture
def session(opened: Callable[[], Session]) -> Session:
    return opened()
