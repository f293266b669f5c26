"""Names of the trace header's fields. Source: SEG-Y revisions 1 and 2.1, table 3."""

from dataclasses import dataclass

__all__ = ["FIELDS", "HeaderField", "field_at"]


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One number of the trace header: its first byte (from 1), its width in bytes and its name."""

    byte: int
    width: int
    name: str


def _fields(*rows: tuple[int, int, str]) -> tuple[HeaderField, ...]:
    """Return fields that follow each other from a byte on: ``(first byte, width, names by semicolons)``."""
    found = []
    for start, width, names in rows:
        found += [HeaderField(start + width * k, width, name.strip()) for k, name in enumerate(names.split(";"))]
    return tuple(found)


FIELDS = _fields(
    (1, 4, "trace number in line; trace number in file; field record; trace number in field record"),
    (17, 4, "energy source point; CDP; trace number in CDP"),
    (29, 2, "trace identification; summed vertically; stacked horizontally; data use"),
    (37, 4, "offset; receiver elevation; source surface elevation; source depth; receiver datum; source datum"),
    (61, 4, "water depth at source; water depth at receiver"),
    (69, 2, "elevation scalar; coordinate scalar"),
    (73, 4, "source X; source Y; receiver X; receiver Y"),
    (89, 2, "coordinate units; weathering velocity; subweathering velocity; source uphole; receiver uphole"),
    (99, 2, "source static; receiver static; total static; lag A; lag B; delay recording time; mute start; mute end"),
    (115, 2, "samples; sample interval; gain type; gain constant; initial gain; correlated; sweep start; sweep end"),
    (131, 2, "sweep length; sweep type; sweep taper start; sweep taper end; taper type; alias filter; alias slope"),
    (145, 2, "notch filter; notch slope; low cut; high cut; low slope; high slope; year; day; hour; minute; second"),
    (167, 2, "time basis; weighting; roll switch group; first group; last group; gap size; over travel"),
    (181, 4, "CDP X; CDP Y; inline; crossline; shotpoint"),
    (201, 2, "shotpoint scalar; value unit"),
    (205, 4, "transduction mantissa"),
    (209, 2, "transduction exponent; transduction unit; device; time scalar; source type"),
    (219, 2, "source direction 1; source direction 2; source direction 3"),
    (225, 4, "source measurement"),
    (229, 2, "source measurement exponent; source measurement unit"),
    (233, 4, "unassigned 1; unassigned 2"),
)
"""All fields of the standard header, by byte."""


def field_at(byte: int, width: int = 4) -> HeaderField:
    """Return the standard's field at a byte, or one without a name of its own.

    Examples
    --------
    >>> field_at(189).name, field_at(191, 2).name
    ('inline', 'bytes 191-192')
    """
    for field in FIELDS:
        if (field.byte, field.width) == (byte, width):
            return field
    return HeaderField(byte, width, f"bytes {byte}-{byte + width - 1}")
