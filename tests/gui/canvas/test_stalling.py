"""A survey's file that vanishes, or a disk that stalls, while the survey is open."""

import threading
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.gui.canvas import waiting
from napari_geofm.gui.workspace import Workspace
from tests.gui.conftest import stroke, told


def test_a_section_read_ahead_of_a_file_that_vanished_is_not_shown(workspace: Workspace, qtbot: QtBot) -> None:
    session, view = workspace.session, workspace.view
    session.step(1)
    qtbot.waitUntil(lambda: view.at == session.place and view._reader._ahead is not None, timeout=5000)
    stroke(session, 0)
    here, painted = session.place, session.labels_at(session.place)
    file = session.survey.path
    away = file.rename(file.with_name("away.sgy"))
    session.step(1)
    qtbot.waitUntil(lambda: any("Cannot read tiny.sgy" in each for each in told()), timeout=5000)
    assert str(file) not in told()[-1]
    assert (session.place, view.at) == (here, here)
    np.testing.assert_array_equal(view.layers.labels.data, painted)
    away.rename(file)
    session.step(1)
    qtbot.waitUntil(lambda: view.at == session.place != here, timeout=5000)


def test_a_disk_that_stalls_is_said_and_holds_nothing_up(
    workspace: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, view = workspace.session, workspace.view
    go_on, section = threading.Event(), session.section

    def stalled(at: Any) -> Any:
        go_on.wait(20)
        return section(at)

    monkeypatch.setattr(session, "section", stalled)
    for timer, wait in ((view._waiting._soon, 30), (view._waiting._long, 200)):
        timer.setInterval(wait)
    note = view._waiting.note
    try:
        session.step(2)
        qtbot.waitUntil(lambda: not note.isHidden() and note.text() == "Reading inline 1050…", timeout=5000)
        session.step(-1)
        assert "inline 1040" in note.text()
        qtbot.waitUntil(lambda: "answers slowly, or not at all" in note.text(), timeout=5000)
    finally:
        go_on.set()
    qtbot.waitUntil(lambda: view.at == session.place, timeout=5000)
    assert note.isHidden()
    assert waiting.SOON_MS < waiting.LONG_MS
    assert not told()
