"""SEG-Y files whose headers leave it open how they are read: asked once, shown what each answer makes of them."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt
from qtpy.QtWidgets import QApplication

from napari_geofm.gui.importing.array_dialog import ArrayDialog
from napari_geofm.gui.importing.import_dialog import ImportDialog
from napari_geofm.gui.opening.opening import Opening
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.opening import open_survey
from napari_geofm.io.segy import SegyOptions, recall
from tests.gui.conftest import told
from tests.gui.mouse import press
from tests.gui.opening.test_opening import PATIENCE_MS, BusyEngine
from tests.io.segy.build import Trace, cube, write

ILINES, XLINES = list(range(101, 125, 2)), list(range(300, 314))


@pytest.fixture
def opening(
    make_napari_viewer: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Opening]:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    found = Opening(make_napari_viewer(show=True), BusyEngine)  # type: ignore[arg-type]
    yield found
    if found.question is not None:
        found.question.close()
    found.close()


def odd(path: Path, at: tuple[int, int] = (13, 25), seed: int = 0) -> Path:
    """Write a volume whose line numbers lie where nobody looks, and whose text names other bytes."""
    _, traces = cube(ILINES, XLINES, 40, bytes_at=at, seed=seed)
    return write(path, traces, words=("INLINE BYTES 5-8  CROSSLINE BYTES 21-24",))


def gathers(path: Path) -> Path:
    _, traces = cube(ILINES[:6], XLINES[:6], 40)
    return write(path, [Trace(each.samples * k, {**each.numbers, 37: 100 * k}) for each in traces for k in (1, 2, 3)])


def asked(opening: Opening, file: Path, qtbot: QtBot) -> ImportDialog:
    opening.open(file)
    return question(opening, qtbot)


def question(opening: Opening, qtbot: QtBot) -> ImportDialog:
    qtbot.waitUntil(lambda: isinstance(opening.question, ImportDialog), timeout=PATIENCE_MS)
    found: ImportDialog = opening.question
    qtbot.waitUntil(found.isVisible)
    return found


def opened(opening: Opening, dialog: ImportDialog, qtbot: QtBot) -> Workspace:
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        press(dialog.open_button)
    assert opening.workspace is not None
    return opening.workspace


def dock_of(opening: Opening) -> Any:
    assert opening._dock is not None
    opening._dock.tabs.setCurrentIndex(0)
    return opening._dock


def test_the_best_numbers_are_offered_and_files_like_it_are_not_asked_about(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = asked(opening, odd(tmp_path / "odd.sgy"), qtbot)
    assert "names bytes 5 and 21" in dialog.question.text()
    assert (dialog.form.iline.value(), dialog.form.xline.value()) == (13, 25)
    assert "12 inlines and 14 crosslines" in dialog.note.text()
    assert dialog.lines.words == "crossline spans 13, inline 22"
    assert "no coordinates" in dialog.map.words
    assert "INLINE BYTES 5-8" in dialog.text.toPlainText()
    model: Any = dialog.table.model()
    names = [model.headerData(k, Qt.Orientation.Horizontal).split("\n")[0] for k in range(model.columnCount())]
    column = names.index("13")
    assert [model.data(model.index(row, column)) for row in (0, 14, 28)] == ["101", "103", "105"]
    assert model.headerData(14, Qt.Orientation.Vertical) == "trace 15"
    bold = [name for k, name in enumerate(names) if model.data(model.index(0, k), Qt.ItemDataRole.FontRole)]
    assert bold == ["13", "25"]
    survey = opened(opening, dialog, qtbot).session.survey
    assert survey.axis("inline").values.tolist() == ILINES
    assert survey.axis("crossline").values.tolist() == XLINES
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        opening.open(odd(tmp_path / "like.sgy", seed=1))
    assert opening.workspace is not None
    assert opening.workspace.session.survey.axis("inline").values.tolist() == ILINES
    assert any("as was chosen for this file or one like it" in each for each in opening.workspace.session.survey.odd)


def test_what_is_typed_is_tried_at_once(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = asked(opening, odd(tmp_path / "odd.sgy"), qtbot)
    form = dialog.form
    form.iline.setFocus()
    form.iline.selectAll()
    qtbot.keyClicks(form.iline, "25")  # type: ignore[no-untyped-call]
    qtbot.keyClick(form.iline, Qt.Key.Key_Tab)  # type: ignore[no-untyped-call]
    assert form.pair.currentText() == "other bytes…"
    assert "make no grid" in dialog.note.text()
    # From the list the right ones again.
    place = next(k for k in range(form.pair.count()) if form.pair.itemText(k).startswith("13 and 25"))
    form.pair.setCurrentIndex(place)
    assert (form.iline.value(), form.xline.value()) == (13, 25)
    assert "12 inlines and 14 crosslines" in dialog.note.text()
    form.domain.setCurrentText("depth")
    form.interval.setValue(5.0)
    survey = opened(opening, dialog, qtbot).session.survey
    assert survey.dims == ("inline", "crossline", "depth")
    assert np.diff(survey.axis("depth").values)[0] == 5.0


def test_numbers_that_make_no_grid_are_asked_about_again(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = asked(opening, odd(tmp_path / "odd.sgy"), qtbot)
    dialog.form.iline.setValue(25)
    dialog.form.xline.setValue(25)
    press(dialog.open_button)
    qtbot.waitUntil(lambda: opening.question is not dialog, timeout=PATIENCE_MS)
    again = question(opening, qtbot)
    assert "no grid" in again.question.text() or "different places" in again.question.text()
    again.form.iline.setValue(13)
    assert opened(opening, again, qtbot).session.survey.shape == (12, 14, 40)


def test_thinking_better_of_it_leaves_everything_as_it_was(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    file = odd(tmp_path / "odd.sgy")
    dialog = asked(opening, file, qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: opening._coming is None)
    assert opening.workspace is None
    assert recall(file) is None
    assert opening._viewer.title == "GeoFM"
    # Another file is not held up by it.
    _, traces = cube(ILINES, XLINES, 40)
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        opening.open(write(tmp_path / "plain.sgy", traces))


@pytest.mark.parametrize(("index", "times"), [(1, 2), (2, 3)])
def test_of_gathers_it_has_to_be_said_what_is_read(
    opening: Opening, tmp_path: Path, qtbot: QtBot, index: int, times: int
) -> None:
    dialog = asked(opening, gathers(tmp_path / "gathers.sgy"), qtbot)
    assert "pre-stack" in dialog.question.text()
    assert not dialog.open_button.isEnabled()
    assert "choose an offset" in dialog.open_button.toolTip()
    dialog.form.gathers.setCurrentIndex(index)
    assert dialog.form.offset.isEnabled() is (index == 2)
    if index == 2:
        dialog.form.offset.setValue(300)
    survey = opened(opening, dialog, qtbot).session.survey
    values, _ = cube(ILINES[:6], XLINES[:6], 40)
    assert np.allclose(survey.data.to_numpy(), values * times)


def test_a_choice_of_gathers_is_seen_named_and_has_its_own_session(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = asked(opening, gathers(tmp_path / "gathers.sgy"), qtbot)
    form = dialog.form
    assert QApplication.focusWidget() is form.gathers
    for _ in range(2):
        qtbot.keyClick(form.gathers, Qt.Key.Key_Down)  # type: ignore[no-untyped-call]
    qtbot.keyClick(form.gathers, Qt.Key.Key_Tab)  # type: ignore[no-untyped-call]
    form.offset.selectAll()
    qtbot.keyClicks(form.offset, "220")  # type: ignore[no-untyped-call]
    qtbot.keyClick(form.offset, Qt.Key.Key_Tab)  # type: ignore[no-untyped-call]
    assert form.offset.text() == "200 m"
    qtbot.waitUntil(lambda: "36 traces of offset 200" in dialog.picture.words, timeout=PATIENCE_MS)
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        qtbot.keyClick(form.domain, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    first: Any = opening.workspace
    assert opening._viewer.title == "gathers.sgy, offset 200"
    painted = first.session.labels_at(first.session.place)
    painted[2:6] = 1
    first.session.record(first.session.place, painted, what="stroke")
    dock: Any = opening._dock
    assert dock.survey.what.text().startswith("gathers.sgy, offset 200: 6 inlines")
    dock.tabs.setCurrentIndex(0)
    press(dock.survey.headers)
    again = question(opening, qtbot)
    again.form.gathers.setCurrentIndex(1)
    qtbot.waitUntil(lambda: "means of the first 36" in again.picture.words, timeout=PATIENCE_MS)
    stacked = opened(opening, again, qtbot)
    assert opening._viewer.title == "gathers.sgy, mean of each gather"
    assert not stacked.session.labelled_sections()
    press(dock_of(opening).survey.headers)
    back = question(opening, qtbot)
    back.form.gathers.setCurrentIndex(2)
    back.form.offset.setValue(200)
    assert len(opened(opening, back, qtbot).session.labelled_sections()) == 1


def test_gathers_of_a_line_are_asked_about_too(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    values = np.arange(40, dtype=np.float32)
    traces = [Trace(values * k, {21: 100 + place, 37: 100 * k}) for place in range(12) for k in (1, 2, 3)]
    dialog = asked(opening, write(tmp_path / "line.sgy", traces), qtbot)
    assert "pre-stack" in dialog.question.text()
    assert "--" not in dialog.question.text()
    assert dialog.note.text() == "Byte 21 numbers the gathers of a line."
    dialog.form.gathers.setCurrentIndex(1)
    survey = opened(opening, dialog, qtbot).session.survey
    assert survey.shape == (12, 40)
    assert np.allclose(survey.data.to_numpy(), 2 * values)


def test_what_was_chosen_for_files_like_it_and_does_not_fit_is_asked_about(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    opened(opening, asked(opening, odd(tmp_path / "odd.sgy"), qtbot), qtbot)
    # Its numbers lie elsewhere, its text is the same.
    dialog = asked(opening, odd(tmp_path / "other.sgy", at=(57, 61)), qtbot)
    assert "13 and 25, chosen for files like it, do not fit" in dialog.question.text()
    assert opened(opening, dialog, qtbot).session.survey.shape == (12, 14, 40)


def test_an_unknown_word_for_the_samples_is_asked_about(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    values, traces = cube(ILINES, XLINES, 40)
    file = write(tmp_path / "strange.sgy", traces)
    content = bytearray(file.read_bytes())
    content[3224:3226] = (77).to_bytes(2, "big")
    file.write_bytes(content)
    dialog = asked(opening, file, qtbot)
    assert "how samples are stored is none that is known" in dialog.question.text()
    assert np.allclose(opened(opening, dialog, qtbot).session.survey.data.to_numpy(), values)


def test_a_text_is_told_from_a_survey(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "letter.sgy").write_text("Dear colleague, the survey comes by post. " * 400)
    with qtbot.waitSignal(opening.failed, timeout=PATIENCE_MS):
        opening.open(tmp_path / "letter.sgy")
    assert told()[-1] == "letter.sgy is a text, not SEG-Y; give the survey's own file"


def test_which_of_several_arrays_is_the_survey_is_asked_once(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "several.npz"
    cube_ = np.random.default_rng(0).normal(size=(6, 8, 10)).astype(np.float32)
    np.savez(file, velocity=cube_ * 2, seismics=cube_, horizon=cube_[..., 0])
    opening.open(file)
    qtbot.waitUntil(lambda: isinstance(opening.question, ArrayDialog), timeout=PATIENCE_MS)
    dialog: Any = opening.question
    assert dialog.list.item(0).text() == "seismics: 6 x 8 x 10"
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        qtbot.keyClick(dialog.list, Qt.Key.Key_Return)  # type: ignore[no-untyped-call]
    assert opening.workspace is not None
    assert np.array_equal(opening.workspace.session.survey.data.to_numpy(), cube_)
    opening.close()
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        opening.open(file)


def test_the_headers_of_an_open_survey_can_be_read_otherwise(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    _, traces = cube(ILINES, XLINES, 40)
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        opening.open(write(tmp_path / "plain.sgy", traces))
    dock: Any = opening._dock
    dock.tabs.setCurrentIndex(0)
    press(dock.survey.headers)
    dialog = question(opening, qtbot)
    assert (dialog.form.iline.value(), dialog.form.xline.value()) == (189, 193)
    dialog.form.format.setCurrentIndex(dialog.form.format.findData("ibm"))
    qtbot.waitUntil(lambda: dialog.look.layout.sample_format.name == "ibm", timeout=PATIENCE_MS)
    dialog.form.domain.setCurrentText("depth")
    assert opened(opening, dialog, qtbot).session.survey.dims[2] == "depth"
    assert not told()


def test_seg_y_may_be_a_recording(opening: Opening, shared_data: Path, tmp_path: Path, qtbot: QtBot) -> None:
    file = tmp_path / "fibre.sgy"
    file.write_bytes((shared_data / "das/formats/small_channel_patch.sgy").read_bytes())
    # The readers of all vendors take seconds to load, which are none of the file's.
    open_survey(file, kind="das")
    opening.ask_how(file)
    dialog = question(opening, qtbot)
    dialog.form.domain.setCurrentIndex(dialog.form.domain.findText("DAS recording", Qt.MatchFlag.MatchStartsWith))
    assert "channel of a fibre" in dialog.note.text()
    assert opened(opening, dialog, qtbot).session.survey.kind == "das"
    assert recall(file) == SegyOptions(domain="das")
    # It can be taken back.
    dock: Any = opening._dock
    dock.tabs.setCurrentIndex(0)
    press(dock.survey.headers)
    again = question(opening, qtbot)
    assert again.form.is_das
    again.form.domain.setCurrentText("two-way time")
    assert opened(opening, again, qtbot).session.survey.kind != "das"


def test_what_cannot_be_is_said_before_it_is_opened(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = asked(opening, odd(tmp_path / "odd.sgy"), qtbot)
    dialog.form.order.setCurrentText("little-endian")
    qtbot.waitUntil(lambda: not dialog.open_button.isEnabled(), timeout=PATIENCE_MS)
    assert dialog.note.text()
    dialog.form.order.setCurrentText("as found")
    qtbot.waitUntil(lambda: dialog.open_button.isEnabled(), timeout=PATIENCE_MS)
    QApplication.processEvents()
    assert opened(opening, dialog, qtbot).session.survey.shape == (12, 14, 40)


def test_a_number_of_samples_that_all_headers_lie_about_is_offered(
    opening: Opening, tmp_path: Path, qtbot: QtBot
) -> None:
    values, traces = cube(ILINES, XLINES, 40)
    lies = [Trace(each.samples, each.numbers | {115: 41}) for each in traces]
    path = write(tmp_path / "lies.sgy", lies, binary={3221: ("H", 41)})
    dialog = asked(opening, path, qtbot)
    assert "41 samples per trace, but no trace header lies" in dialog.question.text()
    assert dialog.form.samples.value() == 40
    dialog.form.samples.setValue(39)
    qtbot.waitUntil(lambda: not dialog.open_button.isEnabled(), timeout=PATIENCE_MS)
    dialog.form.samples.setValue(40)
    qtbot.waitUntil(lambda: dialog.open_button.isEnabled(), timeout=PATIENCE_MS)
    assert np.array_equal(opened(opening, dialog, qtbot).session.survey.data.to_numpy(), values)
    assert recall(path) is not None


def test_gathers_that_another_number_tells_apart(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    values, traces = cube(ILINES[:6], XLINES[:6], 40)
    counted = [Trace(each.samples * k, {**each.numbers, 25: k}) for each in traces for k in (1, 2, 3)]
    dialog = asked(opening, write(tmp_path / "gathers.sgy", counted), qtbot)
    form = dialog.form
    assert not form.gathers.isVisible()
    form.offset_byte.setValue(25)
    qtbot.waitUntil(form.gathers.isVisible, timeout=PATIENCE_MS)
    form.gathers.setCurrentIndex(2)
    form.offset.setValue(3)
    survey = opened(opening, dialog, qtbot).session.survey
    assert np.allclose(survey.data.to_numpy(), values * 3)


def test_a_coordinate_system_that_there_is_not_is_told_at_once(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = asked(opening, odd(tmp_path / "odd.sgy"), qtbot)
    dialog.form.crs.setFocus()
    for word, fits in (("EPSG:999999", False), ("EPSG:23031", True)):
        dialog.form.crs.clear()
        qtbot.keyClicks(dialog.form.crs, word)  # type: ignore[no-untyped-call]
        qtbot.keyClick(dialog.form.crs, Qt.Key.Key_Tab)  # type: ignore[no-untyped-call]
        qtbot.waitUntil(lambda fits=fits: dialog.open_button.isEnabled() is fits, timeout=PATIENCE_MS)  # type: ignore[misc]
        assert ("no coordinate system 'EPSG:999999'" in dialog.note.text()) is not fits
    assert opened(opening, dialog, qtbot).session.survey.crs == "EPSG:23031"
