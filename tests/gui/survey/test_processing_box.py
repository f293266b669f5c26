"""The steps of a recording: put together, applied, compared, taken back; bad channels; spectra."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import QPoint, Qt

from napari_geofm.core.das.processing import Processing
from napari_geofm.gui.dock.dock import Dock
from napari_geofm.gui.dock.keys import key_list
from napari_geofm.gui.survey.processing_box import ProcessingBox
from napari_geofm.gui.survey.spectrum_box import DRAWN, SEEN, SpectrumBox
from napari_geofm.gui.workspace import Workspace
from napari_geofm.samples import DasSampleSpec, make_das, write_das
from napari_geofm.session import Session
from tests.gui.canvas_mouse import Canvas
from tests.gui.conftest import FakeEngine, told
from tests.gui.mouse import press, type_keys

SAMPLE = make_das(DasSampleSpec(channels=40, samples=600, seed=5))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    file = tmp_path_factory.mktemp("das") / "fibre.h5"
    write_das(SAMPLE, file)
    return file.read_bytes()


@pytest.fixture
def session(recorded: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Session:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    file = tmp_path / "fibre.h5"
    file.write_bytes(recorded)
    return Session.open(file)


@pytest.fixture
def fibre(
    make_napari_viewer: Callable[..., Any], session: Session, engine: FakeEngine, qtbot: QtBot
) -> Iterator[Workspace]:
    viewer = make_napari_viewer()
    opened = Workspace(viewer, session, engine)  # type: ignore[arg-type]
    window = viewer.window._qt_window
    window.resize(1300, 760)
    window.show()
    qtbot.waitUntil(lambda: opened.view.section is not None, timeout=10_000)
    yield opened
    opened.close()


@pytest.fixture
def dock(fibre: Workspace) -> Dock:
    made = Dock(fibre)
    fibre.viewer.window.add_dock_widget(made, name="GeoFM", area="right")
    made.open_step("Survey")
    return made


@pytest.fixture
def box(dock: Dock) -> ProcessingBox:
    return dock.survey.processing


@pytest.fixture
def spectrum(dock: Dock) -> SpectrumBox:
    return dock.survey.spectrum


def add(box: ProcessingBox, name: str) -> None:
    """Choose a step in the list of steps, as a click does."""
    row = box.adding.findText(name)
    assert row > 0
    box.adding.setCurrentIndex(row)
    box.adding.activated.emit(row)


def shown(workspace: Workspace) -> np.ndarray:
    assert workspace.view.section is not None
    return workspace.view.section.values


def test_applied_steps_show_the_recording_processed(
    fibre: Workspace, box: ProcessingBox, engine: FakeEngine, qtbot: QtBot
) -> None:
    plain = shown(fibre)
    assert not box.apply.isEnabled()
    assert not box.original.isEnabled()
    add(box, "median")
    add(box, "root")
    assert box.note.text() == "Scaled samples, without a unit."
    assert shown(fibre) is plain
    with qtbot.waitSignal(fibre.view.shown):
        press(box.apply)
    common = plain - np.median(plain, axis=1, keepdims=True)
    np.testing.assert_allclose(shown(fibre), np.sign(common) * np.sqrt(np.abs(common)), atol=1e-7)
    # The scale of colours is symmetric and fits what is shown.
    low, high = fibre.view.layers.amplitude.contrast_limits
    assert low == -high
    assert 0.5 < np.percentile(np.abs(shown(fibre)), 99) / high < 2
    # What networks are asked is of the same.
    assert engine.surveyed[1] == Processing(box.session.chain.chain)  # type: ignore[attr-defined]
    assert not box.apply.isEnabled()
    # As recorded, and back, by the key.
    with qtbot.waitSignal(fibre.view.shown):
        press(box.original)
    np.testing.assert_array_equal(shown(fibre), plain)
    with qtbot.waitSignal(fibre.view.shown):
        press(box.original)
    assert not np.array_equal(shown(fibre), plain)


def test_the_values_of_a_step_are_set_with_their_units(box: ProcessingBox) -> None:
    add(box, "bandpass")
    low, high = box.form.fields["low_hz"], box.form.fields["high_hz"]
    assert (low.text(), high.text()) == ("1 Hz", "20 Hz")  # type: ignore[attr-defined]
    high.setValue(12.5)  # type: ignore[attr-defined]
    assert box.steps.item(0).text() == "bandpass 1-12.5 Hz"  # type: ignore[union-attr]
    # What is no step at all stays undone, and is told beside the values.
    low.setValue(30)  # type: ignore[attr-defined]
    assert "the lower corner first" in box.form.note.text()
    assert box.steps.item(0).text() == "bandpass 1-12.5 Hz"  # type: ignore[union-attr]
    low.setValue(2)  # type: ignore[attr-defined]
    assert box.form.note.text() == ""
    # What the recording cannot have cannot be applied.
    high.setValue(80)  # type: ignore[attr-defined]
    assert "below the Nyquist frequency, 50 Hz" in box.note.text()
    assert not box.apply.isEnabled()
    high.setValue(40)  # type: ignore[attr-defined]
    assert box.note.text() == "Strain rate samples in 1/s."
    assert box.apply.isEnabled()
    box.session.survey.data.attrs["gauge_length_m"] = 8.0
    add(box, "strain-rate")
    assert box.form.fields["gauge_m"].text() == "8 m"  # type: ignore[attr-defined]
    box.steps.remove_current()
    add(box, "scale")
    box.form.fields["kind"].setCurrentText("rms")  # type: ignore[attr-defined]
    assert box.draft.chain.words() == "bandpass 2-40 Hz; scale rms"


def test_steps_are_switched_moved_and_removed(box: ProcessingBox, qtbot: QtBot) -> None:
    add(box, "preset traffic")
    assert box.draft.chain.words() == "detrend linear; bandpass 0.1-2 Hz; scale robust; root"
    assert "0.1 Hz: must be at least 0.167 Hz" in box.note.text()
    box.steps.item(1).setCheckState(Qt.CheckState.Unchecked)  # type: ignore[union-attr]
    assert box.draft.chain.words() == "detrend linear; scale robust; root"
    assert box.apply.isEnabled()
    box.steps.setCurrentRow(3)
    press(box.up)
    press(box.up)
    assert [step.name for step, _ in box.draft.steps] == ["detrend", "root", "bandpass", "scale"]
    assert [on for _, on in box.draft.steps] == [True, True, False, True]
    press(box.down)
    press(box.away)
    assert [step.name for step, _ in box.draft.steps] == ["detrend", "bandpass", "scale"]
    box.steps.setFocus()
    type_keys(box.steps, "", end=Qt.Key.Key_Delete)
    assert len(box.draft.steps) == 2
    # A step is added behind the chosen one.
    box.steps.setCurrentRow(0)
    add(box, "median")
    assert [step.name for step, _ in box.draft.steps][:2] == ["detrend", "median"]


def test_undo_takes_a_chain_back_and_the_session_keeps_it(
    fibre: Workspace, box: ProcessingBox, session: Session, qtbot: QtBot
) -> None:
    plain = shown(fibre)
    add(box, "median")
    with qtbot.waitSignal(fibre.view.shown):
        press(box.apply)
    assert session.undo_text == "processing: median"
    kept = json.loads((session.folder / "session.json").read_text())["processing"]
    assert kept == {"steps": [{"step": "median", "on": True}], "bad_channels": "none"}
    with qtbot.waitSignal(fibre.view.shown):
        session.undo()
    np.testing.assert_array_equal(shown(fibre), plain)
    assert box.steps.count() == 0
    with qtbot.waitSignal(fibre.view.shown):
        session.redo()
    assert [step.name for step, _ in box.steps.steps] == ["median"]


def test_bad_channels_are_found_and_edited(
    fibre: Workspace, box: ProcessingBox, session: Session, qtbot: QtBot
) -> None:
    add(box, "median")
    row = box.channels
    with qtbot.waitSignal(fibre.view.shown, timeout=10_000):
        press(row.looking)
    expected = ", ".join(str(channel) for channel in np.flatnonzero(SAMPLE.bad))
    assert row.line.text() == expected
    assert row.note.text().startswith("Found: ")
    assert np.isnan(shown(fibre)[:, SAMPLE.bad]).all()
    # The draft is still there, and not applied by this.
    assert [step.name for step, _ in box.draft.steps] == ["median"]
    assert session.chain.steps == ()
    row.line.setText("1, 4-6")
    with qtbot.waitSignal(fibre.view.shown):
        row.line.editingFinished.emit()
    assert np.flatnonzero(np.isnan(shown(fibre)).all(axis=0)).tolist() == [1, 4, 5, 6]
    row.line.setText("99")
    row.line.editingFinished.emit()
    assert row.note.text() == "Bad channels 99: channels run from 0 to 39"
    assert session.chain.bad.words() == "1, 4-6"
    with qtbot.waitSignal(fibre.view.shown):
        session.undo()
    assert row.line.text() == expected


def test_labels_stay_where_they_are(fibre: Workspace, box: ProcessingBox, session: Session, qtbot: QtBot) -> None:
    painted = session.labels_at(session.place)
    painted[100:140, 3:9] = 1
    session.record(session.place, painted, what="stroke")
    add(box, "preset earthquake")
    with qtbot.waitSignal(fibre.view.shown):
        press(box.apply)
    np.testing.assert_array_equal(fibre.view.layers.labels.data, painted)
    # Steps that would move the grid are not offered.
    assert box.adding.findText("decimate") == box.adding.findText("stack") == -1
    assert told() == []


def test_the_spectrum_follows_the_mouse_and_shows_the_corners(
    fibre: Workspace, dock: Dock, spectrum: SpectrumBox, box: ProcessingBox, qtbot: QtBot
) -> None:
    canvas = Canvas(fibre, qtbot)
    press(spectrum.toggle)
    canvas.hover(300, 12)
    qtbot.waitUntil(lambda: spectrum.plot.spectrum is not None, timeout=5000)
    found = spectrum.plot.spectrum
    assert found is not None
    assert (found.channels, found.units) == (1, "(1/s)²/Hz")
    assert spectrum.note.text() == "Distance 120 m, 0 to 5.99 s."
    assert found.hertz[-1] == pytest.approx(50, abs=1)
    add(box, "bandpass")
    press(box.apply)
    qtbot.waitUntil(lambda: spectrum.plot.corners == (1.0, 20.0), timeout=5000)
    first, last, low, high = spectrum.plot.frame
    assert first < 1.0 < 20.0 < last
    assert low < float(spectrum.plot.spectrum.quantiles[1].max()) <= high  # type: ignore[union-attr]
    middle = spectrum.plot.place(10.0, low)
    assert spectrum.plot.told_at(middle.x()).startswith(("9.", "10 Hz", "10."))
    assert not spectrum.plot.grab(spectrum.plot.rect()).isNull()
    press(spectrum.toggle)
    assert spectrum.plot.isHidden()


def test_the_spectrum_of_what_is_seen_and_of_what_is_drawn(
    fibre: Workspace, spectrum: SpectrumBox, qtbot: QtBot
) -> None:
    press(spectrum.toggle)
    spectrum.of.setCurrentText(SEEN)
    qtbot.waitUntil(lambda: spectrum.plot.spectrum is not None, timeout=5000)
    assert spectrum.plot.spectrum is not None
    assert spectrum.plot.spectrum.channels == 40
    fibre.viewer.scene.camera.zoom *= 4
    qtbot.waitUntil(lambda: spectrum.plot.spectrum.channels < 20, timeout=5000)  # type: ignore[union-attr]
    spectrum.of.setCurrentText(DRAWN)
    assert spectrum.plot.empty == "draw around a part of the section"
    region = fibre.viewer.layers["region"]
    region.add_polygons(np.array([[100, 10], [100, 15], [300, 15], [300, 10]], float))
    qtbot.waitUntil(lambda: spectrum.plot.spectrum is not None, timeout=5000)
    assert spectrum.note.text() == "Distance 100 to 150 m, 6 channels, 1 to 3 s."
    press(spectrum.toggle)
    assert "region" not in fibre.viewer.layers


def test_keys_do_the_same(fibre: Workspace, dock: Dock, box: ProcessingBox, qtbot: QtBot) -> None:
    keys = {key.shown: key for key in key_list(dock)}
    add(box, "median")
    with qtbot.waitSignal(fibre.view.shown):
        keys["Shift+U"].act()
    with qtbot.waitSignal(fibre.view.shown):
        keys["U"].act()
    assert box.session.original
    keys["Shift+Q"].act()
    assert dock.survey.spectrum.toggle.isChecked()
    assert box.mapTo(dock, QPoint(0, 0)).x() >= 0
