"""Whatever is damaged, cut off or out of step: nothing whole is written over, and class numbers keep their meaning."""

import json
import os
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.errors import FormatError, OutputError
from napari_geofm.io.labels import read_labels
from napari_geofm.session import Session
from napari_geofm.session.autosave import Autosave
from tests.session.conftest import SHAPE

Opening = Callable[[], Session]
LINE = At("inline", 1)


def paint(session: Session, value: int, rows: slice = slice(0, 2), at: At = LINE, **more: Any) -> int:
    painted = session.labels_at(at)
    painted[rows] = value
    return session.record(at, painted, what="stroke", **more)


def three(session: Session) -> None:
    """Label with three classes, a row of each."""
    session.set_classes(ClassTable.named(["sand", "salt", "shale"]))
    for number in range(3):
        paint(session, number + 1, slice(number, number + 1))


def aside(session: Session) -> list[str]:
    # os.walk passes over folders that a backup renames meanwhile.
    names = (name for _, folders, files in os.walk(session.folder) for name in (*folders, *files))
    return sorted(name.split(".damaged-")[0] for name in names if ".damaged-" in name)


def backups(session: Session) -> list[Path]:
    return sorted((session.folder / "backups").glob("[0-9]*"))


CUT_OFF = """
import os, sys
from pathlib import Path
from napari_geofm.session import Session
from napari_geofm.session.label_store import LabelStore
session = Session.open(Path(sys.argv[1]))
plain = LabelStore._renumber
def half(store, table):
    rows = list(store.counts.labelled_blocks())
    for each in rows[: len(rows) // 2]:
        store.values[each] = table[store.values[each]]
    os._exit(9)
LabelStore._renumber = half
session.undo() if sys.argv[2] == "undo" else session.delete_class(0)
"""


def test_a_deletion_that_is_cut_off_is_taken_back(opened: Opening, file: Path) -> None:
    session = opened()
    three(session)
    paint(session, 3, at=At("inline", 3))
    values, origins = np.array(session._store.values), np.array(session._store.origins)
    session.close()
    done = subprocess.run([sys.executable, "-c", CUT_OFF, str(file), "delete"], check=False, env={**os.environ})
    assert done.returncode == 9
    again = opened()
    assert again.classes.names == ("sand", "salt", "shale")
    np.testing.assert_array_equal(again._store.values, values)
    np.testing.assert_array_equal(again._store.origins, origins)
    assert [each.samples for each in again.statistics()] == [7, 7, 7 + 14]


def test_a_deletion_that_the_document_knows_of_is_not_taken_back(opened: Opening) -> None:
    session = opened()
    three(session)
    kept: list[bytes] = []
    settle = session._store.settle

    def late() -> None:
        if (session.labels_folder / "rollback.zip").exists():
            kept.append((session.labels_folder / "rollback.zip").read_bytes())
        settle()

    session._store.settle = late  # type: ignore[method-assign]
    session.delete_class(0)
    session.close()
    (session.labels_folder / "rollback.zip").write_bytes(kept[0])
    again = opened()
    assert again.classes.names == ("salt", "shale")
    assert [each.samples for each in again.statistics()] == [7, 7]
    assert not (again.labels_folder / "rollback.zip").exists()


def test_labels_of_a_backup_go_with_the_classes_of_that_day(opened: Opening) -> None:
    session = opened()
    three(session)
    session._autosave.back_up()
    session.delete_class(0)
    session.close()
    (session.labels_folder / "labels.npy").write_bytes(b"nonsense")
    again = opened()
    assert again.classes.names == ("sand", "salt", "shale")
    assert [each.samples for each in again.statistics()] == [7, 7, 7]
    assert (again.labels_at(LINE)[:3, 0] == [1, 2, 3]).all()
    assert aside(again) == ["labels"]
    # From now on the backup is one with other numbers than those of today.
    again.delete_class(2)
    again.close()
    (again.labels_folder / "labels.npy").unlink()
    assert opened().classes.names == ("sand", "salt", "shale")


def test_a_rename_since_the_backup_is_kept(opened: Opening) -> None:
    session = opened()
    three(session)
    session._autosave.back_up()
    session.rename_class(0, "gravel")
    session.close()
    (session.labels_folder / "labels.npy").unlink()
    again = opened()
    assert again.classes.names == ("gravel", "salt", "shale")
    assert [each.samples for each in again.statistics()] == [7, 7, 7]


def test_origins_that_are_damaged_cost_no_label(opened: Opening) -> None:
    session = opened()
    three(session)
    session.accept(LINE, np.zeros((SHAPE[2], SHAPE[1]), np.uint8))
    session._autosave.back_up()
    paint(session, 2, slice(0, 3), at=At("inline", 4))
    before = np.array(session._store.values), np.array(session._store.origins)
    session.close()
    (session.labels_folder / "origins.npy").write_bytes(b"")
    again = opened()
    np.testing.assert_array_equal(again._store.values, before[0])
    np.testing.assert_array_equal(again._store.origins, before[1])
    assert (again.origins_at(LINE) == Origin.ACCEPTED).any()
    assert aside(again) == ["origins.npy"]


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 1, "classes": 5}', '{"format": 99, "classes": []}', "[" * 5000]
)
def test_a_document_without_sense_is_kept_aside(opened: Opening, text: str) -> None:
    session = opened()
    three(session)
    session.close()
    (session.folder / "session.json").write_text(text)
    again = opened()
    # Without any backup the list beside the labels tells what the numbers mean.
    assert again.classes.names == ("sand", "salt", "shale")
    assert (again.labels_at(LINE)[:3, 0] == [1, 2, 3]).all()
    (kept,) = again.folder.glob("session.json.damaged-*")
    assert kept.read_text() == text
    assert any("kept aside" in line for line in again.notices)


def test_small_things_that_are_wrong_cost_no_class(opened: Opening) -> None:
    session = opened()
    three(session)
    session.close()
    file = session.folder / "session.json"
    plain = json.loads(file.read_text())
    plain |= {
        "place": 7,
        "settings": {"percent": "much", "brush": -4, "flipped": True},
        "stretch": [1],
        "locked": ["x"],
    }
    file.write_text(json.dumps(plain))
    again = opened()
    assert again.classes.names == ("sand", "salt", "shale")
    assert again.place == At("inline", 2)
    assert (again.settings.percent, again.settings.brush, again.settings.flipped) == (99.0, 9, True)
    assert not again.locked
    assert aside(again) == []


def test_labelled_classes_without_a_name_get_one(opened: Opening) -> None:
    session = opened()
    three(session)
    session.close()
    for file in (session.folder / "session.json", session.labels_folder / "classes.json"):
        file.unlink()
    again = opened()
    assert again.classes.names == ("class 1", "class 2", "class 3")
    assert any("lost their names" in line for line in again.notices)


def test_an_empty_session_never_replaces_a_full_one(opened: Opening) -> None:
    session = opened()
    three(session)
    session._autosave.back_up()
    session.close()
    for name in ("labels", "session.json"):
        path = session.folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    again = opened()
    assert again.classes.names == ("sand", "salt", "shale")
    assert [each.samples for each in again.statistics()] == [7, 7, 7]


def test_backups_rotate_and_are_made_only_of_what_changed(opened: Opening) -> None:
    session = opened()
    session._autosave.back_up()
    assert backups(session) == []
    for stroke in range(8):
        paint(session, 1 + stroke % 2)
        session._autosave.back_up()
        session._autosave.back_up()
    assert len(backups(session)) == 5
    damaged, whole = backups(session)[-1], backups(session)[-2]
    session.close()
    (damaged / "labels.zip").write_bytes((damaged / "labels.zip").read_bytes()[:-40])
    (session.labels_folder / "labels.npy").unlink()
    again = opened()
    assert any(whole.name in line for line in again.notices)
    assert again.statistics()[0].samples == 14


def test_a_changed_file_keeps_its_labels_and_says_so(opened: Opening, file: Path) -> None:
    session = opened()
    paint(session, 1)
    session.close()
    np.save(file, np.ones(SHAPE, np.float32))
    again = opened()
    assert again.labels_at(LINE)[:2].all()
    assert any("has changed since this session" in line for line in again.notices)
    again.close()
    assert opened().notices == []


def test_a_second_viewer_of_damaged_labels_sees_none_and_harms_nothing(opened: Opening) -> None:
    first = opened()
    paint(first, 1)
    first._store.flush()
    content = (first.labels_folder / "labels.npy").read_bytes()
    (first.labels_folder / "labels.npy").unlink()
    (first.labels_folder / "labels.npy").write_bytes(b"nonsense")
    second = opened()
    assert second.read_only
    assert not second.labels_at(LINE).any()
    assert (first.labels_folder / "labels.npy").read_bytes() == b"nonsense"
    assert aside(second) == []
    (first.labels_folder / "labels.npy").write_bytes(content)


def test_a_full_disk_is_told_before_anything_is_painted(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    paint(session, 1)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: usage(10**9, 10**9, 10**6))
    with pytest.raises(OutputError, match="1 MB are free"):
        paint(session, 2)
    with pytest.raises(OutputError, match="free some space"):
        session.undo()
    assert (session.labels_at(LINE)[:2] == 1).all()
    monkeypatch.undo()
    assert session.undo() == "stroke on inline 1"
    assert not session.undo()


def test_what_the_disk_refuses_is_told_and_tried_again() -> None:
    calls: list[str] = []

    def flush() -> None:
        calls.append("flush")
        if len(calls) == 1:
            raise OSError("no space\nleft")

    autosave = Autosave(flush, lambda: None, lambda: None, active=True)
    autosave.now()
    assert autosave.trouble() == "no space left"
    assert autosave.trouble() == ""
    autosave.close()
    assert len(calls) == 2


def test_a_session_that_cannot_be_opened_is_not_left_locked(
    opened: Opening, monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    monkeypatch.setattr("napari_geofm.session.session.open_store", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        opened()
    assert not (file.with_name("survey.geofm") / "lock").exists()


def test_a_folder_that_is_read_only_is_answered_by_the_users_own(
    opened: Opening, file: Path, own_user_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != file.parent)
    session = opened()
    assert own_user_folder in session.folder.parents
    assert any("cannot be written; labels are kept in" in line for line in session.notices)
    paint(session, 1)
    session.close()
    # Another fingerprint, the same path: the same session.
    np.save(file, np.ones(SHAPE, np.float32))
    again = opened()
    assert again.folder == session.folder
    assert again.labels_at(LINE)[:2].all()


def test_files_of_one_name_have_each_their_session(opened: Opening, file: Path) -> None:
    session = opened()
    paint(session, 1)
    session.close()
    twin = file.with_suffix(".npz")
    np.savez(twin, np.zeros(SHAPE, np.float32))
    other = Session.open(twin)
    try:
        assert other.folder == file.with_name("survey.npz.geofm")
        assert not other.labels_at(LINE).any()
    finally:
        other.close()
    # Renamed, it takes its session along under the old name.
    file.unlink()
    shutil.rmtree(other.folder)
    moved = Session.open(twin)
    try:
        assert moved.folder == session.folder
        assert moved.labels_at(LINE)[:2].all()
    finally:
        moved.close()


def test_a_session_without_labels_is_told_as_such(session: Session, tmp_path: Path) -> None:
    (tmp_path / "empty.geofm").mkdir()
    (tmp_path / "empty.geofm" / "session.json").write_text("{}")
    with pytest.raises(FormatError, match="holds no labels"):
        read_labels(tmp_path / "empty.geofm")
