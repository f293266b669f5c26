"""Going back to a backup: whole, undoable, safe against a kill in the middle, and small on disk."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.region import At
from napari_geofm.errors import LabelError
from napari_geofm.io.opening import open_survey
from napari_geofm.session import Session
from napari_geofm.session.label_archive import read_archive, write_archive
from napari_geofm.session.label_changes import compared
from napari_geofm.session.label_counts import LabelCounts
from napari_geofm.session.touched import CHUNK, Touched
from tests.session.test_labelling import names
from tests.session.test_restoring import LINE, paint, three

Opening = Callable[[], Session]


def backed_up(session: Session) -> None:
    session._autosave.back_up()


def test_an_earlier_state_comes_back_and_the_present_is_kept(opened: Opening) -> None:
    session = opened()
    three(session)
    backed_up(session)
    then = session.labels_at(LINE)
    session.delete_class(0)
    paint(session, 2, slice(0, 5), At("inline", 3))
    now = session.labels_at(LINE)
    (backup,) = session.backups
    assert backup.classes == ("sand", "salt", "shale")
    assert abs(backup.made - time.time()) < 60
    assert session.restore(backup) > 0
    assert names(session) == ["sand", "salt", "shale"]
    np.testing.assert_array_equal(session.labels_at(LINE), then)
    assert not session.labels_at(At("inline", 3)).any()
    # What was there is a backup now, and one step of undo away.
    assert session.backups[0].classes == ("salt", "shale")
    assert "went back to the labels of" in session.undo()
    assert names(session) == ["salt", "shale"]
    np.testing.assert_array_equal(session.labels_at(LINE), now)
    session.redo()
    session.close()
    again = opened()
    np.testing.assert_array_equal(again.labels_at(LINE), then)
    assert names(again) == ["sand", "salt", "shale"]


CUT_OFF = """
import os, sys
from pathlib import Path
from napari_geofm.session import Session
session = Session.open(Path(sys.argv[1]))
session._write = lambda: os.kill(os.getpid(), 9)
session.restore(session.backups[-1])
"""


def test_going_back_that_is_cut_off_is_taken_back(opened: Opening, file: Path) -> None:
    session = opened()
    three(session)
    backed_up(session)
    session.delete_class(0)
    now = session.labels_at(LINE)
    session.close()
    killed = subprocess.run([sys.executable, "-c", CUT_OFF, str(file)], check=False, env=os.environ)
    assert killed.returncode == -9
    again = opened()
    np.testing.assert_array_equal(again.labels_at(LINE), now)
    assert names(again) == ["salt", "shale"]


def test_a_damaged_backup_is_refused_and_not_listed(session: Session) -> None:
    three(session)
    backed_up(session)
    (backup,) = session.backups
    backup.archive.write_bytes(backup.archive.read_bytes()[:-200])
    now = session.labels_at(LINE)
    with pytest.raises(LabelError, match="damaged"):
        session.restore(backup)
    assert session.backups == []
    np.testing.assert_array_equal(session.labels_at(LINE), now)


def test_a_backup_is_as_large_as_what_is_labelled(tmp_path: Path) -> None:
    shape = (300, 400, 500)
    array = np.lib.format.open_memmap(tmp_path / "large.npy", "w+", np.float32, shape)
    array.flush()
    session = Session(open_survey(tmp_path / "large.npy"))
    # Along the crossline: a little of every inline.
    for line in (17, 333):
        at = At("crossline", line)
        painted = session.labels_at(at)
        painted[100:120] = 1
        session.record(at, painted, what="stroke")
    touched = sum(run.stop - run.start for run in session._store._touched.runs())
    assert touched <= 2 * 2 * 300 * CHUNK
    backed_up(session)
    (backup,) = session.backups
    assert backup.archive.stat().st_size < 200_000
    session.close()
    again = Session(open_survey(tmp_path / "large.npy"))
    assert (again.labels_at(At("crossline", 333))[100:120] == 1).all()
    assert sum(run.stop - run.start for run in again._store._touched.runs()) == touched
    again.close()


@given(st.integers(1, 5 * CHUNK), st.integers(0, 10**6), st.floats(0, 0.001))
def test_what_is_touched_holds_every_label(samples: int, seed: int, share: float) -> None:
    values = (np.random.default_rng(seed).random(samples) < share).astype(np.uint8)
    marked, scanned = Touched(samples), Touched.scanned(values, [slice(0, samples // 2), slice(samples // 2, samples)])
    marked.mark(np.flatnonzero(values))
    restored = Touched.restored(samples, marked.packed())
    assert restored is not None
    found = np.zeros_like(values)
    for run in restored.runs():
        assert 0 <= run.start < run.stop <= samples
        found[run] = values[run]
    np.testing.assert_array_equal(found, values)
    assert list(scanned.runs()) == list(restored.runs())
    assert Touched.restored(samples + 8 * CHUNK, marked.packed()) is None


@given(st.integers(0, 10**6), st.integers(-30, 30), st.integers(1, 60))
def test_labels_of_a_recording_are_read_at_their_times(seed: int, shift: int, now: int) -> None:
    """Files came before or after, or went: whatever there is a time for is where it was recorded."""
    rng = np.random.default_rng(seed)
    before = rng.integers(0, 4, (3, 25)).astype(np.uint8) * (rng.random((3, 25)) < 0.4)
    marks = np.zeros((3, 90), np.uint8)
    marks[:, 30 + shift : 55 + shift] = before
    expected = marks[:, 30 : 30 + now]
    edges = np.sort(rng.choice(76, 6, replace=False)).tolist()
    runs = [slice(low, high) for low, high in zip(edges[::2], edges[1::2], strict=True)]
    inside = np.zeros(75, np.bool_)
    for run in runs:
        inside[run] = True
    kept = np.where(inside.reshape(3, 25), before, 0).astype(np.uint8)
    marks[:, 30 + shift : 55 + shift] = kept
    with TemporaryDirectory() as folder:
        file = Path(folder) / "labels.zip"
        write_archive(file, kept, kept, runs, {})
        found = np.zeros((3, now), np.uint8)
        there: list[slice] = []
        for run, labels, origins in read_archive(file, (3, now), shift):
            assert (labels == origins).all()
            found.reshape(-1)[run] = labels
            there.append(run)
        np.testing.assert_array_equal(found, expected)
        present = rng.integers(0, 2, (3, now)).astype(np.uint8)
        touched = Touched(present.size)
        touched.mark(np.arange(present.size))
        archive = read_archive(file, (3, now), shift)
        for change in compared(present.reshape(-1), present.reshape(-1), touched, archive):
            change.write(present.reshape(-1), present.reshape(-1), touched, LabelCounts((3, now)), back=False)
        np.testing.assert_array_equal(present, expected)
        if now != 25:
            with pytest.raises(ValueError, match="another shape"):
                read_archive(file, (3, now))


@given(st.integers(0, 10**6))
def test_what_is_packed_is_read(seed: int) -> None:
    rng = np.random.default_rng(seed)
    shape = (3, 5, 7)
    values, origins = (rng.integers(0, 4, shape).astype(np.uint8) for _ in range(2))
    runs = [slice(0, 10), slice(40, 41), slice(90, 105)]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "labels.zip"
        write_archive(file, values, origins, runs, {"renumbered": 3})
        found = list(read_archive(file, shape))
        assert [run for run, *_ in found] == runs
        for run, labels, sources in found:
            np.testing.assert_array_equal(labels, values.reshape(-1)[run])
            np.testing.assert_array_equal(sources, origins.reshape(-1)[run])
        with pytest.raises(ValueError, match="another shape"):
            list(read_archive(file, (5, 3, 7)))
