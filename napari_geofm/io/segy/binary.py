"""The binary header: 400 bytes after the text header. Source: SEG-Y revisions 1 and 2.1, table 2."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError
from napari_geofm.io.segy.formats import FORMATS, SampleFormat, format_named
from napari_geofm.io.segy.options import ORDERS, SegyOptions
from napari_geofm.io.segy.text import TEXT_BYTES, encoding_of

__all__ = ["FORMAT_OFFSET", "HEADER_BYTES", "BinaryHeader", "read_binary_header"]

HEADER_BYTES = 3600
"""Text and binary header together."""

FORMAT_OFFSET = 3224
"""Offset of the two bytes of the sample format code."""

_ORDER_MARK = 16909060
"""What revision 2 writes into bytes 3297-3300, so that readers see the byte order."""

_MOST_EXTENDED = 1024
"""Extended text headers that are searched for the end mark."""

_MOST_UNSAID = 64
"""Extended text headers that are looked for where the binary header says nothing of them."""


@dataclass(frozen=True, slots=True)
class BinaryHeader:
    """What the reader needs of the binary header.

    Attributes
    ----------
    order
        ``">"`` or ``"<"``.
    revision
        Major and minor.
    sample_format
        How samples are stored.
    n_samples, n_samples_short
        Samples per trace: revision 2's 32-bit number where given, and the 16-bit one of all revisions.
    interval_us
        Sample interval, 0 where not given.
    feet
        Whether lengths are in feet.
    extended_text
        Extended text headers; -1 where the last one carries an end mark.
    extra_headers
        Trace header extensions of 240 bytes.
    first_trace
        Offset of the first trace, or 0 where not given.
    trailers
        Blocks of 3200 bytes after the last trace.
    """

    order: str
    revision: tuple[int, int]
    sample_format: SampleFormat
    n_samples: int
    n_samples_short: int
    interval_us: float
    feet: bool
    extended_text: int
    extra_headers: int
    first_trace: int
    trailers: int

    def starts(self, file: NDArray[np.uint8]) -> list[int]:
        """Return the offsets at which the first trace may begin, the most trustworthy first."""
        count = self.extended_text
        stated = HEADER_BYTES + TEXT_BYTES * (_marked_end(file) if count < 0 else count)
        # Revision 0 left these bytes to everybody's own use.
        ordered = (self.first_trace, stated, HEADER_BYTES) if self.revision[0] else (HEADER_BYTES, stated)
        unsaid = HEADER_BYTES + TEXT_BYTES * _text_blocks(file)
        return [start for start in dict.fromkeys((*ordered, unsaid)) if HEADER_BYTES <= start < file.size]

    def ends(self, file: NDArray[np.uint8]) -> list[int]:
        """Return the offsets at which the traces may end, the most trustworthy first."""
        stated = file.size - TEXT_BYTES * max(0, self.trailers)
        return [end for end in dict.fromkeys((stated, file.size)) if end > HEADER_BYTES]

    def trace_headers(self) -> list[int]:
        """Return the bytes of headers that a trace may have, the most trustworthy first."""
        return list(dict.fromkeys((240 * (1 + self.extra_headers), 240)))


def read_binary_header(path: Path, file: NDArray[np.uint8], options: SegyOptions) -> BinaryHeader:
    """Read the binary header of a mapped file, in the byte order that was chosen or in which it makes sense.

    Raises
    ------
    FormatError
        When the file is too short, or no SEG-Y file.
    """
    if file.size < HEADER_BYTES:
        raise FormatError(f"{path} has {file.size} bytes; a SEG-Y file begins with {HEADER_BYTES} bytes of headers")
    raw = file[TEXT_BYTES:HEADER_BYTES].tobytes()
    if options.sample_format is None and _is_plain_text(raw):
        raise FormatError(f"{path} is not SEG-Y but plain text, whatever its name; give a SEG-Y file")
    order = ORDERS[options.order] if options.order else _order(path, file[:TEXT_BYTES].tobytes(), raw, options)
    header = _parse(raw, order, _format(path, raw, order, options))
    if header.n_samples == 0 and file.size < HEADER_BYTES + 240:
        raise FormatError(f"{path} gives no samples per trace and holds no trace; it is empty but for its headers")
    return header


def _is_plain_text(raw: bytes) -> bool:
    """Return whether there are characters where the numbers of the binary header should be, most of which are 0."""
    return sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in raw) > 0.9 * len(raw)


def _order(path: Path, text: bytes, raw: bytes, options: SegyOptions) -> str:
    mark = raw[96:100]
    if mark in {struct.pack(">i", _ORDER_MARK), struct.pack("<i", _ORDER_MARK)}:
        orders = [">" if mark[0] == 1 else "<"]
    else:
        orders = [">", "<"]
    for order in orders:
        if _code(raw, order) in FORMATS:
            return order
    if encoding_of(text) is None:
        raise FormatError(f"{path} is not SEG-Y: it has no text header and no known sample format; give a SEG-Y file")
    # Where the format word tells nothing, the larger byte of the count of samples is the first or the second.
    if options.sample_format is not None:
        return min(orders, key=lambda order: int.from_bytes(raw[20:22], _WORDS[order]) or 1 << 16)
    return orders[0]


_WORDS: dict[str, Literal["big", "little"]] = {">": "big", "<": "little"}


def _code(raw: bytes, order: str) -> int:
    return int.from_bytes(raw[24:26], _WORDS[order])


def _format(path: Path, raw: bytes, order: str, options: SegyOptions) -> SampleFormat:
    if options.sample_format is not None:
        return format_named(options.sample_format)
    code = _code(raw, order)
    if code not in FORMATS:
        known = ", ".join(map(str, FORMATS))
        raise FormatError(
            f"{path} gives sample format {code}, which is none of {known}; say what it is, as in --sample-format ieee"
        )
    return FORMATS[code]


def _parse(raw: bytes, order: str, sample_format: SampleFormat) -> BinaryHeader:
    def number(byte: int, kind: str) -> Any:
        return struct.unpack_from(order + kind, raw, byte - 1 - TEXT_BYTES)[0]

    major, minor = raw[300], raw[301]
    if order == "<" and major == 0 and minor in {1, 2}:
        major, minor = minor, 0  # the two bytes as one 16-bit number, swapped with the rest
    major = major if major <= 2 else 0
    second = major >= 2
    extended = int(number(3269, "I")) if second else 0
    interval = float(number(3273, "d")) if second else 0.0
    plausible = 1e-3 < interval < 1e9
    short = int(number(3221, "H"))
    return BinaryHeader(
        order=order,
        revision=(major, minor),
        sample_format=sample_format,
        n_samples=extended or short,
        n_samples_short=short,
        interval_us=interval if plausible else float(number(3217, "H")),
        feet=number(3255, "h") == 2,
        extended_text=max(-1, int(number(3505, "h"))) if major else 0,
        extra_headers=min(int(number(3507, "I")), 1 << 16) if second else 0,
        first_trace=int(number(3521, "Q")) if second else 0,
        trailers=int(number(3529, "i")) if second else 0,
    )


def _text_blocks(file: NDArray[np.uint8]) -> int:
    """Return how many blocks of text follow the binary header, whatever it says of them."""
    for count in range(_MOST_UNSAID):
        start = HEADER_BYTES + TEXT_BYTES * count
        block = file[start : start + TEXT_BYTES].tobytes()
        # A block of zeros with some letters among them is a trace.
        if len(block) < TEXT_BYTES or block.count(0) > TEXT_BYTES // 10 or encoding_of(block) is None:
            return count
    return _MOST_UNSAID


def _marked_end(file: NDArray[np.uint8]) -> int:
    """Return how many extended text headers there are up to the one that says ``((SEG: EndText))``."""
    for count in range(1, _MOST_EXTENDED):
        start = HEADER_BYTES + TEXT_BYTES * (count - 1)
        block = file[start : start + TEXT_BYTES].tobytes()
        if len(block) < TEXT_BYTES:
            break
        for encoding in ("cp037", "latin-1"):
            if "((SEG:ENDTEXT))" in block.decode(encoding).upper().replace(" ", ""):
                return count
    return 0
