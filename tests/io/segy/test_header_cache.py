"""Headers of large files are read through once, and again as soon as anything speaks against it."""

import os
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.progress import Progress
from napari_geofm.errors import CancelledError
from napari_geofm.io.segy import SegyOptions, header_cache, read_segy
from napari_geofm.io.segy import scan as scan_module
from tests.io.segy.build import Trace, cube, write


@pytest.fixture
def notes(own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(header_cache, "LEAST_TRACES", 1)
    return own_cache / "headers"


@pytest.fixture
def scans(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows with each pass over the headers."""
    done: list[int] = []
    scan = scan_module.scan_lines

    def counted(*arguments: object, **options: object) -> object:
        done.append(1)
        return scan(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(header_cache, "scan_lines", counted)
    return done


def test_second_opening_reads_no_headers(tmp_path: Path, notes: Path, scans: list[int]) -> None:
    values, traces = cube([1, 2, 4], [7, 8, 9])
    traces[3] = Trace(values[1, 0], traces[3].numbers | {29: 2, 109: 8})
    values[1, 0] = np.nan
    path = write(tmp_path / "a.sgy", traces)
    first, seen = read_segy(path), list[Progress]()
    second = read_segy(path, on_progress=seen.append)
    assert len(scans) == 1
    assert seen[-1].fraction == 1.0
    assert (second.odd, second.fingerprint) == (first.odd, first.fingerprint)
    np.testing.assert_array_equal(second.data.values, values)
    assert read_segy(path.rename(tmp_path / "b.sgy")).shape == (3, 3, 12)  # a name is no part of what is known
    assert len(scans) == 1


def test_other_bytes_and_offsets_are_other_notes(tmp_path: Path, notes: Path, scans: list[int]) -> None:
    traces = [
        Trace(np.ones(5), {189: i, 193: x, 9: x, 21: i, 37: 100 * o})
        for i in range(4)
        for x in range(3)
        for o in range(2)
    ]
    path = write(tmp_path / "a.sgy", traces)
    for _ in range(2):
        assert read_segy(path, SegyOptions(offset=100)).shape == (4, 3, 5)
        assert read_segy(path, SegyOptions(iline_byte=9, xline_byte=21, stack=True)).shape == (3, 4, 5)
    assert len(scans) == 2


@pytest.mark.parametrize("change", ["header", "time", "size"])
def test_a_file_that_changed_is_read_anew(tmp_path: Path, notes: Path, scans: list[int], change: str) -> None:
    _, traces = cube([1, 2, 4], [7, 8, 9])
    path = write(tmp_path / "a.sgy", traces)
    read_segy(path)
    state = path.stat()
    if change == "size":
        _, traces = cube([1, 2, 4, 6], [7, 8, 9])
        write(path, traces)
    elif change == "header":
        write(path, [Trace(each.samples, each.numbers | {189: each.numbers[189] + 5}) for each in traces])
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    else:
        os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))
    survey = read_segy(path)
    assert len(scans) == 2
    assert survey.axis("inline").values.tolist() == {
        "header": [6, 7, 9], "time": [1, 2, 4], "size": [1, 2, 4, 6]
    }[change]  # fmt: skip


def test_damaged_notes_are_passed_over(tmp_path: Path, notes: Path, scans: list[int]) -> None:
    values, traces = cube([1, 2, 4], [7, 8, 9])
    path = write(tmp_path / "a.sgy", traces)
    read_segy(path)
    (note,) = notes.glob("*.npz")
    whole = note.read_bytes()
    wrong = tmp_path / "wrong.npz"
    zeros = np.zeros(9, np.int32)
    np.savez(wrong, ilines=zeros[:5], xlines=zeros, dead=np.zeros(0, np.int64), delays=np.zeros(2, np.int64))
    outside = tmp_path / "outside.npz"
    np.savez(outside, ilines=zeros, xlines=zeros, dead=np.array([99]), delays=np.zeros(2, np.int64))
    objects = tmp_path / "objects.npz"
    np.savez(objects, allow_pickle=True, ilines=np.array([print], object))
    for damaged in (
        b"",
        whole[:50],
        whole[:-99],
        b"x" * 500,
        *(each.read_bytes() for each in (wrong, outside, objects)),
    ):
        note.write_bytes(damaged)
        before = len(scans)
        np.testing.assert_array_equal(read_segy(path).data.values, values)
        assert len(scans) == before + 1
    assert note.stat().st_size == len(whole)  # and written again


def test_where_no_note_can_be_written_the_file_opens(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch, scans: list[int]
) -> None:
    _, traces = cube([1, 2, 4], [7, 8, 9])
    path = write(tmp_path / "a.sgy", traces)
    monkeypatch.setenv("GEOFM_CACHE", str(path / "below a file"))
    assert read_segy(path).shape == read_segy(path).shape == (3, 3, 12)
    assert len(scans) == 2


def test_notes_are_bounded_and_the_oldest_goes(
    tmp_path: Path, notes: Path, monkeypatch: pytest.MonkeyPatch, scans: list[int]
) -> None:
    paths = []
    for k in range(3):
        _, traces = cube([1, 2, 4 + k], [7, 8, 9])
        paths.append(write(tmp_path / f"{k}.sgy", traces))
    read_segy(paths[0])
    size = next(notes.glob("*.npz")).stat().st_size
    monkeypatch.setattr(header_cache, "MOST_BYTES", 2 * size)
    read_segy(paths[1])
    for age, note in enumerate(sorted(notes.glob("*.npz"), key=lambda each: each.stat().st_mtime_ns)):
        os.utime(note, (1e9 + age, 1e9 + age))
    read_segy(paths[0])  # used again: the other is now the oldest
    read_segy(paths[2])
    assert len(list(notes.glob("*.npz"))) == 2
    del scans[:]
    read_segy(paths[0])
    read_segy(paths[2])
    assert not scans
    read_segy(paths[1])
    assert len(scans) == 1


def test_a_cancelled_scan_leaves_no_note(tmp_path: Path, notes: Path) -> None:
    _, traces = cube([1, 2, 4], [7, 8, 9])
    path = write(tmp_path / "a.sgy", traces)

    def cancel(_: Progress) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        read_segy(path, on_progress=cancel)
    assert not notes.exists()


def test_small_files_leave_no_note(tmp_path: Path, own_cache: Path) -> None:
    _, traces = cube([1, 2, 4], [7, 8, 9])
    read_segy(write(tmp_path / "a.sgy", traces))
    assert list(own_cache.iterdir()) == []
