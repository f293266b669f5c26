"""Where the bytes of a SEG-Y file lie: what the headers say, checked against the file itself."""

import os
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.segy.binary import HEADER_BYTES, BinaryHeader, read_binary_header
from napari_geofm.io.segy.formats import FORMATS, SampleFormat
from napari_geofm.io.segy.oddity import Oddity
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.text import TEXT_BYTES, encoding_of

__all__ = ["TRACE_HEADER", "Bytes", "SegyLayout", "find_layout", "map_file", "require_size"]

TRACE_HEADER = 240
"""Bytes of a trace header; revision 2 allows more of that size."""

_LONGEST = 32767
"""Sample interval in us beyond which a number of 16 bits may be one below 0."""

_SAMPLES = slice(114, 118)
"""Bytes 115-118 of a trace header, counted from 0: samples per trace and sample interval."""

_AS_FOUND = SegyOptions()

Bytes = NDArray[np.uint8]
"""A file seen as bytes, mapped, not read."""


@dataclass(frozen=True, slots=True)
class SegyLayout:
    """Where traces begin, how long they are and how samples are stored.

    Attributes
    ----------
    path
        The file.
    size
        Its bytes.
    order
        ``">"`` or ``"<"``, as numpy writes byte orders.
    revision
        Major and minor.
    sample_format
        How samples are stored.
    encoding
        Python's name of the text header's encoding, or None where it is no text.
    start
        Offset of the first trace.
    header
        Bytes of headers before a trace's samples.
    n_samples, n_traces
        Samples per trace and whole traces.
    cut
        Whether the bytes after the last whole trace are one more, cut short.
    interval_us
        Sample interval in us (in 1/1000 of the unit of length for depth); 0 where no header gives one.
    feet
        Whether the binary header says so.
    odd
        What is unusual, for the user.
    """

    path: Path
    size: int
    order: str
    revision: tuple[int, int]
    sample_format: SampleFormat
    encoding: str | None
    start: int
    header: int
    n_samples: int
    n_traces: int
    cut: bool
    interval_us: float
    feet: bool
    odd: tuple[str, ...]

    @property
    def trace_bytes(self) -> int:
        """Bytes from one trace to the next."""
        return self.header + self.n_samples * self.sample_format.width

    @property
    def end(self) -> int:
        """Offset of the first byte after the last whole trace."""
        return self.start + self.n_traces * self.trace_bytes

    def field(self, file: Bytes, byte: int, kind: str) -> NDArray[Any]:
        """Return one trace header field of all traces as a strided view of the mapped file.

        Parameters
        ----------
        file
            The mapped file.
        byte
            First byte of the field, counted from 1 as the standard does.
        kind
            numpy's type without byte order: ``"i4"``, ``"i2"``.
        """
        view: NDArray[Any] = np.ndarray(
            (self.n_traces,), self.order + kind, file.data, self.start + byte - 1, (self.trace_bytes,)
        )
        return view

    def raw_samples(self, file: Bytes) -> NDArray[Any]:
        """Return the samples as stored, shape ``(n_traces, n_samples)``, as a strided view of the mapped file."""
        dtype = self.sample_format.raw_dtype(self.order)
        strides = (self.trace_bytes, dtype.itemsize)
        view: NDArray[Any] = np.ndarray(
            (self.n_traces, self.n_samples), dtype, file.data, self.start + self.header, strides
        )
        return view


def map_file(path: Path) -> Bytes:
    """Map a file into memory; nothing is read yet.

    Raises
    ------
    SourceError
        When it is not there or cannot be read.
    FormatError
        When it is empty.
    """
    try:
        if path.is_dir():
            raise SourceError(f"{path} is a folder; give the name of a SEG-Y file")
        if path.exists() and not path.is_file():
            raise SourceError(f"{path} is a device or a pipe; give the name of a SEG-Y file")
        if path.stat().st_size == 0:
            raise FormatError(f"{path} is empty; a SEG-Y file begins with {HEADER_BYTES} bytes of headers")
        mapped: Bytes = np.memmap(path, np.uint8, "r")
    except FileNotFoundError as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(f"{path} does not exist; check the path") from error
    except (OSError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise SourceError(f"Cannot read {path}: {error}; check the file and its permissions") from error
    return mapped


def require_size(layout: SegyLayout) -> os.stat_result:
    """Return a file's state, refusing one that is gone or has become shorter than it was.

    Raises
    ------
    SourceError
        When it is.
    """
    try:
        found = layout.path.stat()
    except OSError as error:
        raise SourceError(f"Cannot read {layout.path}: {error.strerror or error}; is its disk still there?") from error
    if found.st_size < layout.size:
        raise SourceError(
            f"{layout.path} has {found.st_size} bytes and had {layout.size} when it was opened; "
            "copy it again and reopen it"
        )
    return found


def find_layout(path: Path, file: Bytes, options: SegyOptions = _AS_FOUND) -> SegyLayout:
    """Find out how a SEG-Y file is laid out.

    Of the numbers of samples that the headers give, the one that leads from trace header to trace header counts.

    Parameters
    ----------
    path, file
        The file and its bytes.
    options
        Sample format and byte order, where they were chosen.

    Raises
    ------
    FormatError
        When the file is no SEG-Y file, is truncated, or its headers contradict its size.
    """
    binary = read_binary_header(path, file, options)
    encoding = encoding_of(file[:TEXT_BYTES].tobytes())
    end, start, header, n_samples = _best_stride(path, file, binary)
    stride = header + n_samples * binary.sample_format.width
    n_traces = (end - start) // stride
    tail = file.size - start - n_traces * stride
    first = file[start : start + header]
    cut = tail > _SAMPLES.stop and end == file.size and _alike(first, file[file.size - tail :])
    interval_us, odd = _interval(binary, first)
    odd += _oddities(binary, encoding, n_samples, first, start)
    stated = int.from_bytes(file[3224:3226].tobytes(), "big" if binary.order == ">" else "little")
    if options.sample_format is not None and stated != binary.sample_format.code:
        known = FORMATS[stated].words if stated in FORMATS else f"code {stated}"
        odd += (Oddity.FORCED_FORMAT.say(used=binary.sample_format.words, stated=known),)
    if cut:
        odd += (Oddity.LAST_TRACE_CUT.say(count=tail, whole=stride),)
    elif tail and end == file.size:
        odd += (Oddity.TRAILING_BYTES.say(count=tail),)
    return SegyLayout(
        path, file.size, binary.order, binary.revision, binary.sample_format, encoding, start, header, n_samples,
        n_traces, cut, interval_us, binary.feet, odd,
    )  # fmt: skip


def _best_stride(path: Path, file: Bytes, binary: BinaryHeader) -> tuple[int, int, int, int]:
    """Return where traces end and begin, bytes of trace headers, and samples per trace."""
    width = binary.sample_format.width
    ranked: list[tuple[float, bool, int, tuple[int, int, int, int]]] = []
    counts: list[int] = []
    # Start before end: a wrong count of trailers must not make a text header look like traces.
    for start, end in product(binary.starts(file), binary.ends(file)):
        if start + TRACE_HEADER > end:
            continue
        counts = _counts(binary, file[start : start + TRACE_HEADER])
        for header, count in product(binary.trace_headers(), counts):
            stride = header + count * width
            n_traces = (end - start) // stride
            if n_traces:
                fits = _share_of_headers(file, start, stride, n_traces)
                exact = (end - start) % stride == 0
                ranked.append((fits, exact, -len(ranked), (end, start, header, count)))
    if not ranked and not counts and file.size >= HEADER_BYTES + TRACE_HEADER:
        raise FormatError(f"{path} gives no number of samples per trace (0 in all headers); write it again with one")
    if not ranked:
        stated = f"{max(binary.n_samples, 0, *counts)} samples ({binary.sample_format.words})"
        raise FormatError(
            f"{path} has {file.size} bytes and holds no whole trace of {stated}; "
            "the file is cut short or its headers are wrong: copy it again"
        )
    # Traces whose headers were never filled in but the first's still count when the size is right to the byte.
    fits, exact, _, best = max(ranked, key=lambda item: (item[0] >= 0.5, item[1], item[0], item[2]))
    if fits < 0.5 and not exact:
        stated = " or ".join(map(str, counts))
        raise FormatError(
            f"{path}: its headers give {stated} samples per trace, but no trace header "
            "lies where that puts the next; the headers are wrong, or traces differ in length: write it again"
        )
    return best


def _counts(binary: BinaryHeader, first: Bytes) -> list[int]:
    """Return the numbers of samples that the headers give, the most trustworthy first."""
    in_trace = int(np.frombuffer(first[_SAMPLES].tobytes(), binary.order + "u2")[0])
    return [count for count in dict.fromkeys((binary.n_samples, binary.n_samples_short, in_trace)) if count > 0]


def _share_of_headers(file: Bytes, start: int, stride: int, n_traces: int) -> float:
    """Return for how many of up to 32 traces the header repeats what the first says of samples and interval."""
    others = np.unique(np.linspace(1, n_traces - 1, 32).astype(np.int64)) if n_traces > 1 else np.empty(0, np.int64)
    first = file[start : start + TRACE_HEADER]
    alike = [_alike(first, file[start + k * stride : start + k * stride + TRACE_HEADER]) for k in others.tolist()]
    return sum(alike) / len(alike) if alike else 1.0


def _alike(first: Bytes, other: Bytes) -> bool:
    return bool(np.array_equal(first[_SAMPLES], other[_SAMPLES]))


def _interval(binary: BinaryHeader, first: Bytes) -> tuple[float, tuple[str, ...]]:
    in_trace = float(np.frombuffer(first[116:118].tobytes(), binary.order + "u2")[0])
    used = binary.interval_us or in_trace
    if used > _LONGEST >= in_trace > 0.0:
        used = in_trace  # as a signed number, which some programs write, the other is below 0
    if binary.interval_us and in_trace and round(binary.interval_us) != in_trace:
        says = Oddity.INTERVAL_DIFFERS.say(binary=f"{binary.interval_us:g}", trace=f"{in_trace:g}", used=f"{used:g}")
        return used, (says,)
    return used, ()


def _oddities(binary: BinaryHeader, encoding: str | None, n_samples: int, first: Bytes, start: int) -> tuple[str, ...]:
    odd: list[str] = []
    if binary.order == "<":
        odd.append(Oddity.LITTLE_ENDIAN.say())
    if encoding != "cp037":
        odd.append(Oddity.ASCII_TEXT.say() if encoding else Oddity.NO_TEXT.say())
    extended = (start - HEADER_BYTES) // TEXT_BYTES
    if extended:
        odd.append(Oddity.EXTENDED_TEXT.say(count=extended))
    counts = _counts(binary, first)
    if len(counts) > 1 or counts[:1] != [n_samples]:
        odd.append(Oddity.SAMPLES_DIFFER.say(stated=" and ".join(map(str, counts)), used=n_samples))
    if binary.feet:
        odd.append(Oddity.FEET.say())
    return tuple(odd)
