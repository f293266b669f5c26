"""Rulers, scale bar, legend, colour bar and the fit to the canvas: right, readable, never in the mouse's way."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QApplication, QCheckBox, QWidget

from napari_geofm.core.classes import ClassTable
from napari_geofm.gui.canvas.canvas_look import CanvasLook
from napari_geofm.gui.canvas.legend import entries
from napari_geofm.gui.canvas.ruler import HIGH, WIDE, Ruler
from napari_geofm.gui.survey.appearance_form import AppearanceForm
from napari_geofm.gui.workspace import Workspace
from tests.gui.canvas_mouse import Canvas
from tests.gui.conftest import plain_prediction
from tests.gui.maps import opened_map
from tests.gui.mouse import press
from tests.io.raster.build import MOON, placed, write_tif


def numbers(ruler: Ruler) -> dict[str, float]:
    return {tick.text: place for place, tick in ruler.shown()}


def place_of(canvas: Canvas, axis: str, number: float) -> float:
    """Return where a header number lies on the canvas, in pixels, by napari's own camera."""
    section = canvas.workspace.view.section
    assert section is not None
    if section.columns.name == axis:
        return canvas.at(0, section.columns.nearest(number)).x()
    return canvas.at(section.rows.nearest(number), 0).y()


def settle(qtbot: QtBot) -> None:
    """Let what was put off until the event loop turns happen."""
    for _ in range(3):
        QApplication.processEvents()


@pytest.mark.parametrize("cut", ["inline", "twt"])
def test_rulers_name_header_numbers_where_they_are(
    workspace: Workspace, canvas: Canvas, qtbot: QtBot, cut: str
) -> None:
    workspace.session.turn(cut)
    qtbot.waitUntil(lambda: workspace.view.at is not None and workspace.view.at.axis == cut, timeout=5000)
    settle(qtbot)
    rulers, section = workspace.view.furniture.rulers, workspace.view.section
    assert section is not None
    for ruler, axis in ((rulers.top, section.columns), (rulers.left, section.rows)):
        found = numbers(ruler)
        assert len(found) >= 2
        for text, place in found.items():
            if float(text) in axis.values:
                assert abs(place - place_of(canvas, axis.name, float(text))) <= 1


def test_rulers_follow_pan_and_zoom(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    rulers, camera = workspace.view.furniture.rulers, workspace.viewer.scene.camera
    section = workspace.view.section
    assert section is not None
    settle(qtbot)
    before = numbers(rulers.left)
    camera.zoom *= 4
    camera.center = (camera.center[-2] + 30, camera.center[-1] - 20)
    qtbot.waitUntil(lambda: numbers(rulers.left) != before, timeout=2000)
    for text, place in numbers(rulers.left).items():
        if float(text) in section.rows.values:
            assert abs(place - place_of(canvas, section.rows.name, float(text))) <= 1
    assert min(np.diff(sorted(numbers(rulers.top).values())), default=99) >= 50


def test_a_section_fits_beside_the_rulers_and_follows_the_window(
    workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    rows, columns = workspace.view.section.shape if workspace.view.section else (0, 0)
    for size in ((1100, 700), (800, 900)):
        workspace.viewer.window._qt_window.resize(*size)
        qtbot.waitUntil(lambda: fits(canvas, rows, columns), timeout=3000)
    workspace.viewer.scene.camera.zoom *= 3
    workspace.viewer.reset_view()
    assert fits(canvas, rows, columns)
    # What the user looks at closely stays when the window changes.
    zoom = workspace.viewer.scene.camera.zoom * 3
    workspace.viewer.scene.camera.zoom = zoom
    workspace.viewer.window._qt_window.resize(1000, 800)
    settle(qtbot)
    assert workspace.viewer.scene.camera.zoom == zoom


def fits(canvas: Canvas, rows: int, columns: int) -> bool:
    first, last = canvas.at(-0.5, -0.5), canvas.at(rows - 0.5, columns - 0.5)
    inside = first.x() >= WIDE and first.y() >= HIGH
    inside &= last.x() <= canvas.widget.width() and last.y() <= canvas.widget.height()
    wide = (last.x() - first.x()) / (canvas.widget.width() - WIDE)
    high = (last.y() - first.y()) / (canvas.widget.height() - HIGH)
    return bool(inside and max(wide, high) > 0.9)


def test_the_scale_bar_is_as_long_as_it_says(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    settle(qtbot)
    bar = workspace.view.furniture.rulers.bar
    assert not bar.isHidden()
    number, unit = bar.text.split()
    metres = float(number) * {"m": 1, "km": 1000}[unit]
    # The sample's lines lie 25 m apart.
    spacing = (canvas.at(0, 90).x() - canvas.at(0, 0).x()) / 90
    assert bar.pixels == pytest.approx(metres / workspace.view.layers.amplitude.scale[1] * spacing, rel=0.02)
    bar.follow(0.1, feet=True)
    number, unit = bar.text.split()
    assert unit == "ft"
    assert bar.pixels == pytest.approx(0.1 * 0.3048 * float(number.replace(",", "")))


def test_the_legend_lists_all_of_few_classes_and_those_in_use_of_many() -> None:
    few = ClassTable.named(["sand", "shale", "salt"])
    assert [(each.name, each.key) for each in entries(few, frozenset(), 1)] == [
        ("sand", "1"),
        ("shale", "2"),
        ("salt", "3"),
    ]
    assert [each.chosen for each in entries(few, frozenset(), 1)] == [False, True, False]
    many = ClassTable.numbered(30)
    assert [each.name for each in entries(many, frozenset({0, 12}), 4)] == ["class 0", "class 4", "class 12"]
    assert entries(many, frozenset({12}), 4)[1].key == ""


def test_the_legend_follows_classes_and_prediction(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    legend, session = workspace.view.furniture.legend, workspace.session
    assert [each.name for each in legend.entries] == ["sand", "shale", "salt"]
    session.rename_class(0, "turbidite")
    assert legend.entries[0].name == "turbidite"
    session.set_classes(ClassTable.numbered(20))
    assert [each.name for each in legend.entries] == ["class 0"]
    workspace.view.show_prediction(session.place, *plain_prediction(workspace))
    assert [each.name for each in legend.entries] == ["class 0", "class 1", "class 2"]
    session.change(show_legend=False)
    assert legend.isHidden()
    session.change(show_legend=True, show_rulers=False, show_colorbar=False)
    assert not legend.isHidden()
    assert workspace.view.furniture.rulers.top.isHidden()
    assert workspace.view.furniture.rulers.bar.isHidden()
    assert workspace.view.furniture.bars.isHidden()


def test_boxes_of_the_survey_step_show_and_hide(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    form = AppearanceForm(workspace.session)
    qtbot.addWidget(form)
    form.resize(290, form.sizeHint().height())
    form.show()
    assert form.minimumSizeHint().width() <= 290
    furniture = workspace.view.furniture
    assert not furniture.bars.isHidden()
    tick(form.shown["show_legend"])
    assert furniture.legend.isHidden()
    tick(form.shown["show_rulers"])
    assert furniture.rulers.top.isHidden()
    assert workspace.view.framing.untouched
    tick(form.shown["show_colorbar"])
    assert furniture.bars.isHidden()
    workspace.session.change(show_legend=True)
    assert form.shown["show_legend"].isChecked()


def tick(box: QCheckBox) -> None:
    press(box, QPoint(8, box.height() // 2))


def test_nothing_over_the_canvas_takes_the_mouse(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> None:
    settle(qtbot)
    furniture = workspace.view.furniture
    rulers = furniture.rulers
    parts: list[QWidget] = [furniture.legend, furniture.bars, rulers.top, rulers.left, rulers.bar]
    for part in parts:
        middle = part.mapTo(canvas.widget, part.rect().center())
        assert part.isVisible()
        assert canvas.widget.childAt(QPoint(middle)) is None
        assert part.focusPolicy() == Qt.FocusPolicy.NoFocus


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_text_is_readable_in_both_themes(workspace: Workspace, canvas: Canvas, theme: str) -> None:
    workspace.viewer.theme = theme
    furniture = workspace.view.furniture
    for look in (furniture.legend.look, furniture.bars.look, furniture.rulers.top.look, furniture.rulers.bar.look):
        assert look == CanvasLook.of(workspace.viewer)
        assert contrast(look.text, look.ground) > 4.5


def contrast(first: QColor, second: QColor) -> float:
    """Return the contrast of WCAG 2."""

    def light(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return float(np.dot((0.2126, 0.7152, 0.0722), linear))

    high, low = sorted((light(first), light(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_colour_bar_has_the_amplitudes_limits(workspace: Workspace, canvas: Canvas) -> None:
    amplitude, bars = workspace.view.layers.amplitude, workspace.view.furniture.bars
    assert not bars.isHidden()
    workspace.session.change(percent=90.0)
    limits = tuple(float(each) for each in amplitude.contrast_limits)
    assert limits != (-1, 1)
    (bar,) = bars.bars
    assert (bar.low, bar.high) == limits
    assert bar.numbers == (f"{limits[1]:.4g}", "0", f"{limits[0]:.4g}")
    grey = bar.colours
    assert grey[:3] < grey[-3:]
    # The polarity is turned, and so are the colours; napari's own slider moves the limits.
    workspace.session.change(flipped=True)
    assert bars.bars[0].colours[:3] == grey[-3:]
    amplitude.contrast_limits = (-5, 7)
    assert bars.bars[0].numbers == ("7", "1", "-5")


def test_confidence_has_a_bar_while_there_is_some(workspace: Workspace, canvas: Canvas) -> None:
    bars, layer = workspace.view.furniture.bars, workspace.view.layers.confidence
    layer.visible = True
    assert len(bars.bars) == 1
    alone = bars.width()
    workspace.view.show_prediction(workspace.session.place, *plain_prediction(workspace))
    assert [bar.title for bar in bars.bars][1:] == ["confidence"]
    assert bars.bars[1].numbers == ("1", "0.5", "0")
    assert bars.width() > alone
    assert bars.x() + bars.width() <= canvas.widget.width()
    layer.visible = False
    assert len(bars.bars) == 1
    picture = bars.grab().toImage()
    # The bar runs from the high colour above to the low one below.
    assert picture.pixelColor(12, 30).lightness() > picture.pixelColor(12, bars.height() - 15).lightness() + 100


def test_the_scale_bar_of_a_map_holds_where_one_looks(
    make_napari_viewer: Callable[..., Any], tmp_path: Path, qtbot: QtBot
) -> None:
    width = np.pi * 1_737_400 / 180
    where = placed(1.0, -1.0, c=-180.0, f=90.0)
    file = write_tif(
        tmp_path / "a.tif", np.random.default_rng(0).random((180, 360), np.float32), crs=MOON, transform=where
    )
    with opened_map(make_napari_viewer, file, qtbot) as workspace:
        canvas = Canvas(workspace, qtbot)
        workspace.viewer.window.show()
        qtbot.waitExposed(canvas.widget)
        bar = workspace.view.furniture.rulers.bar
        for lat in (0.0, 60.0, -75.0):
            down = workspace.view.layers.amplitude.scale[0]
            workspace.viewer.scene.camera.center = ((89.5 - lat) * down, workspace.viewer.scene.camera.center[-1])
            settle(qtbot)
            km = float(bar.text.removesuffix(" km"))
            # So many pixels of the map are under the bar.
            across = bar.pixels / workspace.viewer.scene.camera.zoom / workspace.view.layers.amplitude.scale[1]
            assert across * width * np.cos(np.deg2rad(lat)) / 1000 == pytest.approx(km, rel=0.03)


def test_a_projected_map_has_km_along_its_edges(
    make_napari_viewer: Callable[..., Any], tmp_path: Path, qtbot: QtBot
) -> None:
    where = placed(1000.0, -1000.0, c=-60_000.0, f=40_000.0)
    file = write_tif(tmp_path / "a.tif", np.zeros((80, 120), np.float32), crs="IAU_2015:30130", transform=where)
    with opened_map(make_napari_viewer, file, qtbot) as workspace:
        rulers = workspace.view.furniture.rulers
        assert rulers.top.name == "x (km)"
        assert rulers.top.axis is not None
        assert rulers.left.axis is not None
        assert (rulers.top.axis.values[0], rulers.left.axis.values[0]) == (-59.5, 39.5)
