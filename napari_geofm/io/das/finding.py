"""The DAS files of a folder, and whether a folder is one recording."""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from napari_geofm.errors import SourceError

__all__ = ["DAS_ENDINGS", "MORE_ENDINGS", "FoundFile", "das_files"]

DAS_ENDINGS = (".h5", ".hdf5", ".hdf", ".tdms", ".nc", ".prodml", ".das", ".jld2")
"""Endings under which DAS recordings are usually found; the content decides."""

MORE_ENDINGS = (".raw", ".bsl", ".sgy", ".segy")
"""Endings that vendors use as well, and others for other things: a folder is searched for them when it is said to be
one recording."""

_DATED = re.compile(r"\d{1,4}([-_.T]?\d{1,6})*")
"""Names that recorders give to folders of a year, a month, a day, an hour."""

_DEEPEST = 5


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of a folder.

    Attributes
    ----------
    path
        Where it is.
    name
        Its path from the folder on, with ``/`` between.
    size, changed_ns
        Bytes, and time of change in ns.
    """

    path: Path
    name: str
    size: int
    changed_ns: int


def das_files(folder: Path, endings: tuple[str, ...] = DAS_ENDINGS) -> tuple[FoundFile, ...]:
    """Return the files of a folder that may be DAS recordings, by name.

    Those of its sub-folders count as well, one level down, and further down where the folders are named by dates
    (``2023/09/24``). Hidden files and folders, ``.zarr`` and ``.geofm`` folders are passed over.

    Raises
    ------
    SourceError
        When a folder cannot be read.
    """
    found: list[FoundFile] = []
    try:
        _walk(folder, "", 0, endings, found)
    except OSError as error:
        msg = f"Cannot read {error.filename or folder}: {error.strerror or error}; check the path and its permissions"
        raise SourceError(msg) from error
    return tuple(sorted(found, key=lambda each: each.name))


def _walk(folder: Path, before: str, depth: int, endings: tuple[str, ...], found: list[FoundFile]) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_dir():
                dated = bool(_DATED.fullmatch(name))
                if depth < _DEEPEST and (depth == 0 or dated) and not name.lower().endswith((".zarr", ".geofm")):
                    _walk(Path(entry.path), f"{before}{name}/", depth + 1, endings, found)
            elif name.lower().endswith(endings) and entry.is_file():
                state = entry.stat()
                found.append(FoundFile(Path(entry.path), f"{before}{name}", state.st_size, state.st_mtime_ns))
