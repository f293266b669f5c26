"""Small pieces from all over a large file, read one by one.

Through a memory map each of them would bring its neighbourhood with it, 100 KB and more, which takes a network drive or
a spinning disk milliseconds for every piece.
"""

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import SourceError
from napari_geofm.io.segy.layout import TRACE_HEADER, SegyLayout
from napari_geofm.io.segy.scan import HeaderSample

__all__ = ["headers_at", "pieces_at"]


def pieces_at(path: Path, begins: Iterable[int], size: int) -> list[bytes]:
    """Return ``size`` bytes from each offset of ``begins``, fewer where the file ends.

    Raises
    ------
    SourceError
        When the file cannot be read.
    """
    try:
        with path.open("rb", buffering=0) as stream:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
            pieces = []
            for begin in begins:
                stream.seek(begin)
                pieces.append(stream.read(size))
            return pieces
    except OSError as error:
        raise SourceError(f"Cannot read {path}: {error.strerror or error}; is its disk still there?") from error


def headers_at(layout: SegyLayout, traces: NDArray[np.integer]) -> HeaderSample:
    """Return the headers of some traces by number.

    Raises
    ------
    SourceError
        When the file cannot be read, or has become shorter.
    """
    begins = layout.start + traces.astype(np.int64) * layout.trace_bytes
    raw = b"".join(pieces_at(layout.path, begins.tolist(), TRACE_HEADER))
    if len(raw) != traces.size * TRACE_HEADER:
        raise SourceError(f"{layout.path} has become shorter than it was; copy it again and reopen it")
    headers = np.frombuffer(raw, np.uint8).reshape(-1, TRACE_HEADER)
    return HeaderSample(headers, traces.astype(np.int64), layout.order, whole=False)
