"""Where the bytes of a SEG-Y file lie: what the headers say, checked against the file itself."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, SourceError
from napari_geofm.io.segy.binary import HEADER_BYTES, BinaryHeader, read_binary_header
from napari_geofm.io.segy.formats import FORMATS, SampleFormat
from napari_geofm.io.segy.oddity import Oddity
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.stride import COUNTS, TRACE_HEADER, Bytes, alike, best_stride, stated_counts
from napari_geofm.io.segy.text import TEXT_BYTES, encoding_of

__all__ = ["TRACE_HEADER", "Bytes", "SegyLayout", "find_layout", "map_file", "require_size"]

_LONGEST = 32767
"""Sample interval in us beyond which a number of 16 bits may be one below 0."""

_AS_FOUND = SegyOptions()


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
    certain
        Whether trace headers were seen where the number of samples puts them.
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
    certain: bool = True

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

    Of the numbers of samples that the headers give, the one that leads from trace header to trace header counts, or the
    one that was chosen.

    Parameters
    ----------
    path, file
        The file and its bytes.
    options
        Sample format, byte order and number of samples, where they were chosen.

    Raises
    ------
    FormatError
        When the file is no SEG-Y file, is truncated, or its headers contradict its size.
    """
    binary = read_binary_header(path, file, options)
    encoding = encoding_of(file[:TEXT_BYTES].tobytes())
    found = best_stride(path, file, binary, options.samples)
    end, start, header, n_samples = found.end, found.start, found.header, found.n_samples
    stride = header + n_samples * binary.sample_format.width
    n_traces = (end - start) // stride
    tail = file.size - start - n_traces * stride
    first = file[start : start + header]
    cut = tail > COUNTS.stop and end == file.size and alike(first, file[file.size - tail :])
    interval_us, odd = _interval(binary, first)
    odd += _oddities(binary, encoding, n_samples, first, start, chosen=options.samples is not None)
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
        n_traces, cut, interval_us, binary.feet, odd, found.certain,
    )  # fmt: skip


def _interval(binary: BinaryHeader, first: Bytes) -> tuple[float, tuple[str, ...]]:
    in_trace = float(np.frombuffer(first[116:118].tobytes(), binary.order + "u2")[0])
    used = binary.interval_us or in_trace
    if used > _LONGEST >= in_trace > 0.0:
        used = in_trace  # as a signed number, which some programs write, the other is below 0
    if binary.interval_us and in_trace and round(binary.interval_us) != in_trace:
        says = Oddity.INTERVAL_DIFFERS.say(binary=f"{binary.interval_us:g}", trace=f"{in_trace:g}", used=f"{used:g}")
        return used, (says,)
    return used, ()


def _oddities(
    binary: BinaryHeader, encoding: str | None, n_samples: int, first: Bytes, start: int, *, chosen: bool
) -> tuple[str, ...]:
    odd: list[str] = []
    if binary.order == "<":
        odd.append(Oddity.LITTLE_ENDIAN.say())
    if encoding != "cp037":
        odd.append(Oddity.ASCII_TEXT.say() if encoding else Oddity.NO_TEXT.say())
    extended = (start - HEADER_BYTES) // TEXT_BYTES
    if extended:
        odd.append(Oddity.EXTENDED_TEXT.say(count=extended))
    counts = stated_counts(binary, first)
    if chosen and counts != [n_samples]:
        stated = " and ".join(map(str, counts)) or "none"
        odd.append(Oddity.FORCED_SAMPLES.say(used=n_samples, stated=stated))
    elif len(counts) > 1 or counts[:1] != [n_samples]:
        odd.append(Oddity.SAMPLES_DIFFER.say(stated=" and ".join(map(str, counts)), used=n_samples))
    if binary.feet:
        odd.append(Oddity.FEET.say())
    return tuple(odd)
