"""A short hash that changes when a file does, taken without reading the file through."""

import hashlib
from pathlib import Path

from napari_geofm.errors import SourceError

__all__ = ["fingerprint"]

_ENDS = 65536
"""Bytes read at either end of a file."""


def fingerprint(path: Path) -> str:
    """Return a hash of a file's size, time of change, beginning and end; of a folder: of the same of its files.

    Returns
    -------
    str
        32 hexadecimal digits.

    Raises
    ------
    SourceError
        When the file cannot be read.
    """
    digest = hashlib.sha256()
    files = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
    try:
        for file in files:
            state = file.stat()
            name = file.relative_to(path).as_posix() if file != path else ""
            digest.update(f"{name}|{state.st_size}|{state.st_mtime_ns}".encode())
            if not path.is_dir():
                _add_ends(digest, file, state.st_size)
    except OSError as error:
        msg = f"Cannot read {path}: {error.strerror or error}; check the path and its permissions"
        raise SourceError(msg) from error
    return digest.hexdigest()[:32]


def _add_ends(digest: "hashlib._Hash", file: Path, size: int) -> None:
    with file.open("rb") as stream:
        digest.update(stream.read(_ENDS))
        stream.seek(max(0, size - _ENDS))
        digest.update(stream.read(_ENDS))
