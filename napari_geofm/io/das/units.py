"""What the samples of a recording are, in a few words that all vendors share."""

import math
from typing import Any

__all__ = ["in_metres", "quantity_and_units", "unit_words"]

_QUANTITIES = {
    "strainrate": "strain rate",
    "strain": "strain",
    "velocity": "velocity",
    "deformationrate": "deformation rate",
    "phase": "phase",
    "opticalphase": "phase",
    "phaserate": "phase rate",
    "displacement": "displacement",
    "temperature": "temperature",
}
"""What dascore and the vendors call it, without blanks and lines, and what it is called here."""

_BY_DIMENSION: dict[frozenset[tuple[str, float]], tuple[str, str]] = {
    frozenset({("strain", 1), ("second", -1)}): ("strain rate", "1/s"),
    frozenset({("second", -1)}): ("strain rate", "1/s"),
    frozenset({("strain", 1)}): ("strain", "strain"),
    frozenset({("meter", 1), ("second", -1)}): ("velocity", "m/s"),
    frozenset({("meter", 1)}): ("displacement", "m"),
    frozenset({("radian", 1)}): ("phase", "rad"),
    frozenset({("radian", 1), ("second", -1)}): ("phase rate", "rad/s"),
}
"""Dimension of a unit: what is most likely measured in it, and how it is written."""

_PREFIXES = {1e-3: "m", 1e-6: "µ", 1e-9: "n", 1e3: "k"}


def quantity_and_units(kind: object, units: object) -> tuple[str, str]:
    """Return what is measured, and its unit.

    Parameters
    ----------
    kind
        What dascore calls the kind of data, or None.
    units
        Its pint quantity, a text, or None.

    Returns
    -------
    str, str
        ``"strain rate"``, ``"strain"``, ``"velocity"``, ``"deformation rate"``, ``"phase"``, ``"phase rate"``,
        ``"displacement"``, ``"temperature"``, or the vendor's own word; ``""`` where the file says nothing. The unit
        is ``"1/s"``, ``"strain"``, ``"m/s"``, ``"rad"``, ... with the factor that the samples have: ``"nstrain/s"``,
        ``"nm/s"``; ``""`` where unknown.
    """
    word = "" if kind is None else str(kind).strip()
    plain = "".join(letter for letter in word.lower() if letter.isalpha())
    said = _QUANTITIES.get(plain, word.replace("_", " "))
    found = _pint(units)
    if found is None:
        return said, unit_words(units)
    base = found.to_base_units()
    dimension = frozenset((str(name), float(power)) for name, power in base.units._units.items())
    if dimension == frozenset() and said == "strain":
        dimension = frozenset({("strain", 1.0)})
    known = _BY_DIMENSION.get(dimension)
    if known is None:
        return said, unit_words(found)
    return said or known[0], _scaled(float(base.magnitude), known[1]) or unit_words(found)


def in_metres(length: object, units: object) -> float | None:
    """Return a length in m, or None where there is none; without a unit it is in m."""
    try:
        number = float(str(length))
    except ValueError:
        return None
    if not math.isfinite(number) or number <= 0:
        return None
    found = _pint(units)
    if found is None:
        return number
    base = (number * found).to_base_units()
    return float(base.magnitude) if dict(base.units._units) == {"meter": 1} else None


def unit_words(quantity: object) -> str:
    """Return a unit as people write it: ``"m/s"`` for dascore's ``1.0 m / s``; "" for none."""
    if quantity is None or quantity == "":
        return ""
    words = f"{quantity:~}" if hasattr(quantity, "units") else str(quantity)
    number, _, unit = words.partition(" ")
    return (unit if number in {"1", "1.0"} else words).replace(" / ", "/").replace(" ", "")


def _pint(units: object) -> Any:
    if units is None or str(units) == "":
        return None
    from dascore.units import get_quantity

    try:
        return get_quantity(units)
    except Exception:  # noqa: BLE001 - pint has a dozen errors for words that are no unit; they are shown as they are
        return None


def _scaled(factor: float, unit: str) -> str:
    """Return a unit with a factor before it; "" where none can be written.

    >>> _scaled(1.0, "1/s"), _scaled(1e-9, "1/s"), _scaled(1e-6, "strain"), _scaled(1e-9, "m/s"), _scaled(0.3, "m")
    ('1/s', 'nstrain/s', 'µstrain', 'nm/s', '')
    """
    if math.isclose(factor, 1.0):
        return unit
    if unit.startswith("1"):
        # One in a thousand million is a nanostrain, whatever a file calls it.
        unit = f"strain{unit[1:]}"
    prefix = next((sign for size, sign in _PREFIXES.items() if math.isclose(factor, size)), "")
    return f"{prefix}{unit}" if prefix else ""
