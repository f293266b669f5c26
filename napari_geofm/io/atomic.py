"""Outputs that are whole or not there: written beside the target under another name, then renamed over it."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from napari_geofm.errors import OutputError
from napari_geofm.io.unwritable import why_not_begun, why_not_written

__all__ = [
    "TEMP_MARK",
    "publish",
    "replacing",
    "replacing_folder",
    "require_absent",
    "require_folder_place",
    "require_space",
]

TEMP_MARK = ".part-"
"""What every temporary name contains: ``.volume.part-1a2b3c4d.sgy`` beside ``volume.sgy``."""

_ASIDE_MARK = ".old-"


@contextmanager
def replacing(path: Path | str, *, overwrite: bool = False) -> Iterator[Path]:
    """Yield a name beside ``path`` to write a file to; when the body is done it becomes ``path``.

    The name ends as ``path`` does, since some writers choose the format by it. Missing parent folders are made.
    Whatever ends the body early (an error, a cancelled job, Ctrl-C) leaves everything as it was.

    Parameters
    ----------
    path
        The file to be.
    overwrite
        Whether an existing file is replaced.

    Yields
    ------
    Path
        A file that does not exist yet, in the same folder.

    Raises
    ------
    OutputError
        When the output exists and ``overwrite`` is false, is a folder, or cannot be written (read-only folder,
        no disk space).
    """
    target = _target(path)
    if target.is_dir():
        msg = f"Cannot write {target}: it is a folder; give the name of a file"
        raise OutputError(msg)
    require_absent(target, overwrite=overwrite)
    with _beside(target) as temporary:
        yield temporary
        _flush(temporary)
        publish(temporary, target, overwrite=overwrite)


@contextmanager
def replacing_folder(path: Path | str, *, overwrite: bool = False, holds: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield an empty folder beside ``path`` to fill; when the body is done it becomes ``path``.

    An old folder is renamed aside, the new one renamed in, and only then is the old one deleted.

    Parameters
    ----------
    path
        The folder to be (a zarr store, a model).
    overwrite
        Whether an existing folder is replaced.
    holds
        Names of which an existing folder must hold at least one to be overwritten (``"zarr.json"``,
        ``"recipe.toml"``), so that a mistyped output never deletes a folder of somebody's data. Empty: any.

    Yields
    ------
    Path
        An empty folder in the same parent folder.

    Raises
    ------
    OutputError
        As :func:`replacing`; also when the existing folder holds none of ``holds``.
    """
    target = _target(path)
    _require_folder(target, overwrite=overwrite, holds=holds)
    with _beside(target) as temporary:
        temporary.mkdir()
        yield temporary
        _flush_tree(temporary)
        publish(temporary, target, overwrite=overwrite)


def publish(temporary: Path, target: Path, *, overwrite: bool = False) -> None:
    """Rename a finished file or folder to ``target``; on failure the old target is still there.

    Raises
    ------
    OutputError
        When ``target`` exists and ``overwrite`` is false.
    """
    require_absent(target, overwrite=overwrite)
    if target.is_dir() and temporary.is_dir():
        aside = target.with_name(f".{target.name}{_ASIDE_MARK}{uuid.uuid4().hex[:8]}")
        target.rename(aside)
        try:
            temporary.rename(target)
        except BaseException:
            aside.rename(target)
            raise
        shutil.rmtree(aside, ignore_errors=True)
    else:
        temporary.replace(target)
    _flush_folder(target.parent)


def require_absent(path: Path | str, *, overwrite: bool = False) -> None:
    """Refuse an output that exists, before any work is done for it.

    Raises
    ------
    OutputError
        When ``path`` exists and ``overwrite`` is false.
    """
    if not overwrite and os.path.lexists(path):
        msg = f"{path} exists and is kept; add --overwrite to replace it, or choose another name"
        raise OutputError(msg)


def require_folder_place(path: Path | str, *, overwrite: bool = False, holds: tuple[str, ...] = ()) -> None:
    """Refuse, before any work is done for it, a folder that :func:`replacing_folder` would refuse after it.

    Raises
    ------
    OutputError
        As :func:`replacing_folder`, whose parameters these are; nothing is left behind.
    """
    target = _target(path)
    _require_folder(target, overwrite=overwrite, holds=holds)
    made = _missing_parents(target)
    try:
        with _beside(target):
            pass
    finally:
        for folder in made:
            with suppress(OSError):
                folder.rmdir()


def require_space(path: Path | str, n_bytes: int) -> None:
    """Refuse an output that does not fit on its disk, before any work is done for it.

    Parameters
    ----------
    path
        The file or folder to be; it and its parents need not exist.
    n_bytes
        Bytes that will be written.

    Raises
    ------
    OutputError
        When fewer bytes are free.
    """
    folder = _target(path)
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # Some network file systems do not tell; the write itself will.
    if n_bytes > free:
        msg = (
            f"Cannot write {path}: it takes {n_bytes / 1e6:,.0f} MB and {free / 1e6:,.0f} MB are free; "
            "free some space, or write elsewhere"
        )
        raise OutputError(msg)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """Yield a temporary name beside ``target``; on failure remove it and every folder made for it."""
    made = _missing_parents(target)
    temporary = target.with_name(f".{target.stem[:120]}{TEMP_MARK}{uuid.uuid4().hex[:8]}{target.suffix}")
    begun = done = False
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # A file that can be made and removed proves the folder writable now, not after an hour of work.
        temporary.touch(exist_ok=False)
        temporary.unlink()
        begun = True
        yield temporary
        done = True
    except OSError as error:
        line = why_not_written(target, error) or (None if begun else why_not_begun(target))
        if line is None:
            raise
        raise OutputError(line) from error
    finally:
        if not done:
            _remove(temporary)
            for folder in made:
                with suppress(OSError):
                    folder.rmdir()


def _target(path: Path | str) -> Path:
    # Through a link the file it names is replaced, not the link.
    return Path(os.path.realpath(Path(path).expanduser()))


def _missing_parents(target: Path) -> tuple[Path, ...]:
    """Return the parent folders that do not exist, deepest first."""
    return tuple(folder for folder in target.parents if not folder.exists())


def _require_folder(target: Path, *, overwrite: bool, holds: tuple[str, ...]) -> None:
    if target.exists() and not target.is_dir():
        msg = f"Cannot write {target}: it is a file; give the name of a folder"
        raise OutputError(msg)
    require_absent(target, overwrite=overwrite)
    if not holds or not target.is_dir() or not any(target.iterdir()):
        return
    if not any((target / name).exists() for name in holds):
        msg = f"{target} is a folder without {' or '.join(holds)}, so it is not replaced; choose another name"
        raise OutputError(msg)


def _remove(temporary: Path) -> None:
    if temporary.is_dir() and not temporary.is_symlink():
        shutil.rmtree(temporary, ignore_errors=True)
    else:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _flush(path: Path) -> None:
    """Have the system write a file's bytes to the disk, so that a power cut cannot leave a renamed empty file."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_tree(folder: Path) -> None:
    for parent, _, files in os.walk(folder):
        for name in files:
            _flush(Path(parent) / name)


def _flush_folder(folder: Path) -> None:
    # Windows cannot open folders, and some network file systems refuse to flush them; the rename is done anyway.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
