"""Shared memory for what is too large for the pipe: numbered segments that one side, the parent, unlinks.

Only the parent unlinks, whoever made the segment: a process that is killed between unlinking and telling so would
leave Python's resource tracker with a name that is gone, and a warning at exit.
"""

import os
import sys
from collections.abc import Sequence
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

from napari_geofm.compute.parcel import Buffer

__all__ = ["Segments"]

SWEPT = 4
"""Names looked for beyond the last one heard of: the other side has at most one unsent segment."""


class Segments:
    """The segments that one side of a channel makes and the other reads.

    Parameters
    ----------
    prefix
        Start of each segment's name, unique to channel and direction, at most 22 characters (macOS allows 31 in all).
    """

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._made = 0
        self._seen = 0
        self._held: dict[int, SharedMemory] = {}

    def put(self, parts: Sequence[Buffer]) -> int:
        """Copy ``parts`` one behind the other into a new segment, held until :meth:`release`; return its number.

        Raises
        ------
        OSError
            When shared memory has no room: the pipe must do.
        """
        size = sum(len(part) for part in parts)
        self._made += 1
        memory = SharedMemory(self._name(self._made), create=True, size=size)
        try:
            _reserve(memory.name, size)
        except OSError:
            memory.close()
            memory.unlink()
            raise
        offset = 0
        view = _view(memory)
        for part in parts:
            view[offset : offset + len(part)] = part
            offset += len(part)
        self._held[self._made] = memory
        return self._made

    def release(self, number: int, *, unlink: bool) -> None:
        """Let go of segment ``number``, which the other side has read."""
        memory = self._held.pop(number, None)
        if memory is not None:
            memory.close()
            if unlink:
                memory.unlink()

    def release_all(self, *, unlink: bool) -> None:
        """Let go of every segment that was never read."""
        for number in tuple(self._held):
            self.release(number, unlink=unlink)

    def take(self, number: int, sizes: Sequence[int], *, unlink: bool) -> list[bytearray]:
        """Return copies of the parts in segment ``number``, made by the other side."""
        self._seen = number
        memory = SharedMemory(self._name(number))
        try:
            parts = []
            offset = 0
            for size in sizes:
                parts.append(bytearray(_view(memory)[offset : offset + size]))
                offset += size
            return parts
        finally:
            memory.close()
            if unlink:
                memory.unlink()

    def sweep(self) -> None:
        """Unlink what the other side had made, but not told of, when it was killed."""
        for number in range(self._seen + 1, self._seen + 1 + SWEPT):
            try:
                memory = SharedMemory(self._name(number))
            except FileNotFoundError:
                continue
            except ValueError:  # killed before the segment had a size: it cannot be mapped
                Path("/dev/shm", self._name(number)).unlink(missing_ok=True)
                continue
            memory.close()
            memory.unlink()

    def _name(self, number: int) -> str:
        return f"{self._prefix}{number}"


def _view(memory: SharedMemory) -> memoryview:
    """Return the memory of an open segment."""
    view = memory.buf
    if view is None:
        raise ValueError(f"segment {memory.name} is closed")
    return view


def _reserve(name: str, size: int) -> None:
    """Take the memory now: Linux grants more than there is (containers have 64 MB) and kills who writes to it."""
    if sys.platform == "linux":
        descriptor = os.open(f"/dev/shm/{name}", os.O_RDWR)
        try:
            os.posix_fallocate(descriptor, 0, size)
        finally:
            os.close(descriptor)
