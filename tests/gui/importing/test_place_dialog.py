"""The place of an image is asked for, told at once, and kept."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from napari_geofm.gui.importing.place_dialog import PlaceDialog, place_question
from napari_geofm.gui.importing.place_form import WAYS
from napari_geofm.io.opening import open_survey
from napari_geofm.io.raster.said import recall_said
from tests.gui.maps import elevation_file
from tests.gui.mouse import press


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    Image.fromarray(np.arange(200, dtype=np.uint8).reshape(10, 20)).save(tmp_path / "a.png")
    return tmp_path / "a.png"


@pytest.fixture
def dialog(picture: Path, qtbot: QtBot) -> PlaceDialog:
    made = PlaceDialog(open_survey(picture))
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_picture_without_a_place_gets_one(picture: Path, qtbot: QtBot) -> None:
    opened: list[Path] = []
    window = PlaceDialog(open_survey(picture))
    qtbot.addWidget(window)
    dialog = place_question(open_survey(picture), window, opened.append)
    assert "without a place" in dialog.told.text()
    dialog.form.way.setCurrentText(WAYS[1])
    dialog.form.left.setValue(10.0)
    dialog.form.upper.setValue(20.0)
    dialog.form.scale.setValue(2.0)
    assert dialog.told.text().startswith("Moon: from 20.000° N  10.000° E to 15.000° N  20.000° E")
    press(dialog.buttons.does)
    assert opened == [picture]
    survey = open_survey(picture)
    assert survey.dims == ("lat", "lon")
    assert survey.axis("lon").first == 10.25
    assert "quantity" not in survey.data.attrs


def test_what_was_said_is_there_again(picture: Path, dialog: PlaceDialog, qtbot: QtBot) -> None:
    dialog.form.way.setCurrentText(WAYS[2])
    dialog.form.scale.setValue(1000.0)
    dialog.form.left.setValue(-5000.0)
    dialog.form.upper.setValue(3000.0)
    dialog.elevation.setChecked(True)
    dialog.metres.setValue(0.5)
    opened: list[Path] = []
    again = place_question(open_survey(picture), dialog, opened.append)
    again.form.way.setCurrentText(WAYS[2])
    again.form.scale.setValue(1000.0)
    again.elevation.setChecked(True)
    again.metres.setValue(0.5)
    press(again.buttons.does)
    known = recall_said(picture)
    assert known.georeference is not None
    assert (known.georeference.size, known.metres) == (1000.0, 0.5)
    third = PlaceDialog(open_survey(picture))
    qtbot.addWidget(third)
    assert third.form.way.currentText() == WAYS[2]
    assert third.elevation.isChecked()
    assert third.metres.value() == 0.5
    third.elevation.setChecked(False)
    assert third.said.metres == 0.0


def test_words_that_name_no_place_are_told_and_cannot_be_taken(dialog: PlaceDialog) -> None:
    dialog.form.way.setCurrentText(WAYS[1])
    dialog.form.upper.setValue(95.0)
    assert "latitude 95 is no place" in dialog.told.text()
    assert not dialog.buttons.does.isEnabled()
    dialog.form.way.setCurrentText(WAYS[2])
    dialog.form.system.setText("hello")
    assert "'hello' is no coordinate system" in dialog.told.text()
    dialog.form.way.setCurrentText(WAYS[0])
    assert dialog.buttons.does.isEnabled()


def test_a_map_that_says_it_all_is_left_as_it_is(tmp_path: Path, qtbot: QtBot) -> None:
    dialog = PlaceDialog(open_survey(elevation_file(tmp_path)))
    qtbot.addWidget(dialog)
    assert dialog.told.text().startswith("Moon: from 63.000° N  20.000° E")
    assert dialog.elevation.isChecked()
    assert not dialog.said


def test_the_body_of_a_world_file_is_asked_for(picture: Path, qtbot: QtBot) -> None:
    picture.with_suffix(".pgw").write_text("0.5\n0\n0\n-0.5\n10.25\n19.75\n")
    dialog = PlaceDialog(open_survey(picture))
    qtbot.addWidget(dialog)
    assert dialog.form.way.currentText() == WAYS[3]
    dialog.form.body.setCurrentText("Mars")
    assert dialog.told.text().startswith("Mars: from 20.000° N  10.000° E")
