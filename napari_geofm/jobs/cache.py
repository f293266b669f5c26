"""Feature cache: what was encoded once is not encoded again."""

import hashlib
import json
import os
import threading
from collections import OrderedDict
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.atomic import replacing

__all__ = ["FeatureCache", "cache_key"]

MEMORY_MB = 512.0
DISK_GB = 4.0
"""Limits by default; the environment variables GEOFM_CACHE_MB and GEOFM_CACHE_GB set others."""


def cache_key(**parts: object) -> str:
    """Return the address of features: a hash of all that decides them."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


class FeatureCache:
    """Arrays by content address, in memory (least recently used leaves first) and on disk.

    Arrays are rounded to float16 on the way in *and* when first handed out, so that a hit equals a miss bit for bit.

    Parameters
    ----------
    folder
        Where files lie; None for memory only.
    memory_mb, disk_gb
        Budgets; None takes the environment's or the defaults.
    """

    def __init__(self, folder: Path | None, *, memory_mb: float | None = None, disk_gb: float | None = None) -> None:
        self._folder = folder
        self._memory_limit = 1e6 * (memory_mb or float(os.environ.get("GEOFM_CACHE_MB", MEMORY_MB)))
        self._disk_limit = 1e9 * (disk_gb or float(os.environ.get("GEOFM_CACHE_GB", DISK_GB)))
        self._held: OrderedDict[str, NDArray[np.float16]] = OrderedDict()
        self._bytes = 0
        self._written = 0
        self._writing: threading.Thread | None = None

    def get(self, key: str) -> NDArray[np.float16] | None:
        """Return the array of ``key``, or None where it is not held or damaged."""
        if key in self._held:
            self._held.move_to_end(key)
            return self._held[key]
        path = self._path(key)
        if path is None or not path.is_file():
            return None
        try:
            array: NDArray[Any] = np.load(path, allow_pickle=False)
            os.utime(path)
        except (OSError, ValueError, EOFError, MemoryError, SyntaxError, TokenError):
            # A header that a crash garbled may claim any shape, or be no Python at all.
            return None
        if array.dtype != np.float16:
            return None
        self._hold(key, array)
        return array

    def put(self, key: str, array: NDArray[np.float32]) -> NDArray[np.float16]:
        """Hold ``array`` and return it as later hits will."""
        rounded = array.astype(np.float16)
        self._hold(key, rounded)
        path = self._path(key)
        if path is not None:
            # Over what is there: had it been whole, nothing would have been encoded. In a thread, one at a time: the
            # disk takes as long as drawing the map, which is waited for.
            self.settle()
            self._writing = threading.Thread(target=self._store, args=(path, rounded), name="geofm-cache")
            self._writing.start()
        return rounded

    def settle(self) -> None:
        """Wait until what was put is on the disk."""
        writing = self._writing
        if writing is not None:
            writing.join()

    def forget(self) -> None:
        """Drop everything, in memory and on disk."""
        self.settle()
        self._held.clear()
        self._bytes = 0
        for file in self._folder.glob("*/*.npy") if self._folder is not None else ():
            file.unlink(missing_ok=True)

    def _store(self, path: Path, array: NDArray[np.float16]) -> None:
        try:
            with replacing(path, overwrite=True) as beside, beside.open("wb") as stream:
                np.save(stream, array)
        except OSError:
            # A full or read-only disk costs speed, not the result.
            return
        self._written += array.nbytes
        if self._written > 0.1 * self._disk_limit:
            self._trim()

    def _trim(self) -> None:
        """Remove the files that were not used for longest until the folder is within its limit."""
        self._written = 0
        if self._folder is None:
            return
        found = ((file.stat(), file) for file in self._folder.glob("*/*.npy"))
        files = sorted(found, key=lambda pair: pair[0].st_mtime)
        total = sum(stat.st_size for stat, _ in files)
        for stat, file in files:
            if total <= self._disk_limit:
                break
            file.unlink(missing_ok=True)
            total -= stat.st_size

    def _hold(self, key: str, array: NDArray[np.float16]) -> None:
        if key in self._held:
            self._bytes -= self._held.pop(key).nbytes
        self._held[key] = array
        self._bytes += array.nbytes
        while self._bytes > self._memory_limit and len(self._held) > 1:
            _, gone = self._held.popitem(last=False)
            self._bytes -= gone.nbytes

    def _path(self, key: str) -> Path | None:
        return None if self._folder is None else self._folder / key[:2] / f"{key}.npy"
