"""How a SEG-Y file is to be read where its headers leave it open, or lie."""

import dataclasses
import json
import math
from dataclasses import dataclass
from typing import Any

from napari_geofm.errors import UsageError
from napari_geofm.io.segy.formats import format_named

__all__ = ["ORDERS", "SegyOptions"]

ORDERS = {"big": ">", "little": "<"}
"""Words for byte orders, and numpy's signs."""

_HEADER = 240
"""Bytes of a trace header; stated here too, since :mod:`layout` builds on this module."""

_TOGETHER = (("iline_byte", "iline_width"), ("xline_byte", "xline_width"), ("x_byte", "y_byte"), ("offset", "stack"))
"""What is chosen together: where one of them is given, the other is not taken from what was remembered."""


@dataclass(frozen=True, slots=True)
class SegyOptions:
    """What was chosen for a file; None and the like leave the choice to the reader.

    Attributes
    ----------
    iline_byte, xline_byte
        First bytes (from 1) of inline and crossline number in the trace headers.
    iline_width, xline_width
        Bytes of these numbers, 2 or 4.
    domain
        ``"twt"`` (two-way time, ms) or ``"depth"``; None: time. ``"das"``: the file is a DAS recording, whose traces
        are channels, and none of the other options count.
    interval_ms
        Sample interval in ms, or in the unit of length; None: as the headers say.
    crs
        Coordinate reference system of X and Y, as authority code (``"EPSG:23031"``) or WKT.
    x_byte, y_byte
        First bytes of the 4-byte coordinates; None: 181 and 185; where those are empty, what the text header
        names, then 73 and 77.
    scalar
        Coordinate scalar in place of bytes 71-72, as the standard has it: 10 multiplies by 10, -100 divides by 100.
    offset
        Of pre-stack gathers: the offset (bytes 37-40) that is read, or the nearest one that there is.
    stack
        Of pre-stack gathers: whether the mean of their live traces is read.
    sample_format
        ``"ibm"``, ``"ieee"``, ``"int16"`` ... in place of bytes 3225-3226.
    order
        ``"big"`` or ``"little"`` endian; None: as found.
    samples
        Samples per trace, in place of bytes 3221-3222 and 115-116.
    offset_byte
        First byte of the number that tells the traces of a gather apart; None: 37, the offset.

    Raises
    ------
    UsageError
        When one of them cannot be.
    """

    iline_byte: int | None = None
    xline_byte: int | None = None
    iline_width: int = 4
    xline_width: int = 4
    domain: str | None = None
    interval_ms: float | None = None
    crs: str | None = None
    x_byte: int | None = None
    y_byte: int | None = None
    scalar: int | None = None
    offset: int | None = None
    stack: bool = False
    sample_format: str | None = None
    order: str | None = None
    samples: int | None = None
    offset_byte: int | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        for byte, width in (
            (self.iline_byte, self.iline_width),
            (self.xline_byte, self.xline_width),
            (self.x_byte, 4),
            (self.y_byte, 4),
            (self.offset_byte, 4),
        ):
            _require_byte(byte, width)
        if self.domain not in {None, "twt", "depth", "das"}:
            raise UsageError(f"Domain '{self.domain}': samples are 'twt' or 'depth', or of a recording: 'das'")
        if self.interval_ms is not None and not 0.0 < self.interval_ms < 1e6:
            raise UsageError(f"Sample interval {self.interval_ms:g}: give a number above 0")
        if self.scalar is not None and not 0 < abs(self.scalar) <= 32768:
            raise UsageError(f"Coordinate scalar {self.scalar}: give 10 to multiply by 10, -100 to divide by 100")
        if self.offset is not None and (self.stack or not abs(self.offset) < 1 << 31):
            raise UsageError(f"Offset {self.offset}: give one offset, or ask for the stack of all")
        if self.samples is not None and not 0 < self.samples < 1 << 31:
            raise UsageError(f"{self.samples} samples per trace: give a number above 0")
        if self.order is not None and self.order not in ORDERS:
            raise UsageError(f"Byte order '{self.order}': it is 'big' or 'little'")
        if self.sample_format is not None:
            format_named(self.sample_format)

    @property
    def pair(self) -> tuple[int, int] | None:
        """Bytes of inline and crossline, the standard's for one that is not given; None where neither is."""
        if self.iline_byte is None and self.xline_byte is None and self.widths == (4, 4):
            return None
        return self.iline_byte or 189, self.xline_byte or 193

    @property
    def widths(self) -> tuple[int, int]:
        """Bytes of inline and crossline number."""
        return self.iline_width, self.xline_width

    @property
    def chooses_gather(self) -> bool:
        """Whether it is said what is read of a pre-stack gather."""
        return self.stack or self.offset is not None

    def given(self) -> dict[str, Any]:
        """Return what is not left to the reader."""
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if getattr(self, field.name) != field.default
        }

    def over(self, other: "SegyOptions") -> "SegyOptions":
        """Return these options, and those of ``other`` for what these leave open."""
        mine, theirs = self.given(), other.given()
        for group in _TOGETHER:
            if any(name in mine for name in group):
                theirs = {name: value for name, value in theirs.items() if name not in group}
        return SegyOptions(**(theirs | mine))

    def words(self) -> str:
        """Return what is chosen, for the user: ``"inline byte 9, crossline byte 21"``; empty for nothing."""
        if self.domain == "das":
            return "a DAS recording"
        return ", ".join(_WORDS[name].format(value) for name, value in self.given().items())

    def to_json(self) -> str:
        """Return the options as one line of JSON."""
        return json.dumps(self.given())

    @classmethod
    def from_json(cls, text: str) -> "SegyOptions":
        """Return the options that :meth:`to_json` wrote.

        Raises
        ------
        UsageError
            When the text is none of its making.
        """
        try:
            found: Any = json.loads(text)
        except ValueError as error:
            raise UsageError(f"SEG-Y options are a JSON object, and this is none: {error}") from error
        return cls.from_given(found)

    @classmethod
    def from_given(cls, found: Any) -> "SegyOptions":
        """Return the options of a dictionary as :meth:`given` makes it; every value is checked.

        Raises
        ------
        UsageError
            When it is no dictionary, or a name or value is none of theirs.
        """
        kinds = {field.name: field.type for field in dataclasses.fields(cls)}
        if not isinstance(found, dict) or not found.keys() <= kinds.keys():
            raise UsageError(f"SEG-Y options are {', '.join(kinds)}; leave out what else is named")
        for name, value in found.items():
            if not _fits(value, str(kinds[name])):
                raise UsageError(f"SEG-Y option {name} cannot be {value!r}; leave it out or give a {kinds[name]}")
        return cls(**found)


_WORDS = {
    "iline_byte": "inline byte {}",
    "xline_byte": "crossline byte {}",
    "iline_width": "inline numbers of {} bytes",
    "xline_width": "crossline numbers of {} bytes",
    "domain": "samples in {}",
    "interval_ms": "interval {:g}",
    "crs": "coordinates in {:.40}",
    "x_byte": "X byte {}",
    "y_byte": "Y byte {}",
    "scalar": "coordinate scalar {}",
    "offset": "offset {}",
    "stack": "stack of the gathers",
    "sample_format": "samples as {}",
    "order": "{}-endian",
    "samples": "{} samples per trace",
    "offset_byte": "offset byte {}",
}


def _require_byte(byte: int | None, width: int) -> None:
    if width not in {2, 4}:
        raise UsageError(f"Header numbers of {width} bytes: they have 2 or 4")
    last = _HEADER + 1 - width
    if byte is not None and not 1 <= byte <= last:
        raise UsageError(f"Header byte {byte}: a {width}-byte number begins at byte 1 to {last} of the trace header")


def _fits(value: object, kind: str) -> bool:
    if "bool" in kind:
        return isinstance(value, bool)
    if isinstance(value, bool):
        return False
    if "float" in kind:
        return isinstance(value, int | float) and math.isfinite(value)
    return isinstance(value, int if "int" in kind else str)
