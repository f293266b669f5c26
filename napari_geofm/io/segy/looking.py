"""A look at a SEG-Y file before it is opened: what a person needs to say which bytes hold what."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import GeoFMError
from napari_geofm.io.segy.binary import read_binary_header
from napari_geofm.io.segy.candidates import Candidate, cdp_byte, doubt_of, doubt_of_none, rank, score_pair, search
from napari_geofm.io.segy.coordinates import coordinates_of
from napari_geofm.io.segy.fields import FIELDS, HeaderField
from napari_geofm.io.segy.finding import hints_of
from napari_geofm.io.segy.gathers import LINE_BYTES, Gathers, find_gathers, plausible
from napari_geofm.io.segy.hints import Hints
from napari_geofm.io.segy.layout import Bytes, SegyLayout, find_layout, map_file
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.probing import headers_at
from napari_geofm.io.segy.scan import HeaderSample, LineBytes, sample_headers
from napari_geofm.io.segy.stride import likely_samples
from napari_geofm.io.segy.text import TEXT_BYTES, decode_text

__all__ = ["HeaderTable", "Outline", "SegyLook", "likely_count", "look_at"]

_AS_FOUND = SegyOptions()


@dataclass(frozen=True, slots=True, eq=False)
class HeaderTable:
    """Trace headers as numbers.

    Attributes
    ----------
    fields
        The columns: byte, width and the standard's name.
    traces
        ndarray of int64, shape ``(n,)``: the rows, traces counted from 0 in the file's order.
    values
        ndarray of int64, shape ``(n, columns)``.
    """

    fields: tuple[HeaderField, ...]
    traces: NDArray[np.int64]
    values: NDArray[np.int64]

    def used(self) -> "HeaderTable":
        """Return the columns that hold anything but zeros."""
        kept = np.flatnonzero(self.values.any(axis=0))
        return HeaderTable(tuple(self.fields[k] for k in kept.tolist()), self.traces, self.values[:, kept])


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """Where some of the traces lie, evenly chosen from the file.

    Attributes
    ----------
    traces
        ndarray of int64, shape ``(n,)``: which they are.
    xy
        ndarray of float64, shape ``(n, 2)``: X and Y after the coordinate scalar; None where the headers have none.
    lines
        ndarray of int64, shape ``(n, 2)``: inline and crossline number; None where no bytes for them were given.
    """

    traces: NDArray[np.int64]
    xy: NDArray[np.float64] | None
    lines: NDArray[np.int64] | None


@dataclass(frozen=True, slots=True, eq=False)
class SegyLook:
    """What a file's headers offer.

    Attributes
    ----------
    path
        The file.
    options
        With which it was looked at.
    layout
        Where its bytes lie: format, byte order, samples, traces, interval, and what is odd.
    text
        The text header, 40 lines.
    hints
        Bytes that it names, by role.
    candidates
        Pairs of bytes that may hold inline and crossline numbers, best first, those searched for beyond the common
        ones last; empty for a line.
    cdp_byte
        Byte that numbers the traces of a line; None where none does.
    gathers
        Of a pre-stack file: what its gathers are; None for any other.
    doubt
        Why a person should choose, in words; empty where the first candidate is clearly right, or was given.
    """

    path: Path
    options: SegyOptions
    layout: SegyLayout
    text: str
    hints: Hints
    candidates: tuple[Candidate, ...]
    cdp_byte: int | None
    gathers: Gathers | None
    doubt: str
    _file: Bytes = field(repr=False)
    _sample: HeaderSample = field(repr=False)

    @property
    def clear(self) -> bool:
        """Whether the file can be opened without a question."""
        return not self.doubt and (self.gathers is None or self.options.chooses_gather)

    def score(self, lines: LineBytes) -> Candidate:
        """Return how much of a grid any pair of bytes makes, as the candidates are scored."""
        stated = self.hints.get("inline", ()), self.hints.get("crossline", ())
        return score_pair(self._sample, lines, named=lines.iline in stated[0] and lines.xline in stated[1])

    def table(self, count: int = 20, first: int = 0) -> HeaderTable:
        """Return the headers of ``count`` traces from trace ``first`` (counted from 0) on."""
        traces = np.arange(max(0, first), min(self.layout.n_traces, max(0, first) + count), dtype=np.int64)
        part = slice(int(traces[0]), int(traces[-1]) + 1) if traces.size else slice(0)
        columns = [self.layout.field(self._file, each.byte, f"i{each.width}")[part] for each in FIELDS]
        return HeaderTable(FIELDS, traces, np.stack(columns, axis=1).astype(np.int64))

    def amplitudes(self, count: int, first: int = 0) -> NDArray[np.float32]:
        """Return the samples of ``count`` traces from trace ``first`` on, float32 ``(traces, samples)``."""
        raw = self.layout.raw_samples(self._file)[max(0, first) : max(0, first) + count]
        return self.layout.sample_format.decode(raw, self.layout.order)

    def outline(self, lines: LineBytes | None = None, most: int = 4000) -> Outline:
        """Return where up to ``most`` traces lie; ``lines`` None: by the bytes of the first candidate."""
        lines = lines or (self.candidates[0].lines if self.candidates else None)
        total = self.layout.n_traces
        traces = np.unique(np.linspace(0, total - 1, min(total, max(2, most))).astype(np.int64))
        taken = (lines.iline, lines.xline) if lines else ()
        xy = coordinates_of(self.layout, traces, self.options, taken)
        if lines is None:
            return Outline(traces, xy, None)
        return Outline(traces, xy, np.stack(headers_at(self.layout, traces).lines(lines), axis=1))


def look_at(path: Path | str, options: SegyOptions = _AS_FOUND) -> SegyLook:
    """Look at a file; of a large one only a part of the headers is read, so that it takes a moment.

    Parameters
    ----------
    path
        The file.
    options
        What is chosen already: format and byte order decide where traces lie, bytes given become the first candidate.

    Raises
    ------
    SourceError, FormatError
        When the file cannot be read, is no SEG-Y, or its headers contradict its size.
    """
    path = Path(path)
    file = map_file(path)
    layout = find_layout(path, file, options)
    sample, hints = sample_headers(layout, file, options.offset_byte), hints_of(file)
    ranked = tuple(plausible(sample, rank(sample, hints)))
    given = LineBytes(*options.pair, *options.widths) if options.pair is not None else None
    found = search(sample, ranked)
    doubt = "" if given else doubt_of(sample, ranked, hints)
    cdp = cdp_byte(sample)
    if not ranked and not doubt and not given:
        doubt = doubt_of_none(found)
    listed = [*ranked, *found]
    if given is not None:
        listed = [score_pair(sample, given), *(each for each in listed if each.lines != given)]
    gathers = next(filter(None, (find_gathers(sample, each.lines.fields) for each in listed[:2])), None)
    if gathers is None and cdp is None:
        gathers = next(filter(None, (find_gathers(sample, ((byte, 4),)) for byte in LINE_BYTES)), None)
    text = decode_text(file[:TEXT_BYTES].tobytes())
    return SegyLook(path, options, layout, text, hints, tuple(listed), cdp, gathers, doubt, file, sample)


def likely_count(path: Path | str) -> int | None:
    """Return the number of samples that leads from trace header to trace header, whatever the headers say of it.

    None where there is none, or the file cannot be read; it never raises.
    """
    path = Path(path)
    try:
        file = map_file(path)
        return likely_samples(file, read_binary_header(path, file, _AS_FOUND))
    except GeoFMError:
        return None
