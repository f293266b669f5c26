"""What is said on opening a survey again, going back to earlier states, and taking over from another viewer."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.gui.history.backup_dialog import BackupDialog
from napari_geofm.gui.opening.opening import Opening
from napari_geofm.session import Session
from tests.gui.conftest import stroke
from tests.gui.mouse import press
from tests.gui.opening.test_opening import PATIENCE_MS, file, opened, opening, shown

__all__ = ["file", "opening"]


def test_a_plain_session_says_nothing(opening: Opening, file: Path, qtbot: QtBot) -> None:
    opened(opening, file, qtbot)
    assert opening._dock is not None
    assert opening._dock.session_line.isHidden()


def test_what_was_restored_and_the_way_back(opening: Opening, file: Path, qtbot: QtBot) -> None:
    before = Session.open(file)
    stroke(before, 0)
    before._autosave.back_up()
    stroke(before, 1, slice(30, 40))
    before.close()
    workspace = opened(opening, file, qtbot)
    assert opening._dock is not None
    line = opening._dock.session_line
    assert not line.isHidden()
    assert line.text.text().startswith("Restored 1 labelled section, last saved today")
    press(line.earlier)
    dialog = line.findChild(BackupDialog)
    assert dialog is not None
    oldest = dialog.list.count() - 1
    dialog.list.setCurrentRow(oldest)
    press(dialog.back)
    assert set(workspace.session.labels_at(workspace.session.place).ravel().tolist()) == {0, 1}
    assert "went back to the labels" in workspace.session.undo_text
    press(line.dismiss)
    assert line.isHidden()


def test_nothing_to_go_back_to(session: Session, qtbot: QtBot) -> None:
    dialog = BackupDialog(session)
    qtbot.addWidget(dialog)
    assert dialog.back is not None
    assert not dialog.back.isEnabled()
    assert "no earlier state yet" in dialog.words.text()


def test_a_second_viewer_only_looks_until_it_takes_over(opening: Opening, file: Path, qtbot: QtBot) -> None:
    first = Session.open(file)
    stroke(first, 0)
    looking = opened(opening, file, qtbot)
    assert "read-only" in opening._viewer.title
    assert opening._dock is not None
    dock = opening._dock
    assert "can only be looked at" in dock.notices.text()
    assert "another viewer" in dock.quick.probe.toolTip()
    assert "another viewer" in dock.predict.volume.start.toolTip() or "no model" in dock.predict.volume.start.toolTip()
    assert dock.session_line.isHidden()
    assert not dock.labels.tools.isEnabled()
    looking.view.layers.labels.mode = "paint"
    assert str(looking.view.layers.labels.mode) == "pan_zoom"
    looking.session.step(1)
    qtbot.waitUntil(lambda: looking.view.at == looking.session.place, timeout=PATIENCE_MS)
    assert not looking.view.layers.labels.editable
    looking.session.step(-1)
    assert looking.session.labels_at(looking.session.place).any()
    first.close()
    dock.session_line.look()
    assert not dock.session_line.isHidden()
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        press(dock.session_line.take_over)
    workspace = shown(opening, qtbot)
    assert not workspace.session.read_only
    assert "read-only" not in opening._viewer.title
    stroke(workspace.session, 1, slice(30, 40))


PAINTING = """
import sys, time
from pathlib import Path
from qtpy.QtCore import QPoint, Qt
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication
from napari_geofm.gui.opening.opening import opening_of
from napari_geofm.gui.opening.starting import started

viewer = started([Path(sys.argv[1])])
opening = opening_of(viewer)

def wait(until, seconds=60):
    limit = time.monotonic() + seconds
    while not until() and time.monotonic() < limit:
        QApplication.processEvents()
        time.sleep(0.01)

wait(lambda: opening.workspace is not None and opening.workspace.view.section is not None)
session = opening.workspace.session
layer = opening.workspace.view.layers.labels
viewer.layers.selection.active = layer
layer.mode, layer.selected_label = "paint", 1
canvas = viewer.window._qt_viewer.canvas.native
middle = canvas.rect().center()
for line in range(3):
    session.step(-1)
    wait(lambda: opening.workspace.view.at == session.place)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=middle)
    for step in range(8):
        QTest.mouseMove(canvas, middle + QPoint(4 * step, 0))
        QApplication.processEvents()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 0))
    wait(lambda: len(session.labelled_sections()) == line + 1, 5)
print("painted", len(session.labelled_sections()), flush=True)
wait(lambda: False)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_strokes_outlive_a_viewer_that_is_killed(
    make_napari_viewer: Callable[..., Any], file: Path, qtbot: QtBot
) -> None:
    command = [sys.executable, "-c", PAINTING, str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ}, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.kill()
    assert said == "painted 3\n"
    opening = Opening(make_napari_viewer())
    workspace = opened(opening, file, qtbot)
    assert len(workspace.session.labelled_sections()) == 3
    assert opening._dock is not None
    assert opening._dock.session_line.text.text().startswith(
        "The viewer ended unexpectedly. Restored 3 labelled sections, last saved today"
    )
    opening.close()
