"""A folder to which files come while it is looked at: what stays as it was, and what is fitted anew."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from napari_geofm.io.das.finding import FoundFile
from napari_geofm.io.das.index import FolderIndex
from napari_geofm.io.das.joining import TimeGrid

__all__ = ["content_of", "fitted_as"]

MOST_GROWTH = 4
"""A recording that is so many times as long as when something was fitted to it may be another in kind: it is fitted
anew."""


def content_of(folder: Path, files: Sequence[FoundFile], grid: TimeGrid) -> Callable[[tuple[int | slice, ...]], str]:
    """Return what names a part of a recording by the samples of the files that it holds, and nothing else."""

    def content(places: tuple[int | slice, ...]) -> str:
        channels, times = places
        assert isinstance(channels, slice)
        assert isinstance(times, slice)
        low, high = times.start, times.stop
        digest = hashlib.sha256(f"{folder}|{channels.start}:{channels.stop}|{high - low}".encode())
        for piece in grid.pieces(low, high):
            begin, first = int(grid.begins[piece]), int(grid.firsts[piece])
            start, stop = max(low, begin), min(high, begin + int(grid.counts[piece]))
            file = files[int(grid.files[piece])]
            name = f"{file.name}|{file.size}|{file.changed_ns}"
            digest.update(f"|{name}|{first + start - begin}|{start - low}|{stop - low}".encode())
        return digest.hexdigest()

    return content


def fitted_as(fingerprint: str, files: Sequence[FoundFile], samples: int, index: FolderIndex) -> str:
    """Return the fingerprint under which what is fitted to a recording is kept.

    That is the one that it had when it was first opened, as long as all its files of then are there; one of them may
    have changed, since files are looked at while they are written. What is noted of it goes into the index.
    """
    now = {file.name: (file.size, file.changed_ns) for file in files}
    gone = sum(now.get(name) != state for name, state in index.fitted_files.items())
    missing = not index.fitted_files.keys() <= now.keys()
    if not index.fitted_as or missing or gone > 1 or samples > MOST_GROWTH * index.fitted_samples:
        index.fitted_as, index.fitted_samples, index.fitted_files = fingerprint, samples, now
        index.changed = True
    return index.fitted_as
