"""Which parts of a sparse file hold anything: the others were never written, and need not be read."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

__all__ = ["data_extents"]


def data_extents(path: Path, begin: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the ranges of bytes that were written, ascending; all of the file where its system cannot tell.

    Parameters
    ----------
    path
        The file.
    begin
        Bytes at its start, such as a header's, that are left out; ranges are counted from there.
    """
    size = path.stat().st_size
    to_data, to_hole = getattr(os, "SEEK_DATA", None), getattr(os, "SEEK_HOLE", None)
    if to_data is None or to_hole is None:
        yield 0, size - begin
        return
    place = begin
    with path.open("rb", buffering=0) as stream:
        while place < size:
            try:
                start = os.lseek(stream.fileno(), place, to_data)
                stop = os.lseek(stream.fileno(), start, to_hole)
            except OSError as error:
                # ENXIO: nothing but a hole up to the end. Anything else: the system cannot tell.
                if error.errno != errno.ENXIO:
                    yield place - begin, size - begin
                return
            yield max(start, begin) - begin, min(stop, size) - begin
            place = stop
