"""Bare numbers in the viewer: a dialog asks, shows what comes of it, and the answer is remembered."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_geofm.gui.importing.question import may_be_raw
from napari_geofm.gui.importing.raw_question import RawQuestion
from napari_geofm.gui.opening.opening import Opening
from tests.gui.conftest import told
from tests.gui.mouse import press, type_keys
from tests.gui.opening.test_opening import PATIENCE_MS, BusyEngine, shown

WHOLE = (np.sin(np.arange(12 * 20 * 30)).reshape(12, 20, 30) * 1000).astype(">i2")


@pytest.fixture
def raw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "cube.dat").write_bytes(bytes(16) + WHOLE.tobytes())
    return tmp_path / "cube.dat"


@pytest.fixture
def opening(make_napari_viewer: Callable[..., Any], raw: Path) -> Iterator[Opening]:
    found = Opening(make_napari_viewer(), BusyEngine)  # type: ignore[arg-type]
    yield found
    found.close()


def asked(opening: Opening, raw: Path, qtbot: QtBot) -> RawQuestion:
    opening.open(raw)
    qtbot.waitUntil(
        lambda: isinstance(opening.question, RawQuestion) and opening.question.isVisible(), timeout=PATIENCE_MS
    )
    question: RawQuestion = opening.question
    return question


def choose(question: RawQuestion, sizes: str) -> None:
    question.sizes.setFocus()
    question.sizes.selectAll()
    type_keys(question.sizes, sizes)


def test_said_once_it_opens_and_is_known_afterwards(opening: Opening, raw: Path, qtbot: QtBot) -> None:
    question = asked(opening, raw, qtbot)
    assert not question.accept_button.isEnabled()
    choose(question, "12, 20, 30")
    assert question.note.text() == (
        "12 x 20 x 30 of float32 are 28,800 bytes, the file has 14,416; check shape, type and header bytes."
    )
    question.type.setCurrentText("int 16")
    assert "16 header bytes would fit" in question.note.text()
    question.header.setValue(16)
    question.order.setCurrentText("high byte first")
    qtbot.waitUntil(lambda: question.preview.gray is not None, timeout=PATIENCE_MS)
    assert question.note.text() == "Inline 6"
    assert question.preview.gray is not None
    assert question.preview.gray.shape == (30, 20)
    question.axes.setCurrentText("crossline, inline, time")
    qtbot.waitUntil(
        lambda: question.preview.gray is not None and question.preview.gray.shape == (30, 12), timeout=PATIENCE_MS
    )
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        press(question.accept_button)
    workspace = shown(opening, qtbot)
    assert workspace.session.survey.shape == (20, 12, 30)
    np.testing.assert_array_equal(workspace.session.survey.section("inline", 3).values, WHOLE[:, 3].T)
    opening.close()
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        opening.open(raw)


def test_what_is_closed_opens_nothing_and_leaves_the_viewer_free(opening: Opening, raw: Path, qtbot: QtBot) -> None:
    question = asked(opening, raw, qtbot)
    cancel = question.buttons.cancel
    with qtbot.waitSignal(opening.failed, timeout=PATIENCE_MS):
        press(cancel)
    assert opening.workspace is None
    assert opening._viewer.title == "GeoFM"
    question = asked(opening, raw, qtbot)
    with qtbot.waitSignal(opening.failed, timeout=PATIENCE_MS):
        QtBot.keyClick(question, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]


def test_the_newest_picture_is_shown_and_what_does_not_fit_is_none(raw: Path, qtbot: QtBot) -> None:
    question = RawQuestion(raw)
    qtbot.addWidget(question)
    question.type.setCurrentText("int 16")
    question.header.setValue(16)
    for sizes in ("12 20 30", "20x12x30", "30,20,12"):
        question.sizes.setText(sizes)
        question._look()
    qtbot.waitUntil(lambda: question.preview.gray is not None, timeout=PATIENCE_MS)
    assert question.preview.gray is not None
    assert question.preview.gray.shape == (12, 20)
    question.sizes.setText("30,20,13")
    assert np.shape(question.preview.gray) == ()
    assert "30 x 20 x 12" in question.note.text()
    question.sizes.setText("30,twenty,13")
    assert question.reading is None
    question.sizes.setText("240, 30")
    assert question.axes.currentText() == "trace, time"
    qtbot.waitUntil(lambda: question.preview.gray is not None, timeout=PATIENCE_MS)
    assert question.note.text() == "The line"


def test_text_and_scraps_are_not_asked_about(opening: Opening, raw: Path, qtbot: QtBot) -> None:
    assert may_be_raw(raw)
    for name, content in (("a.txt", b"no numbers\n" * 100), ("b.dat", bytes(10))):
        (raw.parent / name).write_bytes(content)
        with qtbot.waitSignal(opening.failed, timeout=PATIENCE_MS):
            opening.open(raw.parent / name)
        assert name in told()[-1]
    assert not may_be_raw(raw.parent / "none")
