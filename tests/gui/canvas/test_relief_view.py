"""Hillshade and slope over a map of elevation."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.gui.canvas.relief_layer import NAME
from napari_geofm.gui.canvas.relief_view import ReliefView
from napari_geofm.gui.workspace import Workspace
from tests.gui.maps import HILL, elevation_file, opened_map


@pytest.fixture
def dem(make_napari_viewer: Callable[..., Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Workspace]:
    with opened_map(make_napari_viewer, elevation_file(tmp_path), qtbot) as workspace:
        yield workspace


def relief_of(workspace: Workspace) -> ReliefView:
    assert workspace.relief is not None
    return workspace.relief


def show(workspace: Workspace, qtbot: QtBot, **settings: Any) -> Any:
    """Change settings, and return the layer's numbers once they are on the screen."""
    with qtbot.waitSignal(relief_of(workspace).shown, timeout=10_000):
        workspace.session.change(**settings)
    return workspace.viewer.layers[NAME].data


def test_there_is_no_relief_until_it_is_asked_for(dem: Workspace, qtbot: QtBot) -> None:
    assert NAME not in dem.viewer.layers
    show(dem, qtbot, relief="shade")
    names = [layer.name for layer in dem.viewer.layers]
    assert names.index("amplitude") + 1 == names.index(NAME) < names.index("labels")
    dem.session.change(relief="off")
    assert NAME not in dem.viewer.layers


def test_the_light_follows_the_sun(dem: Workspace, qtbot: QtBot) -> None:
    row, column = HILL
    shade = show(dem, qtbot, relief="shade", sun_azimuth=90.0, sun_height=30.0).copy()
    assert shade[row, column + 10] > shade[row, column - 10] + 0.2
    other = show(dem, qtbot, sun_azimuth=270.0)
    assert other[row, column - 10] > other[row, column + 10] + 0.2
    low = show(dem, qtbot, sun_height=10.0)
    assert low[110, 150] == pytest.approx(np.sin(np.deg2rad(10)), abs=0.02)
    assert np.isnan(low[3, 3])


def test_stronger_relief_has_more_contrast(dem: Workspace, qtbot: QtBot) -> None:
    spreads = [float(np.nanstd(show(dem, qtbot, relief="shade", relief_strength=each))) for each in (0.3, 1.0, 3.0)]
    assert spreads == sorted(spreads)
    weak = relief_of(dem).exaggeration
    show(dem, qtbot, relief_strength=6.0)
    assert weak is not None
    assert relief_of(dem).exaggeration == pytest.approx(2 * weak)


def test_slopes_are_in_degrees_on_the_ground(dem: Workspace, qtbot: QtBot) -> None:
    steep = show(dem, qtbot, relief="slope")
    row, column = HILL
    # 2000 exp(-d^2 / 300) falls by 2000 d / 150 exp(...) a pixel; pixels at 60 degrees north are half as wide as high.
    fall = 2000 * 12 / 150 * np.exp(-144 / 300)
    wide = 0.05 * np.pi * 1_737_400 / 180 * np.cos(np.deg2rad(63 - 0.05 * (row + 0.5)))
    assert steep[row, column + 12] == pytest.approx(np.rad2deg(np.arctan(fall / wide)), rel=0.02)
    assert dem.view.furniture.bars.bars[0].title == "slope (°)"
    dem.session.change(relief="off")
    assert dem.view.furniture.bars.bars[0].title == "elevation (m)"


def test_large_sections_are_thinned_and_lie_where_they_belong(
    dem: Workspace, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("napari_geofm.gui.canvas.relief_view.MOST", 120 * 160 // 4)
    shade = show(dem, qtbot, relief="shade")
    assert shade.shape == (60, 80)
    layer, below = dem.viewer.layers[NAME], dem.view.layers.amplitude
    np.testing.assert_allclose(layer.scale, 2 * np.array(below.scale))
    np.testing.assert_allclose(layer.data_to_world((0, 0)), below.data_to_world((0.5, 0.5)))


def test_other_images_have_no_relief(make_napari_viewer: Callable[..., Any], tmp_path: Path, qtbot: QtBot) -> None:
    with opened_map(make_napari_viewer, elevation_file(tmp_path, "brightness.tif"), qtbot) as workspace:
        assert workspace.relief is None
        workspace.session.change(relief="shade")
        assert NAME not in workspace.viewer.layers
