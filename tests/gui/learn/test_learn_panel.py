"""The step Learn: what is asked of the engine, what is shown, what stays when it ends early."""

import math
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.gui.learn.curves import MOST_POINTS, Curves
from napari_geofm.gui.learn.learn_panel import LearnPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io import models as model_files
from napari_geofm.io.model_scores import read_scores
from napari_geofm.io.models import write_model
from napari_geofm.jobs.view_specs import PredictionResult, PredictionSpec
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, stroke
from tests.gui.mouse import press
from tests.gui.trained import probed, result, two_classes


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> LearnPanel:
    panel = LearnPanel(workspace)
    panel.resize(300, 700)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def test_disabled_with_a_reason(panel: LearnPanel, session: Session) -> None:
    assert not panel.finetune.isEnabled()
    assert "two classes" in panel.finetune.toolTip()
    assert "two classes" in panel.note.text()
    stroke(session, 0)
    assert "there is one" in panel.note.text()
    assert "there is one" in panel.finetune.toolTip()
    stroke(session, 1, slice(40, 50))
    assert panel.finetune.isEnabled()
    assert panel.note.text() == ""


def test_scores_before_and_after_and_revert(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    panel.training.start(Recipe.for_method("probe"))
    engine.jobs[0].done(result(engine.jobs[0].spec.output))
    first = session.model
    assert first is not None
    assert panel.models.rows[0].folder == first
    assert "inline 1000" in panel.models.story.text()
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
    assert f"Back to {first.name}" in panel.note.text()
    panel.models.table.selectRow(0)
    press(panel.use)
    assert session.model == job.spec.output


def test_while_a_model_that_was_chosen_predicts_it_is_said(
    panel: LearnPanel, session: Session, workspace: Workspace, engine: FakeEngine
) -> None:
    two_classes(session)
    assert panel.note.text() == ""
    probed(session)
    (asked,) = [each for each in engine.views if isinstance(each.spec, PredictionSpec)]
    assert panel.note.text() == "probe-1 is predicting this section…"
    section = workspace.view.section
    assert section is not None
    sure = np.ones(section.shape, np.float32)
    asked.done(PredictionResult(section.at, np.zeros(section.shape, np.uint8), sure, ("sand", "shale", "salt")))
    assert panel.note.text() == ""


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
    assert panel.note.text().startswith("Training")
    press(panel.stop)
    assert job.stopped
    assert not panel.stop.isEnabled()
    job.done(result(job.spec.output, method="lora"))
    assert session.model == job.spec.output


def test_cancel_keeps_the_model(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    kept = probed(session)
    press(panel.finetune)
    told = engine.jobs[0].progress
    assert told is not None
    told(Progress(0.5, 1.0, "training", {"loss": 0.5}))
    assert panel.curves.loss.points
    press(panel.cancel)
    assert engine.jobs[0].cancelled
    assert not panel.curves.loss.points, "of a training that was dropped"
    assert session.model == kept
    assert f"{kept.name} stays" in panel.note.text()
    assert panel.finetune.isEnabled()


def test_a_probe_reports_in_an_interpreters_words(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    panel.training.start(Recipe.for_method("probe"))
    told = engine.jobs[0].progress
    assert told is not None
    told(Progress(0, 0, "fitting the head"))
    assert panel.note.text() == "Learning from the strokes"


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


def test_models_that_came_with_the_program_are_offered_for_their_kind_of_survey(
    workspace: Workspace, session: Session, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(classes=ClassTable.named(["other", "salt"]))
    write_model(tmp_path / "salt-1", recipe, "# salt\n", {}, {"weight": np.ones((2, 3), np.float32)})
    (tmp_path / "salt-1/about.toml").write_text(
        f'purpose = "salt on stacked sections"\nkinds = ["{session.survey.kind}"]'
    )
    write_model(tmp_path / "elsewhere-1", recipe, "", {}, {"weight": np.ones((2, 3), np.float32)})
    monkeypatch.setattr(model_files, "zoo_folders", lambda: (tmp_path,))
    panel = LearnPanel(workspace)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    (row,) = panel.models.rows
    cells = [cell.text() if (cell := panel.models.table.item(0, column)) else "" for column in range(2)]
    assert (row.folder, cells) == (tmp_path / "salt-1", ["salt-1", "shipped"])
    assert "salt on stacked sections" in panel.models.story.text()
    assert "other, salt" in panel.models.story.text()
    press(panel.use)
    assert session.model == tmp_path / "salt-1"
    assert not panel.use.isEnabled()
