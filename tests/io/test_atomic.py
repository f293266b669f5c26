"""Outputs are whole or not there."""

import errno
import os
from pathlib import Path

import pytest

from napari_geofm.errors import CancelledError, OutputError
from napari_geofm.io import atomic
from napari_geofm.io.atomic import TEMP_MARK, replacing, replacing_folder, require_space


def half_written(target: Path, error: BaseException) -> None:
    """Begin to replace ``target`` and fail."""
    with replacing(target, overwrite=True) as temporary:
        temporary.write_bytes(b"half")
        raise error


def wrapped(number: int) -> OSError:
    """Return an error as a library wraps the system's."""
    error = OSError("codec failed")
    error.__cause__ = OSError(number, os.strerror(number))
    return error


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_file_appears_when_done(tmp_path: Path) -> None:
    target = tmp_path / "new" / "deep" / "out.npy"
    with replacing(target) as temporary:
        assert temporary.parent == target.parent
        assert temporary.suffix == ".npy"
        assert TEMP_MARK in temporary.name
        temporary.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    assert names(target.parent) == ["out.npy"]


def test_existing_file_is_kept_unless_overwrite(tmp_path: Path) -> None:
    target = tmp_path / "out.npy"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match="--overwrite"), replacing(target):
        pytest.fail("the body must not run")
    with replacing(target, overwrite=True) as temporary:
        temporary.write_bytes(b"new")
    assert target.read_bytes() == b"new"
    assert names(tmp_path) == ["out.npy"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, CancelledError])
def test_failure_leaves_all_as_it_was(tmp_path: Path, error: type[BaseException]) -> None:
    kept = tmp_path / "out.npy"
    kept.write_bytes(b"old")
    for target in (kept, tmp_path / "made" / "for" / "this" / "x.npy"):
        with pytest.raises(error):
            half_written(target, error())
    assert names(tmp_path) == ["out.npy"]
    assert kept.read_bytes() == b"old"


def test_output_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    target = tmp_path / "out.npy"
    ours = replacing(target)
    ours.__enter__().write_bytes(b"ours")
    target.write_bytes(b"theirs")
    with pytest.raises(OutputError, match="exists"):
        ours.__exit__(None, None, None)
    assert target.read_bytes() == b"theirs"
    assert names(tmp_path) == ["out.npy"]


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "no space"), (errno.EROFS, "read-only"), (errno.EACCES, "read-only"), (errno.EDQUOT, "quota")],
)
def test_system_errors_become_one_line(tmp_path: Path, number: int, words: str) -> None:
    target = tmp_path / "out.npy"
    target.write_bytes(b"old")
    with pytest.raises(OutputError, match=words) as caught:
        half_written(target, OSError(number, os.strerror(number)))
    assert str(target) in str(caught.value)
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["out.npy"]


def test_full_disk_inside_the_error_of_a_library(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="no space"):
        half_written(tmp_path / "a.bin", wrapped(errno.ENOSPC))
    with pytest.raises(OSError, match="codec failed"):
        half_written(tmp_path / "a.bin", wrapped(errno.ENOENT))
    assert names(tmp_path) == []


def test_read_only_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, "denied", str(self))

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(OutputError, match="read-only"), replacing(tmp_path / "new" / "out.npy"):
        pytest.fail("the body must not run")
    assert names(tmp_path) == []


def test_parent_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="not a folder"), replacing(tmp_path / "file" / "out.npy"):
        pytest.fail("the body must not run")


def test_file_over_folder_and_folder_over_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="is a folder"), replacing(tmp_path / "folder", overwrite=True):
        pytest.fail("the body must not run")
    with pytest.raises(OutputError, match="is a file"), replacing_folder(tmp_path / "file", overwrite=True):
        pytest.fail("the body must not run")


def test_link_is_written_through(tmp_path: Path) -> None:
    (tmp_path / "real.npy").write_bytes(b"old")
    (tmp_path / "link.npy").symlink_to(tmp_path / "real.npy")
    with replacing(tmp_path / "link.npy", overwrite=True) as temporary:
        temporary.write_bytes(b"new")
    assert (tmp_path / "link.npy").is_symlink()
    assert (tmp_path / "real.npy").read_bytes() == b"new"


def test_folder_is_replaced_whole(tmp_path: Path) -> None:
    target = tmp_path / "model"
    for text in ("first", "second"):
        with replacing_folder(target, overwrite=True, holds=("recipe.toml",)) as temporary:
            (temporary / "recipe.toml").write_text(text)
            (temporary / f"{text}.bin").write_bytes(b"x")
        assert names(target) == sorted([f"{text}.bin", "recipe.toml"])
    assert names(tmp_path) == ["model"]
    with pytest.raises(OutputError, match="exists"), replacing_folder(target):
        pytest.fail("the body must not run")


def test_foreign_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    with (
        pytest.raises(OutputError, match="not replaced"),
        replacing_folder(tmp_path / "photos", overwrite=True, holds=("zarr.json",)),
    ):
        pytest.fail("the body must not run")
    assert names(tmp_path / "photos") == ["a.jpg"]


def test_old_folder_survives_a_failed_swap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "model"
    target.mkdir()
    (target / "old").write_bytes(b"old")
    rename = Path.rename

    def failing(self: Path, other: Path) -> Path:
        if TEMP_MARK in self.name:
            raise OSError(errno.EIO, "disk")
        return rename(self, other)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputError, match="disk reports"), replacing_folder(target, overwrite=True):
        pass
    assert names(target) == ["old"]
    assert names(tmp_path) == ["model"]


def test_space_is_asked_first(tmp_path: Path) -> None:
    require_space(tmp_path / "not" / "there" / "yet.sgy", 1)
    with pytest.raises(OutputError, match="are free"):
        require_space(tmp_path / "out.sgy", 1 << 60)


def test_module_exports_what_it_says() -> None:
    assert all(hasattr(atomic, name) for name in atomic.__all__)
