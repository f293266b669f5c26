"""A copy that is interrupted goes on where it ended, and nothing is ever half there."""

import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.core.survey import Survey
from napari_geofm.errors import CancelledError, OutputError, SourceError
from napari_geofm.io.copies.plan import plan_copy
from napari_geofm.io.copies.shard import ShardWriter
from napari_geofm.io.copies.survey import read_copy
from napari_geofm.io.copies.writer import CopyWriter
from napari_geofm.io.opening import open_survey
from tests.io.copies.build import copied, volume
from tests.io.copies.test_copies import digest


@pytest.fixture
def survey(tmp_path: Path) -> Survey:
    volume(tmp_path / "cube.sgy")
    return open_survey(tmp_path / "cube.sgy", copies=False)


def write_until(survey: Survey, output: Path, parts: int, **options: Any) -> int:
    """Copy so many parts and half of the next, then be interrupted; return how many were kept from before."""
    with CopyWriter(survey, plan_copy(survey), output, **options) as writer, suppress(CancelledError):
        for number, block in enumerate(writer.missing()):
            for _ in writer.write(block):
                if number == parts:
                    raise CancelledError
        pytest.fail("there was nothing to interrupt")
    return writer.kept


def go_on(survey: Survey, output: Path, **options: Any) -> int:
    with CopyWriter(survey, plan_copy(survey), output, **options) as writer:
        for block in writer.missing():
            list(writer.write(block))
        writer.finish()
    return writer.kept


@pytest.mark.parametrize("parts", [0, 1, 2])
def test_interrupted_and_taken_up_is_the_same_to_the_byte(survey: Survey, tmp_path: Path, parts: int) -> None:
    write_until(survey, tmp_path / "a.zarr", parts)
    assert not (tmp_path / "a.zarr").exists()
    assert go_on(survey, tmp_path / "a.zarr", resume=True) == parts
    (tmp_path / "b").mkdir()
    copied(survey, tmp_path / "b" / "a.zarr")
    # The place of the source as seen from the copy is the only thing that may differ.
    for file in ("zarr.json",):
        (tmp_path / "b" / "a.zarr" / file).write_bytes((tmp_path / "a.zarr" / file).read_bytes())
    assert digest(tmp_path / "a.zarr") == digest(tmp_path / "b" / "a.zarr")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.zarr", "b", "cube.sgy"]


def test_nothing_is_left_of_what_had_only_begun(survey: Survey, tmp_path: Path) -> None:
    write_until(survey, tmp_path / "a.zarr", 0)
    assert [each.name for each in tmp_path.iterdir()] == ["cube.sgy"]


def test_an_interrupted_run_is_neither_lost_nor_mixed_up(survey: Survey, tmp_path: Path) -> None:
    write_until(survey, tmp_path / "a.zarr", 2)
    with pytest.raises(OutputError, match="finished 2 of 3 parts; add --resume"):
        go_on(survey, tmp_path / "a.zarr")
    content = bytearray((tmp_path / "cube.sgy").read_bytes())
    content[-1] ^= 1
    (tmp_path / "cube.sgy").write_bytes(content)
    changed = open_survey(tmp_path / "cube.sgy", copies=False)
    with pytest.raises(OutputError, match="copied another file, or this one before it changed"):
        go_on(changed, tmp_path / "a.zarr", resume=True)
    assert go_on(changed, tmp_path / "a.zarr", overwrite=True) == 0


def test_a_part_that_a_power_cut_left_short_is_made_again(survey: Survey, tmp_path: Path) -> None:
    write_until(survey, tmp_path / "a.zarr", 2)
    part = tmp_path / ".a.zarr.partial" / "store" / "amplitude" / "c" / "1" / "0" / "0"
    part.write_bytes(part.read_bytes()[:-30])
    assert go_on(survey, tmp_path / "a.zarr", resume=True) == 1
    whole = (slice(None),) * 3
    np.testing.assert_array_equal(read_copy(tmp_path / "a.zarr").read(whole), survey.read(whole))


def test_what_exists_is_kept(survey: Survey, tmp_path: Path) -> None:
    copied(survey, tmp_path / "a.zarr")
    before = digest(tmp_path / "a.zarr")
    with pytest.raises(OutputError, match="exists and is kept"):
        go_on(survey, tmp_path / "a.zarr")
    write_until(survey, tmp_path / "a.zarr", 1, overwrite=True)
    assert digest(tmp_path / "a.zarr") == before
    assert go_on(survey, tmp_path / "a.zarr", overwrite=True, resume=True) == 1
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    with pytest.raises(OutputError, match="so it is not replaced"):
        go_on(survey, tmp_path / "mine", overwrite=True)


def test_a_disk_that_is_too_small_is_refused_before_any_work(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**6, 10**6 - 1000, 1000))
    with pytest.raises(OutputError, match="2 MB and 0 MB are free"):
        go_on(survey, tmp_path / "a.zarr")
    assert [each.name for each in tmp_path.iterdir()] == ["cube.sgy"]


@pytest.mark.skipif(not hasattr(os, "pwrite"), reason="the system writes in another way")
def test_a_disk_that_fills_up_keeps_what_is_finished(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, written = ShardWriter._write, [0]

    def write(shard: ShardWriter, start: int, data: memoryview) -> None:
        written[0] += len(data)
        if written[0] > 500_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(shard, start, data)

    monkeypatch.setattr(ShardWriter, "_write", write)
    with pytest.raises(OutputError, match="No space left on device; free some space") as caught:
        go_on(survey, tmp_path / "a.zarr")
    assert "\n" not in str(caught.value)
    monkeypatch.setattr(ShardWriter, "_write", real)
    assert go_on(survey, tmp_path / "a.zarr", resume=True) == 1


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100_000])


def touch(path: Path) -> None:
    os.utime(path, (1, 1))


@pytest.mark.parametrize(
    ("harm", "match"),
    [(Path.unlink, "is its disk still there"), (cut, "when it was opened"), (touch, "changed or went away while")],
)
def test_a_source_that_goes_or_changes_meanwhile_is_told(
    survey: Survey, tmp_path: Path, harm: Callable[[Path], None], match: str
) -> None:
    def copy() -> None:
        with CopyWriter(survey, plan_copy(survey), tmp_path / "a.zarr") as writer:
            for number, block in enumerate(writer.missing()):
                if number == 1:
                    harm(tmp_path / "cube.sgy")
                list(writer.write(block))
            writer.finish()

    with pytest.raises(SourceError, match=match):
        copy()
    assert not (tmp_path / "a.zarr").exists()


def test_a_system_that_cannot_write_at_a_place_makes_the_same_copy(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on(survey, tmp_path / "a.zarr")
    monkeypatch.delattr(os, "pwrite", raising=False)
    go_on(survey, tmp_path / "b.zarr")
    shards = sorted((tmp_path / "a.zarr" / "amplitude").rglob("0"))
    assert [each for each in shards if each.is_file()]
    for shard in shards:
        if shard.is_file():
            other = tmp_path / "b.zarr" / shard.relative_to(tmp_path / "a.zarr")
            assert other.read_bytes() == shard.read_bytes()
