"""How far it is from one trace to the next: the number of samples that leads from trace header to trace header."""

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError
from napari_geofm.io.segy.binary import HEADER_BYTES, BinaryHeader

__all__ = ["COUNTS", "TRACE_HEADER", "Bytes", "Stride", "alike", "best_stride", "likely_samples", "stated_counts"]

TRACE_HEADER = 240
"""Bytes of a trace header; revision 2 allows more of that size."""

COUNTS = slice(114, 118)
"""Bytes 115-118 of a trace header, counted from 0: samples per trace and sample interval."""

Bytes = NDArray[np.uint8]
"""A file seen as bytes, mapped, not read."""

_MOST_SAMPLES = 1 << 16
"""Samples per trace up to which a count is searched for."""

_LIKE = 0.4
"""Share of its bytes, empty ones apart, that a trace header has in common with the next one's; samples have less."""


@dataclass(frozen=True, slots=True)
class Stride:
    """Where traces lie.

    Attributes
    ----------
    end, start
        Offsets at which traces end and begin.
    header
        Bytes of headers before a trace's samples.
    n_samples
        Samples per trace.
    certain
        Whether trace headers were seen where this puts them.
    """

    end: int
    start: int
    header: int
    n_samples: int
    certain: bool


def best_stride(path: Path, file: Bytes, binary: BinaryHeader, chosen: int | None = None) -> Stride:
    """Return where traces lie by the numbers of samples that the headers give, or by the one that was ``chosen``.

    Raises
    ------
    FormatError
        When none of them leads from trace header to trace header; one that would is named.
    """
    width = binary.sample_format.width
    ranked: list[tuple[float, bool, int, Stride]] = []
    counts: list[int] = []
    # Start before end: a wrong count of trailers must not make a text header look like traces.
    for start, end in product(binary.starts(file), binary.ends(file)):
        if start + TRACE_HEADER > end:
            continue
        first = file[start : start + TRACE_HEADER]
        counts = stated_counts(binary, first) if chosen is None else [chosen]
        for header, count in product(binary.trace_headers(), counts):
            stride = header + count * width
            n_traces = (end - start) // stride
            if n_traces:
                fits = _share_of_headers(file, start, stride, n_traces)
                exact = (end - start) % stride == 0
                # Bytes that are empty in all traces are found among samples of 0, too.
                certain = fits >= 0.5 and (chosen is not None or bool(first[COUNTS].any()))
                ranked.append((fits, exact, -len(ranked), Stride(end, start, header, count, certain)))
    if not ranked:
        raise FormatError(_nothing_fits(path, file, binary, counts, chosen))
    # Traces whose headers were never filled in but the first's still count when the size is right to the byte.
    fits, exact, _, best = max(ranked, key=lambda item: (item[0] >= 0.5, item[1], item[0], item[2]))
    if best.certain:
        return best
    likely = likely_samples(file, binary)
    wrong = likely is not None and likely != best.n_samples
    if wrong or (fits < 0.5 and not exact):
        stated = f"{'its headers give' if chosen is None else '--samples is'} {' or '.join(map(str, counts))}"
        raise FormatError(
            f"{path}: {stated} samples per trace, but no trace header lies where that puts the next; {_remedy(likely)}"
        )
    return best


def likely_samples(file: Bytes, binary: BinaryHeader) -> int | None:
    """Return the number of samples that fits the file's size and leads from trace header to trace header.

    It is looked for whatever the headers say of it; None where there is none.
    """
    start = binary.starts(file)[0] if binary.starts(file) else HEADER_BYTES
    whole, header = file.size - start, binary.trace_headers()[0]
    strides = header + binary.sample_format.width * np.arange(1, _MOST_SAMPLES)
    fitting = np.flatnonzero((whole % strides == 0) & (whole // strides >= 4))
    for place in fitting.tolist():
        if _headers_alike(file, start, int(strides[place]), whole // int(strides[place])):
            return int(place) + 1
    return None


def stated_counts(binary: BinaryHeader, first: Bytes) -> list[int]:
    """Return the numbers of samples that the headers give, the most trustworthy first."""
    in_trace = int(np.frombuffer(first[COUNTS].tobytes(), binary.order + "u2")[0])
    return [count for count in dict.fromkeys((binary.n_samples, binary.n_samples_short, in_trace)) if count > 0]


def alike(first: Bytes, other: Bytes) -> bool:
    """Return whether two trace headers say the same of samples and interval."""
    return bool(np.array_equal(first[COUNTS], other[COUNTS]))


def _share_of_headers(file: Bytes, start: int, stride: int, n_traces: int) -> float:
    """Return for how many of up to 32 traces the header repeats what the first says of samples and interval."""
    others = np.unique(np.linspace(1, n_traces - 1, 32).astype(np.int64)) if n_traces > 1 else np.empty(0, np.int64)
    first = file[start : start + TRACE_HEADER]
    same = [alike(first, file[start + k * stride : start + k * stride + TRACE_HEADER]) for k in others.tolist()]
    return sum(same) / len(same) if same else 1.0


def _headers_alike(file: Bytes, start: int, stride: int, n_traces: int) -> bool:
    """Return whether neighbours a stride apart are alike, and not empty, as trace headers are and samples are not."""
    first = np.unique(np.linspace(0, n_traces - 2, 8).astype(np.int64))
    begins = start + stride * (first[:, None] + np.arange(2))
    headers = np.stack([np.stack([file[at : at + TRACE_HEADER] for at in pair]) for pair in begins.tolist()])
    written = np.count_nonzero(headers, axis=-1)
    either = headers.any(axis=1)
    same = ((headers[:, 0] == headers[:, 1]) & either).sum(axis=-1) / np.maximum(either.sum(axis=-1), 1)
    return bool(written.min() > 0 and written.max() < TRACE_HEADER // 2 and same.mean() >= _LIKE)


def _remedy(likely: int | None) -> str:
    if likely is None:
        return (
            "the headers are wrong, or traces differ in length: say how many samples a trace has (--samples N), or "
            "write it again"
        )
    return f"with {likely} samples each of them does: say --samples {likely}"


def _nothing_fits(path: Path, file: Bytes, binary: BinaryHeader, counts: list[int], chosen: int | None) -> str:
    if not counts and file.size >= HEADER_BYTES + TRACE_HEADER:
        likely = likely_samples(file, binary)
        found = f"; {likely} lead from trace header to trace header" if likely is not None else ""
        return (
            f"{path} gives no number of samples per trace (0 in all headers){found}: say how many there are, as in "
            f"--samples {likely or 1001}"
        )
    stated = f"{max(chosen or binary.n_samples, 0, *counts)} samples ({binary.sample_format.words})"
    remedy = "say --samples N" if chosen is None else "choose another --samples"
    return (
        f"{path} has {file.size} bytes and holds no whole trace of {stated}; "
        f"the file is cut short or its headers are wrong: copy it again, or {remedy}"
    )
