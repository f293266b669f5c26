"""The two files of a session's labels: made sparse, mapped, put back from what is left of them."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_geofm.core.labels import Origin
from napari_geofm.io.label_folder import LABELS, ORIGINS
from napari_geofm.io.written import Written
from napari_geofm.session.label_archive import read_archive

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["is_whole", "make_files", "mapped", "mend_origins", "moved_tiles", "synced", "unpacked_files"]


def make_files(folder: Path, shape: tuple[int, ...], names: Sequence[str] = (ORIGINS, LABELS)) -> None:
    """Make empty files; the system gives back zeros for what was never written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        beside = folder / f".{name}.new"
        made: Any = np.lib.format.open_memmap(beside, "w+", np.uint8, shape)
        made.flush()
        del made
        beside.replace(folder / name)


def mapped(file: Path, shape: tuple[int, ...], mode: Any) -> "np.memmap[Any, np.dtype[np.uint8]]":
    """Map a file.

    Raises
    ------
    OSError, ValueError
        When it is damaged or of another shape.
    """
    # Read only first: a map for writing would lengthen a file that is cut short with zeros.
    found: Any = np.load(file, mmap_mode="r", allow_pickle=False)
    if found.shape != shape or found.dtype != np.uint8 or not found.flags.c_contiguous:
        raise ValueError(f"{file} has shape {found.shape}, the survey {shape}")
    array: np.memmap[Any, np.dtype[np.uint8]] = np.load(file, mmap_mode=mode, allow_pickle=False)
    return array


def is_whole(file: Path, shape: tuple[int, ...]) -> bool:
    """Return whether a file can be mapped and has a shape."""
    try:
        mapped(file, shape, "r")
    except (OSError, ValueError, EOFError, SyntaxError, AttributeError):
        return False
    return True


def unpacked_files(archive: Path, folder: Path, shape: tuple[int, ...], shift: int | None = None) -> bool:
    """Make both files from a backup; return whether it was whole and of that shape.

    ``shift`` is as of :func:`~napari_geofm.session.label_archive.read_archive`.
    """
    beside = folder.with_name(f".{folder.name}.new")
    try:
        make_files(beside, shape)
        values, origins = (mapped(beside / name, shape, "r+") for name in (LABELS, ORIGINS))
        for run, labels, sources in read_archive(archive, shape, shift):
            values.reshape(-1)[run], origins.reshape(-1)[run] = labels, sources
        values.flush()
        origins.flush()
        del values, origins
    except (OSError, ValueError):
        return False
    else:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (ORIGINS, LABELS):
            (beside / name).replace(folder / name)
    finally:
        for name in (ORIGINS, LABELS, f".{ORIGINS}.new", f".{LABELS}.new"):
            (beside / name).unlink(missing_ok=True)
        if beside.is_dir():
            beside.rmdir()
    return True


def mend_origins(folder: Path, shape: tuple[int, ...], backups: Sequence[tuple[Path, int | None]]) -> None:
    """Make the file of origins anew: as in the newest whole backup, and human where that knows nothing.

    Backups are archives with a shift, as of :func:`~napari_geofm.session.label_archive.read_archive`.
    """
    make_files(folder, shape, (ORIGINS,))
    values, origins = mapped(folder / LABELS, shape, "r"), mapped(folder / ORIGINS, shape, "r+")
    for run in Written(values).runs(0, values.size):
        labelled = np.asarray(values.reshape(-1)[run]) > 0
        if labelled.any():
            origins.reshape(-1)[run] = np.where(labelled, np.uint8(Origin.HUMAN), np.uint8(0))
    for archive, shift in backups:
        try:
            for run, _, known in read_archive(archive, shape, shift):
                where = (np.asarray(values.reshape(-1)[run]) > 0) & (known > 0)
                origins.reshape(-1)[run] = np.where(where, known, origins.reshape(-1)[run])
        except (OSError, ValueError):
            continue
        break
    origins.flush()


def moved_tiles(
    old: Path, folder: Path, before: Sequence[str], now: Sequence[str], tile: tuple[int, ...]
) -> tuple[str, ...]:
    """Make both files for a folder of tiles that has changed, with the labels of the tiles that are still there.

    Parameters
    ----------
    old
        Folder with the labels as they were.
    folder
        Where the files are made.
    before, now
        Names of the tiles.
    tile
        Rows and columns of each.

    Returns
    -------
    tuple of str
        Tiles whose labels were found.

    Raises
    ------
    OSError, ValueError
        When the old files are damaged or the tiles have another size.
    """
    arrays: list[tuple[NDArray[np.uint8], str]] = [
        (mapped(old / name, (len(before), *tile), "r"), name) for name in (LABELS, ORIGINS)
    ]
    make_files(folder, (len(now), *tile))
    found = tuple(name for name in now if name in before)
    size = int(np.prod(tile, dtype=np.int64))
    for array, file in arrays:
        new, written = mapped(folder / file, (len(now), *tile), "r+"), Written(array)
        for name in found:
            place = list(before).index(name)
            part = array[place]
            if not written.untouched(place * size, (place + 1) * size) and part.any():
                new[list(now).index(name)] = part
        new.flush()
    return found


def synced(array: "NDArray[np.uint8]", file: Path) -> None:
    """Have the disk hold a mapped file."""
    if sys.platform != "linux":
        if isinstance(array, np.memmap):
            array.flush()
        return
    # As msync, but without holding up Python's other threads, above all the one that draws the window.
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
