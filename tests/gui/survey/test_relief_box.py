from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.survey.survey_panel import SurveyPanel
from napari_geofm.gui.workspace import Workspace
from tests.gui.maps import elevation_file, opened_map
from tests.gui.mouse import press


@pytest.fixture
def dem(make_napari_viewer: Callable[..., Any], tmp_path: Path, qtbot: QtBot) -> Iterator[Workspace]:
    with opened_map(make_napari_viewer, elevation_file(tmp_path), qtbot) as workspace:
        yield workspace


@pytest.fixture
def panel(dem: Workspace, qtbot: QtBot) -> SurveyPanel:
    made = SurveyPanel(dem)
    qtbot.addWidget(made)
    made.show()
    return made


ROOM_PX = 540
"""Of a step at 768 px of height, below the tabs and above Undo."""


def test_the_step_of_a_map_fits_and_speaks_of_what_maps_have(panel: SurveyPanel, qtbot: QtBot) -> None:
    panel.relief.mode.setCurrentIndex(panel.relief.mode.findData("shade"))
    panel.resize(280, ROOM_PX)
    qtbot.waitUntil(lambda: not panel.relief.light.isHidden(), timeout=2000)
    assert panel.minimumSizeHint().height() <= ROOM_PX
    words = [each.text() for each in panel.findChildren(Heading)]
    assert words == ["Polygons and labels"]
    told = [each.toolTip() for each in (panel.picks.importing, panel.picks.fill, panel.picks.more)]
    told += [each.text() for each in panel.picks.menu.actions()]
    assert not [each for each in told if "orizon" in each or "fault" in each]


def test_the_box_moves_the_sun(panel: SurveyPanel, qtbot: QtBot) -> None:
    box = panel.relief
    session = panel.session
    assert not box.isHidden()
    # Without a light there is no sun to move, and no room is taken for it.
    assert box.light.isHidden()
    box.mode.setCurrentIndex(box.mode.findData("shade"))
    assert session.settings.relief == "shade"
    assert not box.light.isHidden()
    qtbot.keyClick(box.height_, Qt.Key.Key_Home)  # type: ignore[no-untyped-call]
    assert session.settings.sun_height == 1.0
    # A dial's 0 is at the bottom, the map's south.
    box.azimuth.setValue(0)
    assert session.settings.sun_azimuth == 180.0
    box.azimuth.setValue(270)
    assert session.settings.sun_azimuth == 90.0
    assert box.sun.text() == "Sun from 90°, 1° high"
    qtbot.keyClick(box.strength, Qt.Key.Key_End)  # type: ignore[no-untyped-call]
    assert session.settings.relief_strength == pytest.approx(10.0)


def test_the_key_comes_back_to_what_was_seen_last(panel: SurveyPanel) -> None:
    box, session = panel.relief, panel.session
    box.toggle()
    assert session.settings.relief == "over"
    session.change(relief="slope")
    box.toggle()
    assert session.settings.relief == "off"
    box.toggle()
    assert session.settings.relief == "slope"
    assert box.mode.currentText() == "Slope"


def test_longitudes_are_told_as_one_likes(panel: SurveyPanel) -> None:
    box = panel.place
    assert not box.around.isHidden()
    press(box.around, box.around.rect().center() - box.around.rect().center() / 1.2)
    assert panel.session.settings.longitudes == "360"


def test_a_seismic_survey_has_neither(workspace: Workspace, qtbot: QtBot) -> None:
    panel = SurveyPanel(workspace)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.relief.isHidden()
    assert panel.place.isHidden()
