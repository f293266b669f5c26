"""The samples of one DAS file: all of it, or a part by its time, which is proven to be the part that was asked for."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.das.header import DasHeader
from napari_geofm.io.das.vendor import Vendor, read_patch
from napari_geofm.io.das.xdas import XDAS, read_xdas

__all__ = ["FileSamples"]

_AHEAD = 6
"""Samples that are read from the start of a file to learn how its reader counts."""

_MOST_OFF = 2
"""Samples by which a reader may be off and still be put right."""


class FileSamples:
    """Reads one file.

    A vendor's reader finds a range of times in its own way; that of Febus (dascore 0.1.24) labels every sample of a
    part one step late. So the first part asked for begins before the file does: the label that the reader gives to
    the first sample there is tells by how much it is off, and whether two overlapping parts agree tells that it is off
    by the same everywhere.

    Parameters
    ----------
    path
        The file.
    header
        What its header says.
    """

    def __init__(self, path: Path, header: DasHeader) -> None:
        self.path, self.header = path, header
        self._off: int | None = None
        self._vendor = Vendor(header.traits.vendor, header.traits.version)

    @property
    def n_bytes(self) -> int:
        """Bytes that the whole takes once read."""
        return 4 * self.header.samples * self.header.traits.channels

    def whole(self) -> NDArray[np.float32]:
        """Return all samples, float32, shape ``(channels, samples)``.

        Raises
        ------
        FormatError
            When the file is damaged.
        GeometryError
            When it is not as its header said.
        """
        if self._vendor.name == XDAS:
            found = read_xdas(self.path, slice(0, self.header.samples))
        else:
            patch = read_patch(self.path, self._vendor)
            found = np.empty((0, 0), np.float32) if patch is None else self._upright(patch)
        if found.shape != self.header.shape:
            msg = (
                f"{self.path.name} holds {found.shape[0]} x {found.shape[1]} samples, its header says "
                f"{self.header.shape[0]} x {self.header.shape[1]}; it has changed since it was opened, or is cut short"
            )
            raise GeometryError(msg)
        return found

    def part(self, samples: slice) -> NDArray[np.float32] | None:
        """Return some samples of all channels, float32, read alone; None where this file's reader cannot be trusted.

        Parameters
        ----------
        samples
            Start and stop within the file.

        Raises
        ------
        FormatError
            When the file is damaged.
        """
        if self._vendor.name == XDAS:
            return read_xdas(self.path, samples)
        if (
            len(self.header.runs) > 1
            or self.header.uneven is not None
            or not self.header.traits.dated
            or self.header.samples < 2
        ):
            return None
        if self._off is None:
            self._off = self._learnt()
        return self._between(samples.start, samples.stop, self._off) if abs(self._off) <= _MOST_OFF else None

    def _learnt(self) -> int:
        """Return by how many samples the reader labels a part too late; a large number where that cannot be told."""
        ahead = min(_AHEAD, self.header.samples)
        found = self._labelled(-2 * _AHEAD, ahead)
        if found is None:
            return _MOST_OFF + 1
        off, begin = found[0], found[1]
        whole = self._between(0, ahead, off)
        rest = self._between(ahead // 2, ahead, off)
        agree = whole is not None and rest is not None and np.array_equal(whole[:, ahead // 2 :], rest, equal_nan=True)
        agree = agree and begin.shape[1] >= 1
        return off if agree else _MOST_OFF + 1

    def _between(self, start: int, stop: int, off: int) -> NDArray[np.float32] | None:
        found = self._labelled(start + off, stop + off)
        if found is None:
            return None
        label, samples = found
        begin = start + off - label
        part = samples[:, begin : begin + stop - start] if begin >= 0 else samples[:, :0]
        return part if part.shape == (self.header.traits.channels, stop - start) else None

    def _labelled(self, start: int, stop: int) -> tuple[int, NDArray[np.float32]] | None:
        """Return what the reader has for the labels of samples, and which sample it says that the first of them is."""
        origin, step = self.header.start_ns, self.header.traits.step_ns
        # A quarter of a step beyond either end: rounding to ns decides nothing then.
        ends = [origin + int(np.rint((place + more) * step)) for place, more in ((start, -0.25), (stop - 1, 0.25))]
        limits = (np.datetime64(ends[0], "ns"), np.datetime64(ends[1], "ns"))
        patch = read_patch(self.path, self._vendor, time=limits)
        if patch is None:
            return None
        label = np.asarray(patch.get_coord("time").values[:1]).astype("datetime64[ns]").astype(np.int64)
        if label.size == 0:
            return None
        return round((int(label[0]) - origin) / step), self._upright(patch)

    def _upright(self, patch: Any) -> NDArray[np.float32]:
        samples = np.asarray(patch.data)
        if samples.ndim != 2:
            msg = f"{self.path.name} holds samples of {samples.ndim} dimensions; a DAS recording is distance over time"
            raise FormatError(msg)
        turned = samples if patch.dims[0] == self.header.traits.fibre else samples.T
        return np.ascontiguousarray(turned, dtype=np.float32)
