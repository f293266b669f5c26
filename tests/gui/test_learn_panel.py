"""The step Learn: what is asked of the engine, what is shown, what stays when it ends early."""

import dataclasses
import math
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Progress
from napari_geofm.core.recipe import Recipe, SourceRecord
from napari_geofm.gui.curves import MOST_POINTS, Curves
from napari_geofm.gui.learn_panel import LearnPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.model_scores import read_scores
from napari_geofm.jobs.specs import FinetuneResult
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, stroke, told
from tests.gui.mouse import press


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> LearnPanel:
    panel = LearnPanel(workspace)
    panel.resize(300, 700)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def two_classes(session: Session) -> None:
    stroke(session, 0)
    stroke(session, 1, slice(40, 50))


def result(output: Path, *, method: str = "probe", miou: float = 0.5) -> FinetuneResult:
    """Write a model's recipe, as a training would, and return what it returns."""
    output.mkdir(parents=True)
    recipe = dataclasses.replace(
        Recipe.for_method(method),
        classes=ClassTable.named(["sand", "shale", "salt"]),
        sources=(SourceRecord("tiny.sgy", "f", 0.0, 1.0, ("inline=1000",)),),
    )
    (output / "recipe.toml").write_text(recipe.to_toml(), encoding="utf-8")
    return FinetuneResult(
        output, recipe.classes.names, ("inline=1000",), (200, 200, 0), 40, miou, (miou, miou, math.nan), 3, 1.5
    )


def test_disabled_with_a_reason(panel: LearnPanel, session: Session) -> None:
    assert not panel.probe.isEnabled()
    assert "two classes" in panel.probe.toolTip()
    assert "two classes" in panel.note.text()
    stroke(session, 0)
    assert "there is one" in panel.note.text()
    assert not panel.finetune.isEnabled()
    assert "there is one" in panel.finetune.toolTip()
    stroke(session, 1, slice(40, 50))
    assert panel.probe.isEnabled()
    assert panel.note.text() == ""


def test_probe_then_model_in_use(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    press(panel.probe)
    (job,) = engine.jobs
    assert job.spec.recipe.method == "probe"
    assert job.spec.sources[0].labels == session.labels_folder
    assert not panel.probe.isEnabled()
    assert "running" in panel.probe.toolTip()
    job.done(result(job.spec.output))
    assert session.model == job.spec.output
    assert panel.probe.isEnabled()
    assert panel.models.rows[0].folder == job.spec.output
    assert "0.50" in panel.note.text()
    assert "inline 1000" in panel.models.story.text()


def test_scores_before_and_after_and_revert(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    press(panel.probe)
    engine.jobs[0].done(result(engine.jobs[0].spec.output))
    first = session.model
    press(panel.finetune)
    job = engine.jobs[1]
    assert job.spec.recipe.method == "lora"
    job.done(result(job.spec.output, method="lora", miou=0.8))
    scores = read_scores(job.spec.output)
    assert scores is not None
    assert scores.before[:2] == (0.5, 0.5)
    assert math.isnan(scores.before[2])
    assert scores.same_strokes
    table = panel.models.scores.table
    shown = [[cell.text() if (cell := table.item(0, column)) else "" for column in range(3)]]
    assert shown == [["sand", "0.50", "0.80 ▲"]]
    press(panel.revert)
    assert session.model == first
    assert first is not None
    assert f"Back to {first.name}" in panel.note.text()
    panel.models.table.selectRow(0)
    press(panel.use)
    assert session.model == job.spec.output


def test_form_makes_the_recipe(panel: LearnPanel) -> None:
    panel.form.decoder.setCurrentText("PUP")
    panel.form.method.setCurrentText("decoder only")
    panel.form.minutes.setValue(2.5)
    recipe = panel.form.recipe()
    assert (recipe.method, recipe.decoder, recipe.training.minutes) == ("frozen", "pup", 2.5)
    assert "2 min 30 s" in panel.form.cost.text()
    panel.form.decoder.setCurrentText("U-Net")
    assert panel.form.recipe().method == "full"
    assert not panel.form.method.isEnabled()


def test_curves_progress_and_stop(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    press(panel.finetune)
    job = engine.jobs[0]
    assert job.progress is not None
    for step in range(1, 5):
        numbers = {"step": float(step), "loss": 1.0 / step, "held-out mIoU": 0.1 * step}
        job.progress(Progress(0.1 * step, 1.0, "training", numbers))
    assert [value for _, value in panel.curves.loss.points] == [1.0, 0.5, 1 / 3, 0.25]
    assert panel.curves.best == pytest.approx(0.4)
    assert panel.curves.isVisible()
    assert panel.bar.value() == 400
    press(panel.stop)
    assert job.stopped
    assert not panel.stop.isEnabled()
    job.done(result(job.spec.output, method="lora"))
    assert session.model == job.spec.output


def test_cancel_keeps_the_model(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    press(panel.probe)
    engine.jobs[0].done(result(engine.jobs[0].spec.output))
    kept = session.model
    press(panel.finetune)
    press(panel.cancel)
    assert engine.jobs[1].cancelled
    assert kept is not None
    assert session.model == kept
    assert f"{kept.name} stays" in panel.note.text()
    assert panel.finetune.isEnabled()


def test_failure_is_one_sentence_and_frees_the_step(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    press(panel.probe)
    failed = engine.jobs[0].failed
    assert failed is not None
    failed("The worker was killed while training; start it again.")
    assert told()[-1] == "The worker was killed while training; start it again."
    assert panel.probe.isEnabled()


def test_live_probe_follows_strokes(panel: LearnPanel, session: Session, engine: FakeEngine, qtbot: QtBot) -> None:
    panel.live.click()
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
    panel.live.click()
    stroke(session, 0, slice(70, 72))
    qtbot.wait(600)
    assert len(engine.jobs) == 2


def test_curves_stay_small(qtbot: QtBot) -> None:
    curves = Curves()
    qtbot.addWidget(curves)
    for step in range(5000):
        curves.add(step, 1.0 / (step + 1), math.nan)
    assert len(curves.loss.points) <= MOST_POINTS
    assert [int(seconds) for seconds, _ in (curves.loss.points[0], curves.loss.points[-1])] == [0, 4999]
    assert not curves.grab().isNull()
    assert curves.score.points == []


def test_narrow(panel: LearnPanel) -> None:
    assert panel.minimumSizeHint().width() <= 300
