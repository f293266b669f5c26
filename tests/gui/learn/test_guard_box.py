"""After a model went on from another: what is shown, and which of the two stays."""

import dataclasses
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog

from napari_geofm.core.guard import ClassGuard, Guard
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.learn.guard_box import advice
from napari_geofm.gui.learn.learn_panel import LearnPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.model_scores import read_scores
from napari_geofm.session import Session
from napari_geofm.session.models import PUT_AWAY
from tests.gui.conftest import FakeEngine, stroke, told
from tests.gui.mouse import activate, press
from tests.gui.trained import probed, result, two_classes

FINE = (ClassGuard("sand", 0.8, 0.82, 0.3, 0.7), ClassGuard("shale", 0.9, 0.88, 0.4, 0.6), ClassGuard("salt"))
FELL = (ClassGuard("sand", 0.8, 0.62, 0.3, 0.7), *FINE[1:])
WORSE = (ClassGuard("sand", 0.8, 0.62, 0.7, 0.3), *FINE[1:2], ClassGuard("salt"))


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> LearnPanel:
    panel = LearnPanel(workspace)
    panel.resize(300, 900)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def gone_on(panel: LearnPanel, engine: FakeEngine, rows: tuple[ClassGuard, ...] = FINE) -> tuple[Path, Path]:
    """Have a LoRA model, choose it to go on from, fine-tune; return both."""
    session = panel.session
    two_classes(session)
    first = session.new_model_folder("lora")
    result(first, method="lora")
    session.use_model(first)
    choose(panel, "lora-1")
    press(panel.finetune)
    job = engine.jobs[-1]
    assert job.spec.base_model == first
    made = result(job.spec.output, method="lora", miou=0.7)
    notes = ("Model lora-1 was trained on old.sgy too, which is not there any more: it is not rehearsed",)
    job.done(dataclasses.replace(made, guard=Guard("lora-1", rows, 400, 300), notes=notes))
    return first, job.spec.output


def choose(panel: LearnPanel, name: str) -> None:
    """Choose what is begun with, by the keyboard."""
    box = panel.form.base
    box.setFocus()
    place = box.findText(name)
    assert place >= 0, [box.itemText(each) for each in range(box.count())]
    way = place - box.currentIndex()
    for _ in range(abs(way)):
        QtBot.keyClick(box, Qt.Key.Key_Down if way > 0 else Qt.Key.Key_Up)  # type: ignore[no-untyped-call]


def listed(panel: LearnPanel) -> list[str]:
    return [row.folder.name for row in panel.models.rows]


def shown(panel: LearnPanel) -> list[list[str]]:
    table = panel.guard.table
    return [
        [cell.text() if (cell := table.item(row, column)) else "" for column in range(table.columnCount())]
        for row in range(table.rowCount())
    ]


def test_what_was_known_before_and_is_known_now(panel: LearnPanel, engine: FakeEngine) -> None:
    assert not panel.guard.isVisible()
    assert "no model has just gone on" in panel.guard.keep.toolTip()
    _, second = gone_on(panel, engine, FELL)
    assert panel.guard.isVisible()
    assert panel.guard.heading.text() == "lora-2 went on from lora-1"
    assert shown(panel) == [
        ["sand", "0.80 → 0.62 ▼", "0.30 → 0.70"],
        ["shale", "0.90 → 0.88", "0.40 → 0.60"],
        ["salt", "–", "–"],
    ]
    assert "'sand' fell from 0.80 to 0.62" in panel.guard.verdict.text()
    assert "old.sgy too, which is not there any more" in panel.note.text()
    scores = read_scores(second)
    assert scores is not None
    assert "'sand' fell" in scores.gone_on
    assert "Went on from lora-1. 'sand' fell" in panel.models.story.text()
    assert panel.models.scores.table.isColumnHidden(1), "before is in the guard's table, of the same strokes"
    assert panel.minimumSizeHint().width() <= 300


def test_keep_new_puts_the_earlier_model_out_of_the_list(panel: LearnPanel, engine: FakeEngine) -> None:
    first, second = gone_on(panel, engine)
    assert listed(panel) == ["lora-2", "lora-1"]
    press(panel.guard.keep)
    assert panel.session.model == second
    assert listed(panel) == ["lora-2"]
    assert (first / "recipe.toml").exists(), "nothing is deleted"
    assert not panel.guard.isVisible()
    assert panel.note.text() == "lora-2 is kept; lora-1 left the list."
    assert panel.form.base.base is None, "what left the list is not gone on from"
    press(panel.revert)
    assert panel.session.model == first
    assert set(listed(panel)) == {"lora-1", "lora-2"}


def test_revert_goes_back_and_undo_brings_the_new_model_again(panel: LearnPanel, engine: FakeEngine) -> None:
    first, second = gone_on(panel, engine)
    press(panel.guard.revert)
    assert panel.session.model == first
    assert listed(panel) == ["lora-1"]
    assert (second / PUT_AWAY).exists()
    panel.session.undo()
    assert panel.session.model == second
    assert set(listed(panel)) == {"lora-1", "lora-2"}


def test_keep_both_and_another_choice_is_an_answer_too(panel: LearnPanel, engine: FakeEngine) -> None:
    first, second = gone_on(panel, engine)
    press(panel.guard.both)
    assert panel.session.model == second
    assert listed(panel) == ["lora-2", "lora-1"]
    press(panel.finetune)
    job = engine.jobs[-1]
    made = result(job.spec.output, method="lora")
    job.done(dataclasses.replace(made, guard=Guard("lora-1", FINE, 4, 3)))
    assert panel.guard.isVisible()
    panel.session.use_model(first)
    assert not panel.guard.isVisible()


def test_one_class_alone_is_learned_beside_what_a_model_knows(
    panel: LearnPanel, session: Session, engine: FakeEngine
) -> None:
    first = probed(session)
    choose(panel, "probe-1")
    assert not panel.finetune.isEnabled()
    assert "paint strokes first, of any class" in panel.finetune.toolTip()
    session.current_class = session.add_class("coal")
    stroke(session, session.current_class)
    assert panel.finetune.isEnabled()
    choose(panel, "the strokes alone")
    assert not panel.finetune.isEnabled()
    assert "two classes" in panel.note.text()
    choose(panel, "probe-1")
    assert panel.note.text() == ""
    press(panel.finetune)
    assert engine.jobs[-1].spec.base_model == first


def test_a_probe_goes_on_as_a_decoder_of_four_blocks(panel: LearnPanel, engine: FakeEngine) -> None:
    two_classes(panel.session)
    probed(panel.session)
    choose(panel, "probe-1")
    panel.form.decoder.setCurrentText("DPT")
    press(panel.finetune)
    recipe = engine.jobs[-1].spec.recipe
    assert (recipe.decoder, recipe.encoder.taps) == ("dpt", (3, 4, 5, 6))


def test_a_model_of_another_survey(
    panel: LearnPanel, session: Session, engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_classes(session)
    zoo = tmp_path / "zoo" / "facies"
    result(zoo, method="full")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    choose(panel, "another model…")
    assert "is no model" in told()[-1]
    assert panel.form.base.base is None
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(zoo))
    choose(panel, "another model…")
    assert panel.form.base.currentText() == "facies"
    assert panel.form.method.currentText() == "all weights"
    assert not panel.form.method.isEnabled()
    assert "goes on as what it is" in panel.form.decoder.toolTip()
    press(panel.finetune)
    job = engine.jobs[-1]
    assert (job.spec.base_model, job.spec.recipe.method) == (zoo, "full")
    made = result(job.spec.output, method="full")
    job.done(dataclasses.replace(made, guard=Guard("facies", FINE, 4, 3)))
    assert not panel.guard.both.isEnabled()
    assert "lies elsewhere and stays there anyway" in panel.guard.both.toolTip()
    press(panel.guard.revert)
    assert session.model == zoo
    choose(panel, "the strokes alone")
    assert panel.form.method.isEnabled()


def test_a_probe_may_become_anything(panel: LearnPanel, session: Session, engine: FakeEngine) -> None:
    two_classes(session)
    folder = session.new_model_folder("probe")
    result(folder)
    session.use_model(folder)
    choose(panel, "probe-1")
    assert panel.form.decoder.isEnabled()
    assert panel.form.recipe().method == "lora"
    press(panel.finetune)
    assert engine.jobs[-1].spec.base_model == folder


@pytest.mark.parametrize(
    ("rows", "samples", "wanted"),
    [(FINE, 40, "keep"), (FELL, 40, "both"), (WORSE, 40, "revert"), (FINE, 0, "both"), ((ClassGuard("a"),), 0, "both")],
)
def test_the_button_that_the_guard_speaks_for(rows: tuple[ClassGuard, ...], samples: int, wanted: str) -> None:
    assert advice(Guard("m", rows, samples, 40)) == wanted


def test_the_button_is_bold_and_said(panel: LearnPanel, engine: FakeEngine) -> None:
    gone_on(panel, engine, FELL)
    guard = panel.guard
    assert [each.font().bold() for each in (guard.keep, guard.revert, guard.both)] == [False, False, True]
    assert guard.verdict.text().endswith("Suggested: keep both.")


def test_keys_decide(workspace: Workspace, session: Session, engine: FakeEngine, qtbot: QtBot) -> None:
    dock = Dock(workspace)
    workspace.viewer.window.add_dock_widget(dock)
    activate(workspace.viewer.window._qt_window, qtbot)
    dock.open_step("Learn")
    first, _ = gone_on(dock.learn, engine)
    qtbot.waitUntil(lambda: not dock.learn.guard.keep.visibleRegion().isEmpty(), timeout=3000)
    assert "Keep it or go back in the step Learn" in dock.quick.note.text()
    canvas = workspace.viewer.window._qt_viewer.canvas.native
    canvas.setFocus()
    QtBot.keyClick(canvas, Qt.Key.Key_U, Qt.KeyboardModifier.AltModifier)  # type: ignore[no-untyped-call]
    assert session.model == first
    QtBot.keyClick(canvas, Qt.Key.Key_K, Qt.KeyboardModifier.AltModifier)  # type: ignore[no-untyped-call]
    assert told()[-1] == "Not now: no model has just gone on from another."
