"""What is asked for when the section changes, and what is asked for ahead."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.region import At
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.view_specs import BasisResult, BasisSpec, PredictionSpec
from tests.gui.conftest import Asked, FakeEngine


def coloured(asked: Asked, *, provisional: bool = False) -> FeatureResult:
    return FeatureResult(np.zeros((7, 7, 3), np.uint8), None, (96, 96), 14.0, 12, provisional)


def of(kind: type[Any], asked: list[Asked]) -> list[Any]:
    return [each.spec for each in asked if isinstance(each.spec, kind)]


def go_to(workspace: Workspace, number: int, qtbot: QtBot) -> None:
    workspace.session.go_to(At("inline", number))
    qtbot.waitUntil(lambda: workspace.view.at == At("inline", number), timeout=10_000)


@pytest.fixture
def following(workspace: Workspace, engine: FakeEngine, qtbot: QtBot) -> Workspace:
    """Stand on inline 1020 with features wanted, nothing asked for."""
    workspace.session.change(show_features=True)
    go_to(workspace, 1020, qtbot)
    engine.views.clear()
    engine.aheads.clear()
    return workspace


def test_provisional_colours_are_replaced_once(following: Workspace, engine: FakeEngine, qtbot: QtBot) -> None:
    go_to(following, 1030, qtbot)
    (first,) = (each for each in engine.views if isinstance(each.spec, FeaturesSpec))
    assert first.spec.provisional
    first.done(coloured(first, provisional=True))
    (fit,) = engine.aheads
    assert fit.spec == BasisSpec(following.session.survey.path)
    fit.done(BasisResult(12, fitted=True))
    again = engine.views[-1]
    assert (again.spec.at, len(of(FeaturesSpec, engine.views))) == (At("inline", 1030), 2)
    again.done(coloured(again))
    assert len(of(BasisSpec, engine.aheads)) == 1


@pytest.mark.parametrize(("there", "ahead"), [(1030, 1040), (1010, 1000)])
def test_the_next_section_in_the_direction_of_travel_is_asked_for_ahead(
    following: Workspace, engine: FakeEngine, qtbot: QtBot, there: int, ahead: int
) -> None:
    go_to(following, there, qtbot)
    asked = next(each for each in engine.views if isinstance(each.spec, FeaturesSpec))
    assert of(FeaturesSpec, engine.aheads) == []
    asked.done(coloured(asked))
    assert [spec.at for spec in of(FeaturesSpec, engine.aheads)] == [At("inline", ahead)]
    assert of(PredictionSpec, engine.aheads) == []  # there is no model


def test_nothing_lies_beyond_the_last_section(following: Workspace, engine: FakeEngine, qtbot: QtBot) -> None:
    go_to(following, 1050, qtbot)
    asked = next(each for each in engine.views if isinstance(each.spec, FeaturesSpec))
    asked.done(coloured(asked))
    assert engine.aheads == []


def test_with_a_model_its_answer_is_asked_for_ahead_too(
    following: Workspace, engine: FakeEngine, qtbot: QtBot, tmp_path: Path
) -> None:
    model = following.session.new_model_folder("probe")
    model.mkdir(parents=True)
    (model / "recipe.toml").touch()
    following.session.use_model(model)
    go_to(following, 1030, qtbot)
    asked = [each for each in engine.views if isinstance(each.spec, FeaturesSpec)][-1]
    asked.done(coloured(asked))
    assert of(PredictionSpec, engine.aheads) == [
        PredictionSpec(following.session.survey.path, At("inline", 1040), model)
    ]
