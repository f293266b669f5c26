"""Whether a file or store is still what it was when it was opened, asked before each read.

A store whose chunks are gone is full of fill values to zarr, and a mapped file shows whatever is written to it.
"""

import hashlib
from pathlib import Path

import numpy as np

from napari_geofm.errors import SourceError

__all__ = ["CubeGuard"]

_PIECE, _PIECES = 4096, 32
"""Bytes of a piece, and pieces all over a file that are compared where its state has changed."""

_DESCRIPTIONS = ("zarr.json", ".zgroup", ".zarray")


class CubeGuard:
    """Looks whether a volume's file, or a store's description, is unchanged.

    Parameters
    ----------
    path
        A file, or the folder of a zarr store.
    """

    def __init__(self, path: Path) -> None:
        found = (path / name for name in _DESCRIPTIONS) if path.is_dir() else ()
        self._path = path
        self._watched = next((file for file in found if file.is_file()), path)
        self._seen = self._state()
        self._pieces = self._digest()

    def require_unchanged(self) -> None:
        """Refuse what is gone or was written to; a file that was only touched is the same.

        Raises
        ------
        SourceError
            When it is.
        """
        state = self._state()
        if state == self._seen:
            return
        if state[0] < self._seen[0] and self._watched is self._path:
            raise SourceError(
                f"{self._path} has {state[0]} bytes and had {self._seen[0]} when it was opened; copy it again and "
                "reopen it"
            )
        if self._digest() != self._pieces:
            raise SourceError(f"{self._path} was changed since it was opened; open it again")
        self._seen = state

    def _state(self) -> tuple[int, int, int]:
        try:
            found = self._watched.stat()
        except OSError as error:
            reason = error.strerror or error
            raise SourceError(f"Cannot read {self._path}: {reason}; is its disk still there?") from error
        return found.st_size, found.st_mtime_ns, found.st_ino

    def _digest(self) -> bytes:
        digest = hashlib.sha256(str(self._seen[0]).encode())
        if self._watched.is_dir():
            return digest.digest()
        begins = np.unique(np.linspace(0, max(0, self._seen[0] - _PIECE), _PIECES).astype(np.int64))
        try:
            with self._watched.open("rb") as stream:
                for begin in begins.tolist():
                    stream.seek(begin)
                    digest.update(stream.read(_PIECE))
        except OSError as error:
            reason = error.strerror or error
            raise SourceError(f"Cannot read {self._path}: {reason}; is its disk still there?") from error
        return digest.digest()
