"""The step Labels, by mouse and keyboard."""

from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QLineEdit

from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.gui.labels.class_model import COLOUR, LOCK, NAME
from napari_geofm.gui.labels.labels_panel import LabelsPanel
from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import PRESETS, Session
from tests.gui.conftest import plain_prediction, stroke, told
from tests.gui.mouse import double_press, press, type_keys


@pytest.fixture
def panel(workspace: Workspace, qtbot: QtBot) -> LabelsPanel:
    panel = LabelsPanel(workspace)
    panel.resize(300, 700)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel


def names(session: Session) -> tuple[str, ...]:
    return session.classes.names


def cell(panel: LabelsPanel, row: int, column: int) -> QPoint:
    return panel.classes.visualRect(panel.classes.table.index(row, column)).center()


def click(panel: LabelsPanel, qtbot: QtBot, row: int, column: int) -> None:
    press(panel.classes.viewport(), cell(panel, row, column))


def double_click(panel: LabelsPanel, qtbot: QtBot, row: int, column: int) -> None:
    click(panel, qtbot, row, column)
    double_press(panel.classes.viewport(), cell(panel, row, column))


def test_click_paints_with_the_class(panel: LabelsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    workspace.viewer.layers["labels"].mode = "erase"
    click(panel, qtbot, 2, NAME)
    assert workspace.session.current_class == 2
    assert workspace.viewer.layers["labels"].selected_label == 3
    assert workspace.viewer.layers["labels"].mode == "paint"


def test_lock_by_click(panel: LabelsPanel, session: Session, qtbot: QtBot) -> None:
    click(panel, qtbot, 1, LOCK)
    assert session.locked == {1}
    click(panel, qtbot, 1, LOCK)
    assert session.locked == frozenset()


def test_rename_in_place(panel: LabelsPanel, session: Session, qtbot: QtBot) -> None:
    double_click(panel, qtbot, 0, NAME)
    editor = panel.classes.findChild(QLineEdit)
    assert editor is not None
    editor.selectAll()
    type_keys(editor, "turbidite", end=Qt.Key.Key_Return)
    # Qt's delegate commits after the editor has had its key.
    qtbot.waitUntil(lambda: names(session) == ("turbidite", "shale", "salt"))
    session.undo()
    assert names(session) == ("sand", "shale", "salt")
    session.redo()
    assert session.classes.names[0] == "turbidite"


def test_taken_name_is_told_in_one_sentence(panel: LabelsPanel, session: Session) -> None:
    assert not panel.classes.table.setData(panel.classes.table.index(0, NAME), "salt")
    assert names(session) == ("sand", "shale", "salt")
    assert "salt" in told()[-1]
    assert "Traceback" not in told()[-1]


def test_recolour(panel: LabelsPanel, session: Session, qtbot: QtBot) -> None:
    with patch("napari_geofm.gui.labels.class_list.QColorDialog.getColor", return_value=QColor("#123456")):
        double_click(panel, qtbot, 1, COLOUR)
    assert session.classes.infos[1].colour == "#123456"


def test_add_delete_and_undo(panel: LabelsPanel, session: Session, qtbot: QtBot) -> None:
    stroke(session, 1)
    labels = session.labels_at(session.place)
    click(panel, qtbot, 1, NAME)
    press(panel.menu.delete)
    assert names(session) == ("sand", "salt")
    assert not session.labels_at(session.place).any()
    session.undo()
    assert names(session) == ("sand", "shale", "salt")
    assert np.array_equal(session.labels_at(session.place), labels)
    press(panel.menu.add)
    assert len(session.classes) == 4
    assert session.current_class == 3


def test_classes_that_cannot_be_merged_or_deleted_say_why(panel: LabelsPanel, session: Session) -> None:
    for _ in range(2):
        session.delete_class(0)
    assert panel.menu.merge.reason == "there is no second class"
    session.delete_class(0)
    assert not panel.menu.delete.isEnabled()
    assert "there are no classes yet" in panel.menu.delete.toolTip()


def test_merge(panel: LabelsPanel, session: Session, qtbot: QtBot) -> None:
    stroke(session, 0)
    stroke(session, 2, slice(40, 50))
    click(panel, qtbot, 2, NAME)
    panel.menu.merge_menu.aboutToShow.emit()
    actions = panel.menu.merge_menu.actions()
    assert [action.text() for action in actions] == ["into sand", "into shale"]
    actions[0].trigger()
    assert names(session) == ("sand", "shale")
    assert set(np.unique(session.labels_at(session.place))) == {0, 1}


def test_presets_and_tables(panel: LabelsPanel, session: Session, tmp_path: Path) -> None:
    panel.menu.use(PRESETS["Salt"])
    assert names(session) == PRESETS["Salt"].names
    for name in ("classes.csv", "classes.json"):
        panel.menu.save(tmp_path / name)
        panel.menu.use(PRESETS["Craters"])
        panel.menu.load(tmp_path / name)
        assert session.classes == PRESETS["Salt"]


def test_tools_and_brush(panel: LabelsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    layer = workspace.viewer.layers["labels"]
    workspace.viewer.layers.selection.active = workspace.viewer.layers["amplitude"]
    for mode in ("erase", "fill", "polygon", "paint"):
        press(panel.tools.buttons[mode])
        assert layer.mode == mode
    assert workspace.viewer.layers.selection.active is layer
    panel.tools.brush.setValue(17)
    assert layer.brush_size == 17
    layer.mode = "erase"
    assert panel.tools.buttons["erase"].isChecked()
    layer.brush_size = 5
    assert panel.tools.brush.value() == 5


def test_the_brush_is_kept(panel: LabelsPanel, workspace: Workspace) -> None:
    panel.tools.brush.setValue(17)
    assert workspace.session.settings.brush == 17
    workspace.viewer.layers["labels"].brush_size = 23
    assert workspace.session.settings.brush == 23
    assert LabelsPanel(workspace).tools.brush.value() == 23


def test_a_class_chosen_elsewhere_is_painted_with(panel: LabelsPanel, workspace: Workspace) -> None:
    for number in (2, 0, 1):
        workspace.session.current_class = number
        assert workspace.session.current_class == number
        assert workspace.viewer.layers["labels"].selected_label == number + 1


def test_rest_and_complete(panel: LabelsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    session, section = workspace.session, workspace.view.section
    assert section is not None
    assert not panel.rest.complete.isEnabled()
    assert "Nothing is labelled" in panel.rest.complete.toolTip()
    stroke(session, 0)
    assert panel.rest.complete.isEnabled()
    panel.rest.names.setCurrentText("shale")
    press(panel.rest.fill)
    labels = session.labels_at(session.place)
    assert (labels[10:20, 10:30] == 1).all()
    assert ((labels > 0) == section.valid).all()
    if not panel.rest.complete.isChecked():
        panel.rest.complete.click()
    assert str(session.place) in session.complete
    panel.rest.complete.click()
    assert str(session.place) not in session.complete


def test_accept_needs_a_prediction(panel: LabelsPanel) -> None:
    assert not panel.accept.accept.isEnabled()
    assert "no prediction" in panel.accept.accept.toolTip()
    assert "no prediction" in panel.accept.note.text()


@pytest.mark.parametrize("everything", [False, True])
def test_accept_above_a_confidence(panel: LabelsPanel, workspace: Workspace, qtbot: QtBot, everything: bool) -> None:
    session = workspace.session
    stroke(session, 0, slice(0, 10))
    classes, confidence = plain_prediction(workspace)
    workspace.view.show_prediction(session.place, classes, confidence)
    click(panel, qtbot, 1, NAME)
    panel.accept.what.setCurrentIndex(1 if everything else 0)
    panel.accept.above.setValue(50)
    press(panel.accept.accept)
    found, origins = session.labels_at(session.place), session.origins_at(session.place)
    assert (found[0:10, 10:30] == 1).all(), "what was painted stays"
    taken = origins == Origin.ACCEPTED
    assert taken.any()
    assert (confidence[taken] >= 0.5).all()
    assert set(np.unique(found[taken])) == ({2, 3} if everything else {2})
    panel.sections.refresh()
    assert "painted" in panel.sections.origin.text()
    assert "accepted" in panel.sections.origin.text()
    session.undo()
    assert not (session.origins_at(session.place) == Origin.ACCEPTED).any()


def test_accept_inside_a_region(panel: LabelsPanel, workspace: Workspace, qtbot: QtBot) -> None:
    session = workspace.session
    classes, confidence = plain_prediction(workspace)
    workspace.view.show_prediction(session.place, classes, confidence)
    panel.accept.inside.click()
    layer = panel.accept.region.layer
    assert layer is not None
    layer.add(np.array([[30, 40], [30, 60], [60, 60], [60, 40]]), shape_type="polygon")
    panel.accept.what.setCurrentIndex(1)
    panel.accept.above.setValue(0)
    press(panel.accept.accept)
    rows, columns = np.nonzero(session.labels_at(session.place))
    assert rows.size
    assert (rows.min(), rows.max()) >= (29, 59)
    assert rows.max() <= 61
    assert columns.min() >= 39
    assert columns.max() <= 61
    panel.accept.inside.click()
    assert panel.accept.region.layer is None


def test_labelled_sections_go_there(panel: LabelsPanel, session: Session, qtbot: QtBot) -> None:
    axis = session.survey.axis("inline")
    for place in (1, 4):
        session.go_to(At("inline", axis.values[place].item()))
        stroke(session, place % 3)
    session.go_to(At("inline", axis.values[2].item()))
    panel.sections.refresh()
    listed = panel.sections.list
    assert listed.count() == 2
    item = listed.item(0)
    viewport = listed.viewport()
    assert item is not None
    assert viewport is not None
    press(viewport, listed.visualItemRect(item).center())
    assert session.place == At("inline", axis.values[1].item())
    assert item.text().startswith("inline ")


def test_counts_follow_strokes(panel: LabelsPanel, session: Session) -> None:
    stroke(session, 0)
    assert panel.classes.table.index(0, 2).data() == "200"


def test_narrow(panel: LabelsPanel) -> None:
    assert panel.minimumSizeHint().width() <= 300
