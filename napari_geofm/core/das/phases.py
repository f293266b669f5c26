"""What the names of classes mean: background, vehicles, P, S and surface waves."""

import re
from collections.abc import Sequence

__all__ = ["background_of", "is_vehicle", "phase_hint"]

_BACKGROUND = re.compile(r"(noise|background|nothing|none|quiet|no[ _-]?event)s?", re.IGNORECASE)
_VEHICLE = re.compile(r"\b(vehicle|car|truck|lorry|train|tram|traffic|bus)s?\b", re.IGNORECASE)
_PHASES = (
    (re.compile(r"^(first|direct)?[ _-]*p([ _-]?(wave|phase|arrival|onset)s?)?$", re.IGNORECASE), "P"),
    (re.compile(r"^s([ _-]?(wave|phase|arrival|onset)s?)?$", re.IGNORECASE), "S"),
    (re.compile(r"surface|rayleigh|scholte|ground[ _-]?roll", re.IGNORECASE), "LR"),
    (re.compile(r"\blove\b", re.IGNORECASE), "LQ"),
)


def background_of(names: Sequence[str]) -> frozenset[int]:
    """Return the classes that are no events: those that are called so, else the first of several.

    >>> sorted(background_of(["P wave", "noise"])), sorted(background_of(["a", "b"])), sorted(background_of(["event"]))
    ([1], [0], [])
    """
    called = frozenset(number for number, name in enumerate(names) if _BACKGROUND.fullmatch(name.strip()))
    return called or frozenset({0} if len(names) > 1 else ())


def is_vehicle(name: str) -> bool:
    """Return whether a class is something that drives along the fibre.

    >>> is_vehicle("vehicle"), is_vehicle("Train"), is_vehicle("P wave")
    (True, True, False)
    """
    return _VEHICLE.search(name) is not None


def phase_hint(name: str) -> str:
    """Return the seismological phase that a class's name means; "" for none.

    >>> phase_hint("P wave"), phase_hint("S"), phase_hint("surface wave"), phase_hint("event")
    ('P', 'S', 'LR', '')
    """
    return next((hint for pattern, hint in _PHASES if pattern.search(name.strip())), "")
