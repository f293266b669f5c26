"""Interpretations in the viewer: imported, seen, hidden, filled, exported, there again."""

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtWidgets import QFileDialog

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.labels import Origin
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.gui.picks.fill_dialog import FillDialog
from napari_geofm.gui.picks.picks_box import PicksBox
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.interpretations import read_interpretations, write_horizon, write_sticks
from napari_geofm.session import Session
from tests.gui.canvas_mouse import Canvas
from tests.gui.conftest import stroke, told
from tests.gui.mouse import canvas_spot, press

TOP, BASE = np.full((6, 96), 100, np.float32), np.full((6, 96), 200, np.float32)


@pytest.fixture
def box(workspace: Workspace, qtbot: QtBot) -> PicksBox:
    made = PicksBox(workspace)
    qtbot.addWidget(made)
    made.resize(300, 200)
    made.show()
    return made


@pytest.fixture
def files(session: Session, tmp_path: Path) -> list[Path]:
    sticks = tuple(np.array([[i, 2020.0, 40.0], [i, 2060.0, 360.0]]) for i in (1000.0, 1050.0))
    write_horizon(Horizon("Top", TOP), session.survey, tmp_path / "Top.dat")
    write_horizon(Horizon("Base", BASE), session.survey, tmp_path / "Base.xyz", form="xyz")
    write_sticks((FaultSticks("F1", sticks),), session.survey, tmp_path / "F1.dat")
    return [tmp_path / name for name in ("Top.dat", "Base.xyz", "F1.dat")]


def taken(box: PicksBox, files: list[Path], qtbot: QtBot) -> None:
    box.take_in(files)
    qtbot.waitUntil(lambda: not box.work.busy, timeout=5000)


def seen(workspace: Workspace) -> int:
    return len(workspace.picks.overlay.drawn)


def tick(box: PicksBox, row: int) -> None:
    item = box.list.item(row)
    assert item is not None
    press(box.list.viewport(), box.list.visualItemRect(item).topLeft() + QPoint(8, 10))


def start_fill(box: PicksBox, qtbot: QtBot, way: str) -> FillDialog:
    press(box.fill)
    dialog: FillDialog = box.dialog
    dialog.form.way.setCurrentText(way)
    assert dialog.form.way.currentText() == way
    return dialog


def fill(dialog: FillDialog, qtbot: QtBot) -> None:
    assert dialog.fill is not None
    press(dialog.fill)
    qtbot.waitUntil(lambda: not dialog.work.busy, timeout=5000)


def test_files_are_chosen_read_and_listed(
    box: PicksBox, files: list[Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert box.fill.reason == "nothing is imported yet"
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *_: ([str(each) for each in files], ""))
    press(box.importing)
    qtbot.waitUntil(lambda: box.list.count() == 3, timeout=5000)
    assert [box.list.item(row).text() for row in range(3)] == ["Top", "Base", "F1"]  # type: ignore[union-attr]
    assert "Top.dat: 1 horizon (OpendTect ASCII)" in box.note.text()
    assert "columns taken as X, Y, time or depth" in box.note.text()
    assert box.session.history[-1]["what"] == "imported F1.dat"
    assert box.fill.isEnabled()


def test_lines_lie_on_the_samples_and_follow_the_camera(
    workspace: Workspace, canvas: Canvas, box: PicksBox, files: list[Path], qtbot: QtBot
) -> None:
    taken(box, files[:1], qtbot)
    overlay = workspace.picks.overlay
    assert overlay.isVisible()

    def lies(row: int, column: int) -> bool:
        spot = canvas_spot(workspace, row, column)
        found = overlay.spots(np.array([[column, row]], float))[0] + (overlay.x(), overlay.y())
        return bool(np.abs(found - (spot.x(), spot.y())).max() < 1.5)

    # 100 ms at 4 ms is sample 25.
    np.testing.assert_allclose(overlay.drawn[0].lines[0][:, 1], 25)
    qtbot.waitUntil(lambda: lies(25, 40), timeout=2000)
    camera = workspace.viewer.scene.camera
    camera.zoom, camera.center = camera.zoom * 1.3, (0, camera.center[1] - 20, camera.center[2] - 10)
    qtbot.waitUntil(lambda: lies(25, 40) and lies(60, 30), timeout=2000)
    picture = overlay.grab().toImage()
    x, y = overlay.spots(np.array([[30.0, 25.0]]))[0]
    colours = {picture.pixelColor(round(x), round(y) + step).name() for step in range(-2, 3)}
    assert workspace.session.picks.items[0].colour in colours


def test_they_follow_the_section_and_go_with_the_tick(
    workspace: Workspace, box: PicksBox, files: list[Path], qtbot: QtBot
) -> None:
    taken(box, files, qtbot)
    session, overlay = workspace.session, workspace.picks.overlay
    assert seen(workspace) == 3
    session.go_to(At("twt", 200.0))
    # Both horizons are flat: the slice crosses the fault alone.
    qtbot.waitUntil(lambda: workspace.view.at == At("twt", 200.0) and seen(workspace) == 1, timeout=5000)
    session.go_to(At("crossline", 2010))
    qtbot.waitUntil(lambda: seen(workspace) == 2, timeout=5000)
    tick(box, 0)
    assert seen(workspace) == 1
    assert [each.visible for each in session.picks.items] == [False, True, True]
    workspace.viewer.dims.ndisplay = 3
    qtbot.waitUntil(lambda: not overlay.isVisible(), timeout=2000)


def test_the_map_shows_areas_and_faults(workspace: Workspace, box: PicksBox, files: list[Path], qtbot: QtBot) -> None:
    from napari_geofm.gui.survey.minimap import Minimap

    made = Minimap(workspace)
    qtbot.addWidget(made)
    made.resize(280, 130)
    before = made.grab().toImage()
    taken(box, files[2:], qtbot)
    after = made.grab().toImage()
    assert before != after
    red = [
        (x, y)
        for x in range(after.width())
        for y in range(after.height())
        if after.pixelColor(x, y).red() > 200 and after.pixelColor(x, y).green() < 110
    ]
    places = [made.frame.at(x, y)["crossline"] for x, y in red]
    assert min(places) >= 2015
    assert max(places) <= 2065
    assert len(red) > 20


def test_between_two_horizons_is_one_step(workspace: Workspace, box: PicksBox, files: list[Path], qtbot: QtBot) -> None:
    session = workspace.session
    stroke(session, 2, slice(30, 34))
    taken(box, files[:2], qtbot)
    dialog = start_fill(box, qtbot, "between two horizons")
    dialog.form.one.setCurrentText("shale")
    assert not dialog.form.form.isRowVisible(dialog.form.thick)
    fill(dialog, qtbot)
    labels = session.labels_at(session.place)
    expected = np.full((25, 96), 2, np.uint8)
    expected[5:9, 10:30] = 3
    np.testing.assert_array_equal(labels[25:50], np.where(workspace.view.section.valid[25:50], expected, 0))  # type: ignore[union-attr]
    assert "samples filled; Undo takes them back" in dialog.note.text()
    assert session.undo_text == "filled between Top and Base as shale"
    np.testing.assert_array_equal(workspace.view.layers.labels.data, labels)
    assert session.origins_at(session.place)[26, 50] == Origin.IMPORTED
    session.undo()
    assert np.count_nonzero(session.labels_at(session.place)) == 80
    dialog.reject()


def test_both_sides_and_a_fault(workspace: Workspace, box: PicksBox, files: list[Path], qtbot: QtBot) -> None:
    session = workspace.session
    taken(box, files, qtbot)
    box.list.setCurrentRow(0)
    dialog = start_fill(box, qtbot, "both sides of a horizon")
    fill(dialog, qtbot)
    labels = session.labels_at(At("inline", 1000))
    assert (np.unique(labels[:25]), np.unique(labels[25:])) == (1, 2)
    dialog.reject()
    box.list.setCurrentRow(2)
    dialog = start_fill(box, qtbot, "a fault, with a thickness")
    dialog.form.one.setCurrentText("salt")
    dialog.form.thickness.setValue(5)
    fill(dialog, qtbot)
    row = session.labels_at(At("inline", 1030))[50]
    # At 200 ms the fault is at crossline 2040.
    assert row[40] == 3
    assert 4 <= np.count_nonzero(row == 3) <= 6
    assert session.undo_text == "filled fault F1 as salt"
    session.lock_class(2, on=True)
    assert dialog.fill is not None
    dialog.form.way.setCurrentIndex(0)
    dialog.form.way.setCurrentText("a fault, with a thickness")
    assert not dialog.fill.isEnabled()
    assert "'salt' is locked" in dialog.note.text()
    dialog.reject()


def test_cancelling_a_fill_changes_nothing(
    workspace: Workspace, box: PicksBox, files: list[Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.session.picks import bodies

    held, begun = threading.Event(), threading.Event()
    inside = bodies.Between.inside

    def slow(self: Any, rows: slice) -> Any:
        begun.set()
        held.wait(5)
        return inside(self, rows)

    monkeypatch.setattr(bodies.Between, "inside", slow)
    taken(box, files[:2], qtbot)
    dialog = start_fill(box, qtbot, "between two horizons")
    assert dialog.fill is not None
    press(dialog.fill)
    qtbot.waitUntil(begun.is_set, timeout=5000)
    assert not dialog.form.isEnabled()
    dialog.reject()
    assert dialog.note.text() == "Cancelling…"
    held.set()
    qtbot.waitUntil(lambda: not dialog.work.busy, timeout=5000)
    assert dialog.note.text() == "Cancelled; nothing was filled."
    assert dialog.isVisible()
    assert workspace.session.undo_text in {"", "changed the class list"}
    assert not workspace.session.is_labelled(workspace.session.place)
    dialog.reject()


def test_a_refused_file_is_told_of_and_tried_again(
    workspace: Workspace, box: PicksBox, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "depths.csv"
    file.write_text("inline,crossline,z\n1010,2010,3000\n")
    box.take_in([file])
    qtbot.waitUntil(lambda: box.dialog is not None, timeout=5000)
    assert "times or depths run from 3000 to 3000" in box.dialog.why.text()
    assert [box.dialog.unit.itemText(n) for n in range(3)] == ["as the file says", "ms", "s"]
    file.write_text("inline,crossline,z\n1010,2010,300\n1010,2011,304\n1010,2010,310\n")
    box.dialog.kind.setCurrentText("polygons on a section")
    press(box.dialog.retry)
    qtbot.waitUntil(lambda: box.list.count() == 1, timeout=5000)
    assert isinstance(workspace.session.picks.items[0].what, Polygon)


def test_labels_of_a_file_come_in(workspace: Workspace, box: PicksBox, tmp_path: Path, qtbot: QtBot) -> None:
    session = workspace.session
    values = np.full(session.survey.shape, 255, np.uint8)
    values[1, 10:20, 30:40] = 1
    values[1, 10:20, 50:60] = 4
    np.save(tmp_path / "labels.npy", values)
    taken(box, [tmp_path / "labels.npy"], qtbot)
    qtbot.waitUntil(lambda: "samples labelled" in box.note.text(), timeout=5000)
    assert session.classes.names == ("sand", "shale", "salt", "class 4", "class 5")
    labels = session.labels_at(At("inline", 1010))
    assert (np.unique(labels[30:40, 10:20]), np.unique(labels[50:60, 10:20])) == (2, 5)
    assert session.undo_text == "labels of labels.npy"
    assert "made of" not in box.note.text()


def test_a_picture_of_one_section_is_labels_of_it(
    workspace: Workspace, box: PicksBox, tmp_path: Path, qtbot: QtBot
) -> None:
    from PIL import Image

    session = workspace.session
    shown = session.section(At("inline", 1010)).values.shape
    picture = np.full(shown, 255, np.uint8)
    picture[30:40, 10:20] = 1
    Image.fromarray(picture).save(tmp_path / "inline=1010.png")
    taken(box, [tmp_path / "inline=1010.png"], qtbot)
    qtbot.waitUntil(lambda: "samples labelled" in box.note.text(), timeout=5000)
    labels = session.labels_at(At("inline", 1010))
    assert (labels == 2).sum() == 100
    assert (labels[30:40, 10:20] == 2).all()
    assert not session.labels_at(At("inline", 1020)).any()


def test_a_polygon_is_offered_as_the_class_of_its_name(box: PicksBox, tmp_path: Path, qtbot: QtBot) -> None:
    corners = ((2010, 40), (2040, 40), (2030, 120))
    rows = [f"{name},1010,{x},{z}" for name in ("salt", "shale") for x, z in corners]
    (tmp_path / "p.csv").write_text("\n".join(["polygon,inline,crossline,twt", *rows]))
    taken(box, [tmp_path / "p.csv"], qtbot)
    form = start_fill(box, qtbot, "inside a polygon").form
    offered = form.first.currentText()
    assert form.one.currentText() == offered
    form.first.setCurrentText("salt" if offered == "shale" else "shale")
    assert form.one.currentText() == form.first.currentText() != offered


def test_a_fault_becomes_a_class_of_its_own(
    workspace: Workspace, box: PicksBox, files: list[Path], qtbot: QtBot
) -> None:
    session = workspace.session
    session.current_class = 1
    taken(box, files, qtbot)
    box.list.setCurrentRow(2)
    dialog = start_fill(box, qtbot, "a fault, with a thickness")
    classes = dialog.form.one
    classes.setFocus()
    QtBot.keyClick(classes, Qt.Key.Key_End)  # type: ignore[no-untyped-call]
    assert classes.currentText() == "new class F1"
    fill(dialog, qtbot)
    assert session.classes.names == ("sand", "shale", "salt", "F1")
    assert session.labels_at(At("inline", 1030))[50, 40] == 4
    assert (session.undo_text, classes.currentText()) == ("filled fault F1 as F1", "F1")
    # The brush stays as it was, and one class of a name is enough.
    assert session.current_class == 1
    assert [classes.itemText(n) for n in range(classes.count())] == ["sand", "shale", "salt", "F1"]
    dialog.form.way.setCurrentText("above a horizon")
    assert classes.count() == 4
    session.undo()
    session.undo()
    assert session.classes.names == ("sand", "shale", "salt")


def test_classes_of_a_file_have_colours_of_their_own(
    session: Session, box: PicksBox, tmp_path: Path, qtbot: QtBot
) -> None:
    np.save(tmp_path / "l.npy", np.zeros(session.survey.shape, np.uint8))
    colour = session.classes.infos[1].colour
    (tmp_path / "l.npy.json").write_text(f'[{{"name": "basement", "colour": "{colour}"}}]')
    taken(box, [tmp_path / "l.npy"], qtbot)
    qtbot.waitUntil(lambda: "samples labelled" in box.note.text(), timeout=5000)
    assert session.classes.names[-1] == "basement"
    assert len({each.colour for each in session.classes}) == len(session.classes)


def test_labels_of_another_survey_are_told(session: Session, box: PicksBox, tmp_path: Path, qtbot: QtBot) -> None:
    np.save(tmp_path / "l.npy", np.ones(session.survey.shape, np.uint8))
    (tmp_path / "l.npy.json").write_text('{"survey": {"file": "north.sgy", "fingerprint": "0"}}')
    taken(box, [tmp_path / "l.npy"], qtbot)
    qtbot.waitUntil(lambda: "samples labelled" in box.note.text(), timeout=5000)
    assert "l.npy was made of north.sgy, not of tiny.sgy" in box.note.text()


def test_labels_that_are_none_are_told_of(workspace: Workspace, box: PicksBox, tmp_path: Path, qtbot: QtBot) -> None:
    shape = workspace.session.survey.shape
    for values, words in (
        (np.zeros((*shape[:2], 3), np.uint8), "bad.npy: Labels have shape (6, 96, 3)"),
        (np.full(shape, 0.5, np.float32), "bad.npy: Labels hold fractions"),
        (np.full(shape, -3, np.int16), "Label value -3"),
    ):
        np.save(tmp_path / "bad.npy", values)
        before = len(told())
        taken(box, [tmp_path / "bad.npy"], qtbot)
        qtbot.waitUntil(lambda before=before: len(told()) > before and not box.labels.work.busy, timeout=5000)  # type: ignore[misc]
        assert words in told()[-1]
        assert box.dialog is None
    assert not workspace.session.is_labelled(workspace.session.place)


def test_renaming_exporting_removing_and_coming_back(
    workspace: Workspace, box: PicksBox, files: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    session = workspace.session
    taken(box, files, qtbot)
    item = box.list.item(0)
    assert item is not None
    item.setText("Top Sand")
    assert session.picks.items[0].name == "Top Sand"
    box.list.setCurrentRow(0)
    box.write(tmp_path / "out.dat", "opendtect")
    qtbot.waitUntil(lambda: "written to" in box.note.text(), timeout=5000)
    (again,) = read_interpretations(tmp_path / "out.dat", session.survey).interpretations
    assert isinstance(again, Horizon)
    np.testing.assert_allclose(again.z, TOP)
    session.go_to(At("crossline", 2000))
    box.list.setCurrentRow(2)
    box.go_there()
    assert session.place == At("crossline", 2040)
    box.list.setCurrentRow(1)
    box.remove()
    assert [each.name for each in session.picks.items] == ["Top Sand", "F1"]
    assert box.note.text() == "Base removed; labels made of it stay."
    assert told() == []
    file = session.survey.path
    session.close()
    restored = Session.open(file)
    assert [each.name for each in restored.picks.items] == ["Top Sand", "F1"]
    restored.close()


def test_a_horizon_between_two_classes(workspace: Workspace, box: PicksBox, tmp_path: Path, qtbot: QtBot) -> None:
    session = workspace.session
    painted = session.labels_at(session.place)
    painted[10:20], painted[20:30] = 1, 3
    session.record(session.place, painted, what="stroke")
    box.ask_boundary()
    dialog = box.dialog
    assert dialog.source.currentText() == "my labels"
    press(dialog.make)
    qtbot.waitUntil(lambda: "Nowhere does shale lie right below sand" in dialog.note.text(), timeout=5000)
    dialog.below.setCurrentText("salt")
    press(dialog.make)
    qtbot.waitUntil(lambda: box.list.count() == 1, timeout=5000)
    (pick,) = session.picks.items
    assert (pick.name, pick.source) == ("sand to salt", "my labels")
    assert isinstance(pick.what, Horizon)
    assert np.unique(pick.what.z[np.isfinite(pick.what.z)]) == 78
    # Seen on the section at once, at 78 ms.
    np.testing.assert_allclose(workspace.picks.overlay.drawn[0].lines[0][:, 1], 19.5)
    dialog.reject()
