"""Stepping fast with the real worker and encoder: the map that stays is the last section's, also while it trains."""

import dataclasses
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.gui.canvas.layers import inside_section
from napari_geofm.gui.engine import Engine
from napari_geofm.gui.learn.training import Training
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine
from tests.gui.mouse import type_keys
from tests.gui.trained import two_classes

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("dinov2_weights")]

PATIENCE_MS = 120_000
STEPS = 20


@pytest.fixture
def engine() -> FakeEngine:
    """Stand in for the fake one."""
    return Engine()  # type: ignore[return-value]


@pytest.fixture
def stepping(workspace: Workspace, session: Session, qtbot: QtBot) -> Workspace:
    """Stand on a crossline with its map in its final colours on the screen; two classes are labelled on an inline."""
    two_classes(session)
    session.turn("crossline")
    session.change(show_features=True)
    with qtbot.waitSignal(
        workspace.following.features_arrived,
        timeout=PATIENCE_MS,
        check_params_cb=lambda at, found: at == session.place and not found.provisional,
    ):
        workspace.following.ask_features()
    return workspace


def step_on(workspace: Workspace, qtbot: QtBot) -> list[At]:
    """Step by key as fast as keys come, wait for the map of the last; return the places whose maps were shown."""
    from napari_geofm.gui.survey.navigation import Navigation

    navigation = Navigation(workspace.session)
    qtbot.addWidget(navigation)
    seen: list[At] = []
    workspace.following.features_arrived.connect(lambda at, _found: seen.append(at))
    start = workspace.session.survey.axis("crossline").index(workspace.session.place.value or 0)
    for _ in range(STEPS):
        type_keys(navigation.number, "", end=Qt.Key.Key_Up)
        qtbot.wait(5)
    last = At("crossline", workspace.session.survey.axis("crossline").values[start + STEPS].item())
    assert workspace.session.place == last
    qtbot.waitUntil(lambda: bool(seen) and seen[-1] == last, timeout=PATIENCE_MS)
    assert workspace.view.at == last
    return seen


def map_of(workspace: Workspace, at: At, qtbot: QtBot) -> NDArray[np.uint8]:
    """Ask for a section's map anew."""
    found: list[FeatureResult] = []
    spec = FeaturesSpec(workspace.session.survey.path, at, provisional=True)
    workspace.engine.view(spec, "a test", found.append)
    qtbot.waitUntil(lambda: bool(found), timeout=PATIENCE_MS)
    assert found[0].colours is not None
    assert not found[0].provisional
    return inside_section(found[0].colours, found[0].token_px, found[0].shape)


def shown(workspace: Workspace) -> NDArray[Any]:
    return np.array(workspace.view.layers.features.data[..., :3])


def test_after_twenty_fast_steps_the_last_sections_map_is_shown(stepping: Workspace, qtbot: QtBot) -> None:
    seen = step_on(stepping, qtbot)
    # Newest wins: of most sections on the way no map was ever waited for.
    assert len(seen) < STEPS
    kept = shown(stepping)
    here = stepping.session.place
    np.testing.assert_array_equal(kept, map_of(stepping, here, qtbot))
    stepping.session.step(-7)
    other = map_of(stepping, stepping.session.place, qtbot)
    assert not np.array_equal(kept, other)


def test_so_it_is_while_a_fine_tune_runs(stepping: Workspace, qtbot: QtBot) -> None:
    training = Training(stepping)
    recipe = Recipe.for_method("lora")
    assert training.reason() == ""
    training.start(dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, minutes=2.0)))
    losses: list[float] = []
    training.advanced.connect(lambda news, _seconds: losses.append(news.numbers.get("loss", np.nan)))
    qtbot.waitUntil(lambda: bool(np.isfinite(losses).any()), timeout=PATIENCE_MS)
    step_on(stepping, qtbot)
    assert training.running
    kept = shown(stepping)
    training.cancel()
    np.testing.assert_array_equal(kept, map_of(stepping, stepping.session.place, qtbot))
