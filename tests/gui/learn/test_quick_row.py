"""Undo, redo and probe, whichever step is open."""

import dataclasses

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.recipe import Recipe
from napari_geofm.gui.learn.quick_row import QuickRow
from napari_geofm.gui.learn.training import Training
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, stroke, told
from tests.gui.mouse import press
from tests.gui.trained import result, two_classes


@pytest.fixture
def row(workspace: Workspace, qtbot: QtBot) -> QuickRow:
    row = QuickRow(Training(workspace))
    row.resize(300, 80)
    qtbot.addWidget(row)
    row.show()
    qtbot.waitExposed(row)
    return row


def test_disabled_with_a_reason(row: QuickRow, session: Session) -> None:
    assert not row.probe.isEnabled()
    assert "two classes" in row.probe.toolTip()
    assert "two classes" in row.note.text()
    stroke(session, 0)
    assert "there is one" in row.note.text()
    stroke(session, 1, slice(40, 50))
    assert row.probe.isEnabled()
    assert row.note.text() == ""


def test_undo_and_redo_say_what(row: QuickRow, session: Session) -> None:
    stroke(session, 0)
    painted = session.labels_at(session.place)
    assert "stroke on inline" in row.undo.toolTip()
    press(row.undo)
    assert not session.labels_at(session.place).any()
    # What is left is the list of classes that the session began with.
    press(row.undo)
    assert not row.undo.isEnabled()
    assert "nothing to take back" in row.undo.toolTip()
    press(row.redo)
    assert "stroke on inline" in row.redo.toolTip()
    press(row.redo)
    assert np.array_equal(session.labels_at(session.place), painted)


def test_probe_then_model_in_use(row: QuickRow, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    press(row.probe)
    (job,) = engine.jobs
    assert job.spec.recipe.method == "probe"
    assert job.spec.sources[0].labels == session.labels_folder
    assert not row.probe.isEnabled()
    assert "running" in row.probe.toolTip()
    job.done(result(job.spec.output))
    assert session.model == job.spec.output
    assert row.probe.isEnabled()
    assert "0.50" in row.note.text()


def test_a_fine_tune_that_gained_nothing_says_so(row: QuickRow, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    row.training.start(Recipe.for_method("lora"))
    output = engine.jobs[0].spec.output
    engine.jobs[0].done(dataclasses.replace(result(output, method="lora"), kept_step=0))
    assert "No step was surely better" in row.note.text()
    row.training.start(Recipe.for_method("lora"))
    output = engine.jobs[1].spec.output
    engine.jobs[1].done(dataclasses.replace(result(output, method="lora"), kept_step=40))
    assert "No step" not in row.note.text()


def test_failure_is_one_sentence_and_frees_the_step(row: QuickRow, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    press(row.probe)
    failed = engine.jobs[0].failed
    assert failed is not None
    failed("The worker was killed while training; start it again.")
    assert told()[-1] == "The worker was killed while training; start it again."
    assert row.probe.isEnabled()


def test_live_probe_follows_strokes(row: QuickRow, session: Session, engine: FakeEngine, qtbot: QtBot) -> None:
    row.live.click()
    assert session.settings.live_probe
    stroke(session, 0)
    stroke(session, 1, slice(40, 50))
    qtbot.waitUntil(lambda: len(engine.jobs) == 1, timeout=3000)
    # Strokes while it is fitted: one more fit after it.
    stroke(session, 1, slice(60, 62))
    stroke(session, 1, slice(64, 66))
    qtbot.wait(600)
    assert len(engine.jobs) == 1
    engine.jobs[0].done(result(engine.jobs[0].spec.output))
    qtbot.waitUntil(lambda: len(engine.jobs) == 2, timeout=3000)
    engine.jobs[1].done(result(engine.jobs[1].spec.output))
    row.live.click()
    stroke(session, 0, slice(70, 72))
    qtbot.wait(600)
    assert len(engine.jobs) == 2


def test_narrow(row: QuickRow) -> None:
    assert row.minimumSizeHint().width() <= 300
