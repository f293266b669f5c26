"""What is asked for when the section changes, and what is asked for ahead."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.core.progress import Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.gui.learn.training import Training
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.view_specs import BasisResult, BasisSpec, PredictionResult, PredictionSpec
from tests.gui.conftest import Asked, FakeEngine, stroke, told


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


def test_an_answer_that_comes_before_its_section_is_drawn_waits_for_it(
    following: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    following.session.go_to(At("inline", 1030))
    (asked,) = (each for each in engine.views if isinstance(each.spec, FeaturesSpec))
    assert (asked.spec.at, following.view.at) == (At("inline", 1030), At("inline", 1020)), "asked at once"
    layer = following.view.layers.features
    asked.done(FeatureResult(np.full((7, 7, 3), 200, np.uint8), None, (96, 96), 14.0, 12))
    assert not layer.data.any(), "the map of another section"
    qtbot.waitUntil(lambda: following.view.at == At("inline", 1030), timeout=10_000)
    assert (layer.data[..., :3] == 200).all()
    assert len(of(FeaturesSpec, engine.views)) == 1, "asked once"


def test_the_map_ends_where_the_section_ends(following: Workspace, engine: FakeEngine, qtbot: QtBot) -> None:
    go_to(following, 1030, qtbot)
    asked, layers = engine.views[-1], following.view.layers
    rows, columns = layers.amplitude.data.shape
    tokens = np.zeros((rows // 14 + 1, columns // 14 + 1, 3), np.uint8)
    tokens[:, :, 0] = 14 * np.arange(len(tokens))[:, None] + 6.5
    tokens[-1, :, 1] = 255
    asked.done(FeatureResult(tokens, None, (rows, columns), 14.0, 12))
    following.session.change(exaggeration=2.0)
    edges = [
        (layer.translate - layer.scale / 2, layer.translate + layer.scale * (np.array(layer.data.shape[:2]) - 0.5))
        for layer in (layers.features, layers.amplitude)
    ]
    np.testing.assert_allclose(edges[0], edges[1])
    # What belonged to a sample still does.
    place = layers.features.world_to_data(layers.amplitude.data_to_world((30.0, 5.0)))
    around = layers.features.data[int(place[0]) : int(place[0]) + 2, 0, 0]
    assert np.interp(place[0] % 1, [0, 1], around) == pytest.approx(30.0, abs=1.5)


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


def test_turned_on_while_a_section_is_read_it_is_asked_for_that_section(
    following: Workspace, engine: FakeEngine, qtbot: QtBot
) -> None:
    session = following.session
    session.change(show_features=False)
    session.turn("crossline")
    # Before the reader's answer can be heard.
    session.change(show_features=True)
    asked = [each.spec.at for each in engine.views if isinstance(each.spec, FeaturesSpec)]
    assert asked[-1] == session.place
    assert session.place.axis == "crossline"


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


def predictions(engine: FakeEngine) -> list[Path]:
    """Return the names of the models that were asked, and forget them."""
    asked = [spec.model_folder for spec in of(PredictionSpec, engine.views)]
    engine.views.clear()
    return asked


def told_of(training: Training, job: Asked, **numbers: float) -> None:
    assert job.progress is not None
    job.progress(Progress(0.5, 1.0, "training", numbers))


@pytest.fixture
def training(following: Workspace, engine: FakeEngine) -> Training:
    """A LoRA training under way, before which there was a model."""
    before = following.session.new_model_folder("probe")
    before.mkdir(parents=True)
    (before / "recipe.toml").touch()
    following.session.use_model(before)
    for number, rows in enumerate((slice(10, 20), slice(40, 50))):
        stroke(following.session, number, rows)
    training = Training(following)
    training.start(Recipe.for_method("lora"))
    engine.views.clear()
    return training


def test_while_it_trains_the_section_is_predicted_with_each_new_state(
    following: Workspace, engine: FakeEngine, training: Training, qtbot: QtBot
) -> None:
    (job,) = engine.jobs
    preview = job.spec.preview
    assert preview.parent == following.session.folder
    told_of(training, job)  # of reading labels, say
    assert predictions(engine) == []
    told_of(training, job, loss=1.0, previews=1.0)
    told_of(training, job, loss=0.9, previews=1.0)
    assert predictions(engine) == [preview]
    go_to(following, 1030, qtbot)
    assert predictions(engine) == [preview]
    told_of(training, job, loss=0.8, previews=2.0)
    # A second round, on all strokes, counts anew.
    told_of(training, job, loss=0.8, previews=0.0)
    told_of(training, job, loss=0.8, previews=1.0)
    assert predictions(engine) == [preview, preview]


def test_a_cancel_brings_the_model_before_back(following: Workspace, engine: FakeEngine, training: Training) -> None:
    (job,) = engine.jobs
    told_of(training, job, previews=1.0)
    asked = engine.views[-1]
    predictions(engine)
    training.cancel()
    assert predictions(engine) == [following.session.model]
    assert asked.failed is not None
    asked.failed("Model preview has no recipe.toml")  # it went with the training
    assert told() == []


def test_what_was_seen_when_a_session_ended_is_seen_again(
    make_napari_viewer: Callable[..., Any], workspace: Workspace, engine: FakeEngine
) -> None:
    workspace.session.change(show_features=True, show_prediction=False)
    again = Workspace(make_napari_viewer(), workspace.session, engine)  # type: ignore[arg-type]
    assert again.view.layers.features.visible
    assert not again.view.layers.prediction.visible
    again.view.close()


def test_a_prediction_keeps_its_classes_when_one_is_deleted(
    following: Workspace, engine: FakeEngine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = following.session
    monkeypatch.setattr(type(session), "model", property(lambda _: session.folder / "models" / "probe-1"))
    go_to(following, 1030, qtbot)
    (asked,) = (each for each in engine.views if isinstance(each.spec, PredictionSpec))
    shape = following.view.layers.amplitude.data.shape
    classes = np.zeros(shape, np.uint8)
    classes[10:], classes[20:] = 1, 2
    asked.done(PredictionResult(At("inline", 1030), classes, np.ones(shape, np.float32), session.classes.names))
    session.delete_class(0)
    assert following.view.prediction is not None
    seen = following.view.prediction[1]
    names = session.classes.names
    assert (seen[0, 0], names[seen[15, 0]], names[seen[25, 0]]) == (255, "shale", "salt")
    session.rename_class(0, "mudstone")
    session.undo()
    session.undo()
    np.testing.assert_array_equal(following.view.prediction[1], classes)
