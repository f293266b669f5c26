"""Small SEG-Y files of any format, byte order, order of traces and oddity, built byte by byte."""

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.segy.formats import FORMATS


@dataclass(frozen=True, slots=True)
class Trace:
    """Header numbers by first byte (4 bytes wide but those of NARROW), and samples."""

    samples: NDArray[Any]
    numbers: dict[int, int] = field(default_factory=dict)


NARROW = {29, 71, 109, 115, 117, 215}


def trace_header(order: str, numbers: dict[int, int]) -> bytes:
    raw = bytearray(240)
    for byte, number in numbers.items():
        struct.pack_into(order + ("h" if byte in NARROW else "i"), raw, byte - 1, number)
    return bytes(raw)


def write(
    path: Path,
    traces: list[Trace],
    *,
    code: int = 5,
    order: str = ">",
    encoding: str = "cp037",
    binary: dict[int, tuple[str, Any]] | None = None,
    extended: list[str] | None = None,
    tail: bytes = b"",
    words: tuple[str, ...] = (),
) -> Path:
    """Write traces; ``binary`` maps a byte to a struct kind and the number to put there, ``words`` are text lines."""
    said = dict(enumerate(words, 2))
    lines = ["C 1 TEST SURVEY", *(f"C{number:2d} {said.get(number, '')}".rstrip() for number in range(2, 41))]
    text = "".join(line.ljust(80) for line in lines).encode(encoding)
    raw = bytearray(400)
    n_samples = len(traces[0].samples) if traces else 0
    stated: dict[int, tuple[str, Any]] = {3217: ("H", 4000), 3221: ("H", n_samples), 3225: ("H", code), 3501: ("B", 1)}
    if extended:
        stated[3505] = ("h", len(extended))
    for byte, (kind, number) in (stated | (binary or {})).items():
        struct.pack_into(order + kind, raw, byte - 3201, number)
    with path.open("wb") as stream:
        stream.write(text + bytes(raw))
        for each in extended or []:
            stream.write(each.ljust(3200).encode(encoding))
        for trace in traces:
            numbers = {29: 1, 115: n_samples, 117: 4000} | trace.numbers
            stream.write(trace_header(order, numbers))
            stream.write(FORMATS[code].encode(trace.samples[None], order).tobytes())
        stream.write(tail)
    return path


def cube(
    ilines: list[int], xlines: list[int], n_samples: int = 12, *, bytes_at: tuple[int, int] = (189, 193), seed: int = 0
) -> tuple[NDArray[np.float32], list[Trace]]:
    """Return amplitudes (small whole numbers but never 0: any format holds them) and traces, inline-sorted."""
    random = np.random.default_rng(seed)
    values = random.integers(1, 100, (len(ilines), len(xlines), n_samples)).astype(np.float32)
    traces = [
        Trace(values[i, j], {bytes_at[0]: iline, bytes_at[1]: xline})
        for i, iline in enumerate(ilines)
        for j, xline in enumerate(xlines)
    ]
    return values, traces


def write_line(path: Path, n_samples: int = 50) -> Path:
    """Write a 2-D line: 40 traces from CDP 101 on, shot points 1001 to 1020, X and Y 20 and 10 m further each."""
    samples = np.random.default_rng(1).normal(size=(40, n_samples)).astype(np.float32)
    return write(
        path,
        [
            Trace(
                values, {21: 101 + n, 17: 1001 + n // 2, 71: -100, 181: 43000000 + 2000 * n, 185: 634000000 + 1000 * n}
            )
            for n, values in enumerate(samples)
        ],
    )
