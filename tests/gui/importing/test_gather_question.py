"""A volume with an axis of offsets in the viewer: asked once, and the answer is kept."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtCore import Qt

from napari_geofm.gui.importing.gather_question import GatherQuestion
from napari_geofm.gui.opening.opening import Opening
from tests.gui.mouse import press
from tests.gui.opening.test_opening import PATIENCE_MS, BusyEngine
from tests.io.cubes.build import CROSSLINES, INLINES, TIMES, WHOLE, seisnc

VALUES = np.stack([WHOLE, WHOLE * 2, WHOLE * 6], axis=2)


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


def asked(opening: Opening, folder: Path, qtbot: QtBot) -> GatherQuestion:
    numbers = {"iline": INLINES, "xline": CROSSLINES, "offset": np.array([150, 300, 450]), "samples": TIMES}
    opening.open(seisnc(folder / "a.nc", VALUES, tuple(numbers), numbers))
    qtbot.waitUntil(lambda: isinstance(opening.question, GatherQuestion), timeout=PATIENCE_MS)
    found: GatherQuestion = opening.question
    qtbot.waitUntil(found.isVisible)
    return found


@pytest.mark.parametrize(("index", "times"), [(1, 3), (2, 6)])
def test_what_is_chosen_opens_and_is_kept(
    opening: Opening, tmp_path: Path, qtbot: QtBot, index: int, times: int
) -> None:
    dialog = asked(opening, tmp_path, qtbot)
    assert "3 offsets from 150 to 450" in dialog.words.text()
    assert not dialog.open_button.isEnabled()
    dialog.gathers.setCurrentIndex(index)
    assert dialog.offset.isEnabled() is (index == 2)
    if index == 2:
        dialog.offset.setCurrentText("450")
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        press(dialog.open_button)
    assert opening.workspace is not None
    np.testing.assert_allclose(opening.workspace.session.survey.data.to_numpy(), WHOLE * times)
    with qtbot.waitSignal(opening.opened, timeout=PATIENCE_MS):
        opening.open(tmp_path / "a.nc")
    assert any("pre-stack" in each for each in opening.workspace.session.survey.odd)


def test_thinking_better_of_it(opening: Opening, tmp_path: Path, qtbot: QtBot) -> None:
    dialog = asked(opening, tmp_path, qtbot)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: opening._coming is None)
    assert opening.workspace is None
