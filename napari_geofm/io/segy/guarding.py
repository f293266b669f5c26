"""A mapped file that changes, shrinks or vanishes under the reader."""

import hashlib

import numpy as np

from napari_geofm.errors import SourceError
from napari_geofm.io.segy.layout import SegyLayout, require_size
from napari_geofm.io.segy.probing import pieces_at

__all__ = ["FileGuard"]

_PIECES, _PIECE = 16, 1024
"""Pieces, spread over the file, by which a changed one is told from one that was only touched, and their bytes."""


class FileGuard:
    """Looks whether a file still is what was opened, before each read from its map.

    Reading past the end of a mapped file that was cut short ends the process (SIGBUS), and so does a disk that fails
    under it; the first is seen here but for the instant between look and read, the second is not.

    Parameters
    ----------
    layout
        Of the file as it was opened.
    """

    def __init__(self, layout: SegyLayout) -> None:
        self._layout = layout
        self._seen = self._state()
        self._pieces = self._digest()

    def require_unchanged(self) -> bool:
        """Refuse a file that is not what it was.

        Returns
        -------
        bool
            Whether the map still is one of this file. A file that was replaced by a copy of itself needs a new map: the
            old one's may have been cut short before it went.

        Raises
        ------
        SourceError
            When the file is no longer there, has become shorter, or was written to. One that was only touched, or
            replaced by a copy of itself, is the same.
        """
        state = self._state()
        if state == self._seen:
            return True
        if self._digest() != self._pieces:
            raise SourceError(f"{self._layout.path} was changed since it was opened; open it again")
        same, self._seen = state[2] == self._seen[2], state
        return same

    def _state(self) -> tuple[int, int, int]:
        found = require_size(self._layout)
        return found.st_size, found.st_mtime_ns, found.st_ino

    def _digest(self) -> bytes:
        begins = np.linspace(0, max(0, self._layout.size - _PIECE), _PIECES).astype(np.int64)
        return hashlib.sha256(b"".join(pieces_at(self._layout.path, begins.tolist(), _PIECE))).digest()
