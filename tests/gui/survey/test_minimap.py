"""The small map: what it marks, and where clicks, drags and hovering lead."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint
from qtpy.QtGui import QColor

from napari_geofm.core.region import At
from napari_geofm.gui.survey.map_painter import LABELLED, PREDICTED
from napari_geofm.gui.survey.minimap import HEIGHT, Minimap
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.coverage import Coverage
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine, plain_prediction, stroke
from tests.gui.mouse import drag, hover, press


@pytest.fixture
def minimap(workspace: Workspace, qtbot: QtBot) -> Minimap:
    made = Minimap(workspace)
    qtbot.addWidget(made)
    made.resize(280, HEIGHT)
    made.show()
    qtbot.waitExposed(made)
    return made


def spot(minimap: Minimap, inline: float, crossline: float) -> QPoint:
    """Return where an inline and a crossline cross on the map."""
    x, y = 0.0, 0.0
    for axis, number in (("inline", inline), ("crossline", crossline)):
        (x0, y0), (x1, y1) = minimap.frame.line(axis, number)
        x, y = (x0, y) if x0 == x1 else (x, y0)
        assert x0 == x1 or y0 == y1
    return QPoint(round(x), round(y))


def gauge_spot(minimap: Minimap, time_ms: float) -> QPoint:
    gauge = minimap.gauge
    return QPoint(round(gauge.box.center().x()), round(gauge.px(time_ms)))


def colour_at(minimap: Minimap, place: QPoint) -> QColor:
    return minimap.grab().toImage().pixelColor(place)


def close_to(found: QColor, wanted: QColor, *, within: int = 60) -> bool:
    return all(abs(a - b) <= within for a, b in zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True))


def test_a_click_goes_to_the_line_through_that_place(minimap: Minimap, session: Session) -> None:
    press(minimap, spot(minimap, 1010, 2040))
    assert session.place == At("inline", 1010)
    session.turn("crossline")
    # The crossline that was clicked on with the inline.
    assert session.place.value == pytest.approx(2040, abs=1)
    press(minimap, spot(minimap, 1040, 2012))
    assert session.place.axis == "crossline"
    assert session.place.value == pytest.approx(2012, abs=1)


def test_a_drag_scrubs_and_is_one_step_back(minimap: Minimap, session: Session) -> None:
    start = session.place
    drag(minimap, [spot(minimap, number, 2040) for number in (1050, 1040, 1020, 1000)])
    assert session.place == At("inline", 1000)
    session.back()
    assert session.place == start


def test_the_gauge_leads_to_time_slices_and_back(minimap: Minimap, session: Session) -> None:
    press(minimap, gauge_spot(minimap, 100.0))
    assert session.place.axis == "twt"
    assert float(session.place.value or 0) == pytest.approx(100.0, abs=8)
    drag(minimap, [gauge_spot(minimap, ms) for ms in (100.0, 200.0, 380.0)])
    assert session.place == At("twt", 380.0)
    press(minimap, spot(minimap, 1020, 2040))
    assert session.place == At("inline", 1020)


def test_hovering_tells_the_line(minimap: Minimap, session: Session) -> None:
    place = session.place
    hover(minimap, spot(minimap, 1050, 2040))
    assert minimap.pointed == At("inline", 1050)
    assert minimap._words(At("inline", 1050)) == "Go to inline 1050"
    hover(minimap, gauge_spot(minimap, 380.0))
    assert minimap.pointed == At("twt", 380.0)
    hover(minimap, QPoint(1, HEIGHT - 2))
    assert session.place == place
    assert minimap.pointed is None


def test_labelled_predicted_and_current_sections_are_drawn(
    minimap: Minimap, workspace: Workspace, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    use_model(session)
    workspace.view.show_prediction(session.place, *plain_prediction(workspace))
    predicted = session.place
    session.go_to(At("inline", 1010))
    qtbot.waitUntil(lambda: workspace.view.at == At("inline", 1010), timeout=5000)
    stroke(session, 0)
    session.go_to(At("inline", 1050))
    qtbot.waitUntil(lambda: minimap.marks.labelled == [At("inline", 1010)], timeout=5000)
    assert minimap.marks.predicted == [predicted]
    assert close_to(colour_at(minimap, spot(minimap, 1010, 2040)), LABELLED)
    assert close_to(colour_at(minimap, spot(minimap, 1030, 2040)), PREDICTED)
    assert close_to(colour_at(minimap, spot(minimap, 1050, 2040)), minimap.palette().windowText().color())
    use_model(session)  # another one, which has predicted nothing yet
    assert minimap.marks.predicted == []


def use_model(session: Session) -> Path:
    model = session.new_model_folder("probe")
    model.mkdir(parents=True)
    (model / "recipe.toml").touch()
    session.use_model(model)
    return model


def test_a_volume_that_is_being_predicted_is_shaded_as_it_grows(
    minimap: Minimap, session: Session, engine: FakeEngine, qtbot: QtBot
) -> None:
    model = use_model(session)
    folder = session.folder / "predictions" / f".{model.name}.zarr.partial"
    folder.mkdir(parents=True)
    manifest = {"done": [0, 1], "notes": {"model": model.name, "along": "inline", "range": []}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    engine.job_advanced.emit("segmenting", None)
    qtbot.waitUntil(lambda: minimap.marks.volumes == [Coverage("inline", (("inline", 1000.0, 1010.0),))], timeout=5000)
    shaded, plain = (colour_at(minimap, spot(minimap, number, 2040)) for number in (1000, 1040))
    assert shaded.green() - shaded.red() > plain.green() - plain.red() + 20


def test_the_map_stands_out_in_both_themes(minimap: Minimap, workspace: Workspace) -> None:
    minimap.setParent(workspace.viewer.window._qt_window)
    minimap.show()
    for theme in ("light", "dark", "light"):
        workspace.viewer.theme = theme
        ground = minimap.palette().window().color().lightness()
        line = minimap.palette().windowText().color().lightness()
        assert (ground > line + 100) if theme == "light" else (line > ground + 100)
        minimap.grab()
        # What is kept from drawing to drawing is in the colours of the theme.
        assert minimap._ground is not None
        assert minimap._ground.toImage() == minimap._drawn_marks().toImage()
    minimap.setParent(None)


def test_a_single_image_has_no_map(
    make_napari_viewer: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "moon.png"
    Image.fromarray((np.arange(600).reshape(20, 30) % 251).astype(np.uint8)).save(file)
    opened = Workspace(make_napari_viewer(), Session.open(file), FakeEngine())  # type: ignore[arg-type]
    made = Minimap(opened)
    qtbot.addWidget(made)
    assert not made.wanted
    assert made.isHidden()
    opened.close()
