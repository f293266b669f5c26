"""Sample formats of SEG-Y revisions 0 to 2.1: the code in bytes 3225-3226, and how samples are stored.

Of fixed point with gain, format 4, the word of four bytes is: one that is not used, the gain, and a whole number of 16
bits; the sample is the number times 2 to the power of the gain, as revisions 0 and 1 have it. (Revision 2, which calls
the format obsolete, turns the sign of the gain round.)
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import UsageError
from napari_geofm.io.segy.ibm import float_to_ibm, ibm_to_float

__all__ = ["FORMATS", "SampleFormat", "format_named"]


@dataclass(frozen=True, slots=True)
class SampleFormat:
    """One way to store a sample.

    Attributes
    ----------
    code
        Data sample format code of the binary header.
    name
        Word of the command line: ``"int16"``, ``"ibm"``.
    words
        Words for the user: ``"IBM float"``.
    kind
        numpy's type without byte order; ``"ibm"``, ``"gain"``, ``"i3"`` and ``"u3"`` for what numpy lacks.
    width
        Bytes per sample.
    """

    code: int
    name: str
    words: str
    kind: str
    width: int

    @property
    def is_float(self) -> bool:
        """Whether fractions, and so probabilities, can be stored."""
        return self.kind in {"ibm", "f4", "f8"}

    @property
    def range(self) -> tuple[int, int]:
        """Smallest and largest whole number that is stored exactly."""
        if self.is_float:
            most = 1 << (53 if self.kind == "f8" else 24)
            return -most, most
        # The number that a gain multiplies has 16 bits; written without one, it is exact.
        bits = 16 if self.kind == "gain" else 8 * self.width
        return (0, (1 << bits) - 1) if self.kind[0] == "u" else (-(1 << (bits - 1)), (1 << (bits - 1)) - 1)

    def raw_dtype(self, order: str) -> np.dtype[Any]:
        """Return the type in which raw samples are seen in the file (IBM floats and numbers with gain as words)."""
        if self.width == 3:
            return np.dtype("V3")
        return np.dtype(order + ("u4" if self.kind in {"ibm", "gain"} else self.kind))

    def decode(self, raw: NDArray[Any], order: str, memory: NDArray[np.uint32] | None = None) -> NDArray[np.float32]:
        """Turn raw samples (any shape, :meth:`raw_dtype`) into float32.

        Whole numbers beyond 2**24 and doubles are rounded to the nearest float32.

        Parameters
        ----------
        raw
            The samples.
        order
            The file's byte order, ``"<"`` or ``">"``.
        memory
            A flat ndarray of uint32 with room for the samples and more to work in, where the result may lie: it holds
            until the memory is used again. None: the result has memory of its own.
        """
        if memory is not None and memory.size > raw.size:
            words, rest = memory[: raw.size].reshape(raw.shape), memory[raw.size :]
            if self.kind == "ibm":
                np.copyto(words, raw)
                return ibm_to_float(words, rest)
            if self.width != 3 and self.kind != "gain":
                values = words.view(np.float32)
                with np.errstate(over="ignore", invalid="ignore"):
                    np.copyto(values, raw, casting="unsafe")
                return values
        if self.kind == "ibm":
            return ibm_to_float(np.array(raw, np.uint32, order="C"))
        if self.width == 3:
            return self._decode_3(raw, order)
        if self.kind == "gain":
            return _with_gain(np.array(raw, np.uint32, order="C"))
        with np.errstate(over="ignore", invalid="ignore"):
            return np.array(raw, np.float32, order="C")

    def encode(self, values: NDArray[Any], order: str) -> NDArray[np.uint8]:
        """Turn numbers that the format can hold (any shape) into bytes; the last axis is ``width`` times as long."""
        if self.kind == "ibm":
            stored = float_to_ibm(values).astype(order + "u4")
        elif self.width == 3:
            wide = np.ascontiguousarray(values.astype(order + "i4")).view(np.uint8).reshape(*values.shape, 4)
            stored = np.ascontiguousarray(wide[..., :3] if order == "<" else wide[..., 1:])
            return stored.reshape(*values.shape[:-1], -1)
        elif self.kind == "gain":
            stored = values.astype(np.int16).view(np.uint16).astype(order + "u4")
        else:
            with np.errstate(over="ignore"):
                stored = values.astype(order + self.kind)
        return np.ascontiguousarray(stored).view(np.uint8).reshape(*values.shape[:-1], -1)

    def _decode_3(self, raw: NDArray[Any], order: str) -> NDArray[np.float32]:
        parts = np.ascontiguousarray(raw).reshape(-1).view(np.uint8).reshape(*np.shape(raw), 3).astype(np.int32)
        high, middle, low = (2, 1, 0) if order == "<" else (0, 1, 2)
        number = (parts[..., high] << 16) | (parts[..., middle] << 8) | parts[..., low]
        if self.kind == "i3":
            number = np.where(number >= 1 << 23, number - (1 << 24), number)
        return np.asarray(number, np.float32)


def _with_gain(words: NDArray[np.uint32]) -> NDArray[np.float32]:
    number = (words & 0xFFFF).astype(np.uint16).view(np.int16).astype(np.float32)
    with np.errstate(over="ignore"):
        return np.ldexp(number, ((words >> 16) & 0xFF).astype(np.int32))


FORMATS: dict[int, SampleFormat] = {
    item.code: item
    for item in (
        SampleFormat(1, "ibm", "IBM float", "ibm", 4),
        SampleFormat(2, "int32", "int32", "i4", 4),
        SampleFormat(3, "int16", "int16", "i2", 2),
        SampleFormat(4, "gain", "fixed point with gain", "gain", 4),
        SampleFormat(5, "ieee", "IEEE float", "f4", 4),
        SampleFormat(6, "float64", "IEEE double", "f8", 8),
        SampleFormat(7, "int24", "int24", "i3", 3),
        SampleFormat(8, "int8", "int8", "i1", 1),
        SampleFormat(9, "int64", "int64", "i8", 8),
        SampleFormat(10, "uint32", "uint32", "u4", 4),
        SampleFormat(11, "uint16", "uint16", "u2", 2),
        SampleFormat(12, "uint64", "uint64", "u8", 8),
        SampleFormat(15, "uint24", "uint24", "u3", 3),
        SampleFormat(16, "uint8", "uint8", "u1", 1),
    )
}
"""All formats by code."""


def format_named(name: str) -> SampleFormat:
    """Return the format called ``name`` on the command line.

    Raises
    ------
    UsageError
        When there is none.
    """
    aliases = {"float32": "ieee", "float": "ieee", "double": "float64"}
    wanted = aliases.get(name.lower(), name.lower())
    for item in FORMATS.values():
        if item.name == wanted:
            return item
    known = ", ".join(item.name for item in FORMATS.values())
    raise UsageError(f"--format {name}: SEG-Y samples are stored as {known}")
