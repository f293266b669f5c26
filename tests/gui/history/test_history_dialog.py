"""What was done, in words and with times, and going to any of its steps."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.gui.history.history_dialog import HistoryDialog
from napari_geofm.session import Session
from tests.gui.conftest import stroke
from tests.gui.mouse import press


@pytest.fixture
def dialog(session: Session, qtbot: QtBot) -> Iterator[HistoryDialog]:
    for number in range(3):
        stroke(session, number, slice(10 * number, 10 * number + 5))
    found = HistoryDialog(session)
    found.show()
    qtbot.waitExposed(found)
    yield found
    # Closed, it is deleted.
    with suppress(RuntimeError):
        found.close()


def rows(dialog: HistoryDialog) -> list[str]:
    return [dialog.steps.item(row).text() for row in range(dialog.steps.count())]  # type: ignore[union-attr]


def test_steps_are_gone_to_by_a_click(dialog: HistoryDialog, session: Session, qtbot: QtBot) -> None:
    assert rows(dialog)[-1] == "stroke on inline 1030  ◂ now"
    before = session.labels_at(session.place)
    dialog.steps.setCurrentRow(2)
    press(dialog.go)
    qtbot.waitUntil(lambda: rows(dialog)[2].endswith("◂ now"))
    assert len(rows(dialog)) == 5
    assert set(session.labels_at(session.place).ravel().tolist()) == {0, 1}
    dialog.steps.setCurrentRow(4)
    press(dialog.go)
    assert (session.labels_at(session.place) == before).all()


def test_it_follows_what_is_done_meanwhile(dialog: HistoryDialog, session: Session, qtbot: QtBot) -> None:
    session.undo()
    qtbot.waitUntil(lambda: rows(dialog)[3].endswith("◂ now"))
    shown = [dialog.all.item(row).text() for row in range(dialog.all.count())]  # type: ignore[union-attr]
    assert shown[-1].endswith("took back: stroke on inline 1030")
    dialog.accept()
    session.redo()


def test_it_goes_home_as_text(dialog: HistoryDialog, session: Session, tmp_path: Path) -> None:
    dialog.write(tmp_path / "history.txt")
    lines = (tmp_path / "history.txt").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(session.history)
    assert lines[-1].endswith("stroke on inline 1030")
