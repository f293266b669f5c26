"""Files that were read last, decoded and kept in memory up to a bound, so that windows side by side read each once."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError
from napari_geofm.io.das.file_samples import FileSamples
from napari_geofm.io.das.header import DasHeader

__all__ = ["DecodedFiles"]

MOST_BYTES = 512 * 2**20
"""Decoded samples that are kept of one recording."""

WHOLE_BYTES = 256 * 2**20
"""Files up to this size are read whole and kept; of larger ones only the time asked for is read."""

_READERS = 64
"""Files of which it is kept how their reader counts."""


class DecodedFiles:
    """Samples of a recording's files.

    Parameters
    ----------
    paths, headers
        The files, in the order of their numbers.
    """

    def __init__(self, paths: Sequence[Path], headers: Sequence[DasHeader]) -> None:
        self._paths, self._headers = paths, headers
        self._lock = threading.Lock()
        self._kept: OrderedDict[int, NDArray[np.float32]] = OrderedDict()
        self._readers: OrderedDict[int, FileSamples] = OrderedDict()

    @property
    def n_bytes(self) -> int:
        """Bytes that are kept."""
        return sum(each.nbytes for each in self._kept.values())

    def read(self, number: int, channels: slice, samples: slice) -> NDArray[np.float32]:
        """Return a box of one file, float32, shape ``(channels, samples)``; not to be written to.

        Raises
        ------
        FormatError, GeometryError
            When the file is damaged, or not as it was when its header was read.
        """
        with self._lock:
            whole = self._kept.get(number)
            if whole is not None:
                self._kept.move_to_end(number)
                return whole[channels, samples]
            reader = self._reader(number)
            if reader.n_bytes > WHOLE_BYTES:
                part = reader.part(samples)
                if part is not None:
                    return part[channels]
                _require_memory(reader)
            whole = reader.whole()
            whole.flags.writeable = False
            self._keep(number, whole)
            return whole[channels, samples]

    def _reader(self, number: int) -> FileSamples:
        found = self._readers.pop(number, None) or FileSamples(self._paths[number], self._headers[number])
        self._readers[number] = found
        if len(self._readers) > _READERS:
            self._readers.popitem(last=False)
        return found

    def _keep(self, number: int, whole: NDArray[np.float32]) -> None:
        self._kept[number] = whole
        # The newest stays, however large: of a recording of one file, it is all there is.
        while len(self._kept) > 1 and self.n_bytes > MOST_BYTES:
            self._kept.popitem(last=False)


def _require_memory(reader: FileSamples) -> None:
    import psutil

    free = psutil.virtual_memory().available
    if reader.n_bytes > 0.8 * free:
        msg = (
            f"{reader.path.name} takes {reader.n_bytes / 1e9:,.1f} GB once read, {free / 1e9:,.1f} GB are free, and "
            "its format is not read in parts; split it, or convert it to DASDAE"
        )
        raise FormatError(msg)
