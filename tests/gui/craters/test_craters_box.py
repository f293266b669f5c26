"""Craters in the viewer, with a real mouse: imported, found, chosen, adjusted, drawn, removed, plotted, taken home."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QFileDialog, QPushButton

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.drawn_craters import DrawnCraters
from napari_geofm.gui.craters.craters_box import CratersBox
from napari_geofm.gui.workspace import Workspace
from napari_geofm.jobs.craters_spec import CratersSpec
from napari_geofm.session import Session
from tests.gui.canvas_mouse import Canvas
from tests.gui.conftest import FakeEngine, told
from tests.gui.mouse import press, type_keys
from tests.io.craters.conftest import write_map

CATALOGUE = "lat,lon,diameter_km\n30,-60,300\n0,0,400\n-20,40,120\n50,170,50\n"
"""Three of them lie on the map."""


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    # From 120 W to 120 E, from 60 N to 60 S; 7.6 km to a pixel.
    opened = Session.open(write_map(tmp_path / "moon.tif", (480, 960)))
    opened.set_classes(ClassTable.named(["background", "crater", "rim"]))
    yield opened
    opened.close()


@pytest.fixture
def box(workspace: Workspace, canvas: Canvas, qtbot: QtBot) -> CratersBox:
    assert workspace.craters is not None
    made = CratersBox(workspace, workspace.craters)
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.show()
    return made


@pytest.fixture
def listed(box: CratersBox, tmp_path: Path) -> CratersBox:
    """A box with three craters, 300, 400 and 120 km wide."""
    (tmp_path / "c.csv").write_text(CATALOGUE, encoding="utf-8")
    box.importing.look(tmp_path / "c.csv")
    box.importing.dialog.labelled.setChecked(False)
    press(box.importing.dialog.buttons.does)
    return box


def sizes(box: CratersBox) -> list[float]:
    return [float(str(box.table.sorted.index(row, 0).data())) for row in range(box.table.sorted.rowCount())]


def chosen(box: CratersBox) -> Crater | None:
    return box.shelf.chosen


def circle_of(box: CratersBox, size: float) -> Crater:
    return next(each for each in box.shelf.catalogue if each.size == pytest.approx(size, rel=0.01))


def test_a_catalogue_is_shown_before_it_is_taken_in(
    box: CratersBox, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.csv").write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "c.csv"), ""))
    press(box.take_in)
    dialog = box.importing.dialog
    assert (
        "4 craters: latitude from 'lat', longitude from 'lon', diameter from 'diameter_km' in km"
        in dialog.columns.text()
    )
    assert "3 of 4 circles fall on the map, 120 to 400 km" in dialog.count.text()
    dialog.body.setText("mars")
    assert "lists craters of Mars, the map shows Moon" in dialog.count.text()
    assert not dialog.buttons.does.isEnabled()
    dialog.body.clear()
    dialog.smallest.setValue(20)
    assert "2 of 4 circles fall on the map" in dialog.count.text()
    press(dialog.buttons.does)
    qtbot.waitUntil(lambda: "samples labelled" in box.note.text(), timeout=10_000)
    assert sizes(box) == [400, 300]
    labels = box.session.labels_at(box.session.place)
    # The middle of the largest, its rim, and what lies between; inside numbers.
    assert [int(labels[row, 479]) for row in (239, 239 - 26, 20)] == [2, 3, 1]


def test_labels_are_drawn_beside_the_window_and_can_be_cancelled(
    box: CratersBox, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    drawn, go_on = threading.Event(), threading.Event()
    part_of = DrawnCraters.__getitem__

    def held(self: DrawnCraters, key: Any) -> Any:
        assert threading.current_thread() is not threading.main_thread()
        drawn.set()
        assert go_on.wait(20)
        return part_of(self, key)

    monkeypatch.setattr(DrawnCraters, "__getitem__", held)
    monkeypatch.setattr("napari_geofm.session.picks.fills._AT_ONCE", 960 * 100)
    (tmp_path / "c.csv").write_text(CATALOGUE, encoding="utf-8")
    box.importing.look(tmp_path / "c.csv")
    press(box.importing.dialog.buttons.does)
    assert drawn.wait(20)
    bar = box.importing.labels.bar
    assert bar is not None
    qtbot.waitUntil(bar.isVisible, timeout=5000)
    assert bar.isModal()
    press(bar.findChild(QPushButton))
    go_on.set()
    qtbot.waitUntil(lambda: "Cancelled" in box.note.text(), timeout=10_000)
    assert not box.session.is_labelled(box.session.place)
    box.importing.look(tmp_path / "c.csv")
    press(box.importing.dialog.buttons.does)
    qtbot.waitUntil(lambda: "samples labelled" in box.note.text(), timeout=10_000)
    assert box.session.undo() == "labels of c.csv"
    assert not box.session.is_labelled(box.session.place)


def test_a_table_that_is_no_catalogue_is_told(box: CratersBox, tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("lat,lon\n1,2\n", encoding="utf-8")
    box.importing.look(tmp_path / "c.csv")
    assert "has no column of diameter" in told()[-1]


def test_craters_are_found_in_labels_by_the_worker(box: CratersBox, engine: FakeEngine) -> None:
    assert box.finding.reason == "nothing is labelled or predicted yet"
    assert not box.what.isEnabled()
    painted = box.session.labels_at(box.session.place)
    painted[100:140, 100:140] = 2
    box.session.record(box.session.place, painted, what="stroke")
    press(box.finding)
    assert box.what.isEnabled()
    spec = engine.jobs[-1].spec
    assert isinstance(spec, CratersSpec)
    assert (spec.labels, spec.window) == (box.session.labels_folder, None)
    assert box.job.cancel.isVisible()
    engine.jobs[-1].done(
        Catalogue((Crater(120, 120, 40, 1.0, 2.0, 300.0, on_edge=True), Crater(50, 50, 9, 3, 4, 70.0)))
    )
    assert "2 craters found, 1 of them cut by the border" in box.job.note.text()
    assert sizes(box) == [300, 70]
    press(box.finding)
    press(box.job.cancel)
    assert engine.jobs[-1].cancelled
    assert sizes(box) == [300, 70]


def test_a_prediction_on_the_screen_is_looked_through_as_it_lies_in_the_image(
    box: CratersBox, workspace: Workspace, engine: FakeEngine
) -> None:
    classes = np.zeros((480, 960), np.uint8)
    classes[3, 5] = 1
    at = workspace.view.at
    assert at is not None
    workspace.view.show_prediction(at, classes, np.ones(classes.shape, np.float32))
    assert box.what.currentText() == "the prediction on the screen"
    press(box.finding)
    spec = engine.jobs[-1].spec
    assert spec.window == (0, 0, 480, 960)
    np.testing.assert_array_equal(spec.labels, classes)


def test_a_prediction_is_looked_in_before_labels_unless_these_are_chosen(box: CratersBox, workspace: Workspace) -> None:
    painted = box.session.labels_at(box.session.place)
    painted[100:140, 100:140] = 2
    box.session.record(box.session.place, painted, what="stroke")
    assert box.what.currentText() == "my labels"
    at, classes = workspace.view.at, np.zeros((480, 960), np.uint8)
    assert at is not None
    workspace.view.show_prediction(at, classes, np.ones(classes.shape, np.float32))
    # Strokes are hardly craters: what a model made of them is.
    assert box.what.currentText() == "the prediction on the screen"
    box.what.setFocus()
    type_keys(box.what, "", end=Qt.Key.Key_Down)
    assert box.what.currentText() == "my labels"
    workspace.view.show_prediction(at, classes, np.ones(classes.shape, np.float32))
    assert box.what.currentText() == "my labels"


def test_a_click_on_a_circle_and_one_in_the_table_choose_a_crater(
    listed: CratersBox, workspace: Workspace, canvas: Canvas, qtbot: QtBot
) -> None:
    overlay = listed.view.overlay
    qtbot.waitUntil(lambda: len(overlay.seen()) == 3, timeout=5000)
    canvas.click(239, 479)
    assert chosen(listed) is circle_of(listed, 400)
    assert listed.table.currentIndex().row() == 0
    canvas.click(20, 600)
    assert chosen(listed) is None
    small = circle_of(listed, 120)
    listed.table.selectRow(2)
    assert chosen(listed) is small
    scale = workspace.view.layers.amplitude.scale[-2:]
    center = np.array(workspace.viewer.scene.camera.center[-2:]) / scale
    assert center.tolist() == [pytest.approx(small.row, abs=1), pytest.approx(small.column, abs=1)]


def test_rims_are_dragged_centres_moved_and_new_circles_drawn(listed: CratersBox, canvas: Canvas, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: len(listed.view.overlay.seen()) == 3, timeout=5000)
    before = canvas.workspace.viewer.scene.camera.center
    press(listed.adjust)
    large = circle_of(listed, 400)
    radius = large.diameter_px / 2
    canvas.stroke([(239.5, 479.5 + radius), (239.5, 479.5 + radius + 20), (239.5, 479.5 + radius + 40)])
    grown = listed.shelf.chosen
    assert grown is not None
    assert grown.diameter_px == pytest.approx(2 * radius + 80, abs=4)
    assert grown.diameter_km == pytest.approx(400 * grown.diameter_px / large.diameter_px, rel=0.01)
    canvas.stroke([(239.5, 479.5), (245, 490), (250, 500)])
    moved = listed.shelf.chosen
    assert moved is not None
    assert (moved.row, moved.column) == (pytest.approx(250, abs=2), pytest.approx(500, abs=2))
    canvas.stroke([(60, 700), (60, 710), (60, 730)])
    drawn = listed.shelf.chosen
    assert drawn is not None
    assert (drawn.row, drawn.diameter_px) == (pytest.approx(60, abs=2), pytest.approx(60, abs=4))
    assert len(listed.shelf.catalogue) == 4
    assert canvas.workspace.viewer.scene.camera.center == before
    press(listed.remove)
    press(listed.back)
    press(listed.back)
    press(listed.back)
    press(listed.back)
    assert circle_of(listed, 400) is large
    assert len(listed.shelf.catalogue) == 3
    press(listed.adjust)
    assert not listed.view.adjusting


def test_filters_hide_circles_and_what_is_written(
    listed: CratersBox, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed.smallest.setValue(200)
    assert sizes(listed) == [400, 300]
    assert len(listed.view.overlay.rims) == 2
    out = tmp_path / "out.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    press(listed.export)
    qtbot.waitUntil(lambda: "2 craters written to out.csv" in listed.note.text(), timeout=5000)
    assert len(out.read_text(encoding="utf-8").splitlines()) == 3
    listed.show_or_hide()
    assert not listed.view.overlay.isVisible()
    assert len(listed.view.overlay.rims) == 0


def test_sizes_are_plotted_with_a_limit_of_ones_own(listed: CratersBox, tmp_path: Path, qtbot: QtBot) -> None:
    press(listed.sizes)
    qtbot.waitUntil(lambda: listed.dialog is not None, timeout=20_000)
    dialog: Any = listed.dialog
    assert dialog.found.counts.sum() == 3
    assert dialog.plot.pixmap().width() > 600
    dialog.own.setChecked(True)
    dialog.limit.setValue(150)
    assert dialog.found.limit == 150
    dialog.write(tmp_path / "sizes.csv")
    dialog.write(tmp_path / "sizes.png")
    assert "sizes.png written" in dialog.note.text()
    assert "150" in (tmp_path / "sizes.csv").read_text(encoding="utf-8")
    dialog.reject()


def test_sizes_of_craters_whose_centres_all_lie_beyond_the_image_are_refused(box: CratersBox, qtbot: QtBot) -> None:
    box.shelf.replace_all([Crater(-5, 100, 30, 61.0, 0.0, 230.0)], "one")
    press(box.sizes)
    qtbot.waitUntil(lambda: any("there is no size-frequency distribution" in line for line in told()), timeout=20_000)
    assert box.dialog is None


def test_the_table_sorts_by_a_column(listed: CratersBox) -> None:
    listed.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert sizes(listed) == [120, 400, 300]
