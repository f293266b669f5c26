"""A fast copy from the viewer: its cost is told first, it can be cancelled, and what it is good for is said."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QFileDialog, QMessageBox

from napari_geofm.core.progress import Progress
from napari_geofm.gui.survey.copy_box import CopyBox
from napari_geofm.gui.survey.survey_panel import SurveyPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.copies.choosing import CopyTimes, register
from napari_geofm.jobs.ingest_spec import IngestCost, IngestResult
from tests.gui.conftest import FakeEngine, told
from tests.gui.mouse import press
from tests.io.copies.build import copied

GB = 2**30


@pytest.fixture
def box(workspace: Workspace, qtbot: QtBot) -> Iterator[CopyBox]:
    panel = SurveyPanel(workspace)
    qtbot.addWidget(panel)
    panel.show()
    yield panel.copy
    if panel.copy.question is not None:
        panel.copy.question = None


def chosen(box: CopyBox, name: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Press the button and choose a name in the file dialog."""
    path = box.session.survey.path.with_name(name)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (str(path), ""))
    press(box.start)
    return path


def answer(box: CopyBox, yes: bool) -> None:
    question: QMessageBox = box.question
    roles = QMessageBox.ButtonRole.AcceptRole, QMessageBox.ButtonRole.RejectRole
    press(next(each for each in question.buttons() if question.buttonRole(each) == roles[0 if yes else 1]))


def begun(box: CopyBox, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Any:
    chosen(box, "fast.zarr", monkeypatch)
    engine.views[-1].done(IngestCost(8.2, int(0.43 * GB), 60 * GB))
    answer(box, yes=True)
    return engine.jobs[-1]


def test_the_cost_is_told_before_anything_is_done(
    box: CopyBox, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = chosen(box, "fast", monkeypatch)
    assert engine.views[-1].spec.output == path.with_name("fast.zarr")
    assert box.note.text() == "Measuring what it takes…"
    engine.views[-1].done(IngestCost(8.2, int(0.43 * GB), 60 * GB))
    assert box.question.text() == "Make the fast copy fast.zarr?"
    assert box.question.informativeText() == "About 8.2 s, 440 MB on disk, where 60.0 GB are free."
    answer(box, yes=False)
    assert engine.jobs == []
    assert box.start.isEnabled()


def test_a_disk_that_is_too_small_is_said_and_not_asked_about(
    box: CopyBox, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen(box, "fast.zarr", monkeypatch)
    engine.views[-1].done(IngestCost(900, 60 * GB, 5 * GB))
    assert box.question is None
    assert box.note.text() == "It takes 60.0 GB on disk, where 5.0 GB are free: free some, or choose another place."


def test_progress_and_what_it_is_good_for(box: CopyBox, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    job = begun(box, engine, monkeypatch)
    assert (job.spec.resume, job.spec.overwrite) == (True, False)
    assert not box.start.isEnabled()
    job.progress(Progress(1, 4, "copying tiny.sgy"))
    assert (box.bar.value(), box.note.text()) == (250, "Copying tiny.sgy")
    job.done(IngestResult(job.spec.output, 4, 0, 10, 7.1, 900, 30, False, "Used where it wins."))
    assert box.note.text() == "fast.zarr made in 7.1 s. Used where it wins."
    assert box.start.isEnabled()
    assert not box.bar.isVisible()
    assert box.session.history[-1]["what"] == "made a fast copy, fast.zarr"


def test_cancelled_it_says_what_is_kept_and_goes_on_next_time(
    box: CopyBox, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = begun(box, engine, monkeypatch)
    job.spec.output.with_name(".fast.zarr.partial").mkdir()
    press(box.cancel)
    assert job.cancelled
    job.progress(Progress(1, 4, "copying"))
    assert box.note.text() == "Cancelled; finished parts are kept for the next start."
    chosen(box, "fast.zarr", monkeypatch)
    engine.views[-1].done(IngestCost(8.2, GB, 60 * GB))
    assert box.question.text() == "Go on with the fast copy fast.zarr?"


def test_what_goes_wrong_is_told(box: CopyBox, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    job = begun(box, engine, monkeypatch)
    job.failed("Cannot write fast.zarr: there is no space left on the disk; free some, or write elsewhere")
    assert "no space left" in told()[-1]
    assert box.start.isEnabled()
    assert box.note.text() == ""


def test_a_copy_that_is_there_is_named_and_an_old_one_too(workspace: Workspace, qtbot: QtBot) -> None:
    file = workspace.session.survey.path
    copied(workspace.session.survey, file.with_name("fast.zarr"))
    register(file, file.with_name("fast.zarr"), CopyTimes(300, 40))
    box = CopyBox(workspace)
    qtbot.addWidget(box)
    assert box.note.text().startswith("There is a fast copy, fast.zarr. The file fits in memory")
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    again = CopyBox(workspace)
    qtbot.addWidget(again)
    assert again.note.text() == "The fast copy fast.zarr is of an older state of this file; make it anew."
