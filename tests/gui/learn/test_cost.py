"""What a fine-tune takes is told before it begins."""

import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.gui.learn import cost
from napari_geofm.gui.learn.learn_panel import LearnPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.view_specs import EstimateResult, EstimateSpec
from napari_geofm.session import Session
from tests.gui.conftest import Asked, FakeEngine, stroke


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> LearnPanel:
    monkeypatch.setattr(cost, "WAIT_MS", 10)
    panel = LearnPanel(workspace)
    qtbot.addWidget(panel)
    return panel


def asked(engine: FakeEngine) -> list[Asked]:
    return [each for each in engine.aheads if isinstance(each.spec, EstimateSpec)]


def answer(memory_gb: float = 0.3) -> EstimateResult:
    return EstimateResult("CPU", 12.0, 60.0, 130, memory_gb, 22.0, 6, 9.0, 0.2)


def test_it_is_asked_for_once_there_is_something_to_learn_from(
    panel: LearnPanel, session: Session, engine: FakeEngine, qtbot: QtBot
) -> None:
    stroke(session, 0)
    qtbot.wait(100)
    assert asked(engine) == []
    stroke(session, 1, slice(40, 50))
    qtbot.waitUntil(lambda: len(asked(engine)) == 1)
    (first,) = asked(engine)
    assert (first.spec.recipe.method, first.spec.labelled) == ("lora", 1)
    first.done(answer())
    assert panel.form.cost.text() == "About 1 min 12 s with the start, some 130 steps, 0.3 of 22 GB of memory."
    stroke(session, 1, slice(60, 70))  # on the same section: the answer is the same
    qtbot.wait(100)
    assert len(asked(engine)) == 1


def test_another_choice_has_another_price(
    panel: LearnPanel, session: Session, engine: FakeEngine, qtbot: QtBot
) -> None:
    stroke(session, 0)
    stroke(session, 1, slice(40, 50))
    qtbot.waitUntil(lambda: len(asked(engine)) == 1)
    panel.form.method.setCurrentText("all weights")
    panel.form.minutes.setValue(3.0)
    qtbot.waitUntil(lambda: len(asked(engine)) == 2)
    first, second = asked(engine)
    assert (second.spec.recipe.method, second.spec.recipe.training.minutes) == ("full", 3.0)
    second.done(answer(memory_gb=30.0))
    assert "It needs 30.0 of 22 GB of memory: choose LoRA" in panel.form.cost.text()
    first.done(answer())  # too late
    assert "It needs" in panel.form.cost.text()


def test_sections_that_are_labelled_all_over_have_their_own_price(
    panel: LearnPanel, session: Session, engine: FakeEngine, qtbot: QtBot
) -> None:
    assert panel.form.recipe().decoder == "auto"
    stroke(session, 0)
    stroke(session, 1, slice(40, 50))
    qtbot.waitUntil(lambda: len(asked(engine)) == 1)
    assert not asked(engine)[0].spec.dense
    session.fill_rest(session.place, 1)
    qtbot.waitUntil(lambda: len(asked(engine)) == 2)
    assert asked(engine)[1].spec.dense
