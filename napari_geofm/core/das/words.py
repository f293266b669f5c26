"""Steps of a processing chain from the words of people, and from the tables of files."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from napari_geofm.core.das.amplitude_steps import Detrend, Gain, Root, Scale, Unit
from napari_geofm.core.das.fibre_steps import Derivative, Mean, Median, Stack, Strain, StrainRate, VelocityDerivative
from napari_geofm.core.das.frequency_steps import (
    BandPass,
    Decimate,
    Differentiate,
    HighPass,
    Integrate,
    LowPass,
    Notch,
)
from napari_geofm.core.das.slope_step import Slope
from napari_geofm.core.das.step import Parameter, Step
from napari_geofm.errors import UsageError

__all__ = ["STEPS", "step_of", "step_of_table"]

STEPS: Mapping[str, type[Step]] = {
    kind.name: kind
    for kind in (
        Unit, Detrend, BandPass, HighPass, LowPass, Notch, Median, Mean, Slope, Derivative, VelocityDerivative, Strain,
        StrainRate, Integrate, Differentiate, Decimate, Stack, Scale, Gain, Root,
    )
}  # fmt: skip
"""All steps by their words, in the order in which a form offers them."""

ALIASES = {
    "gain": "agc", "demean": "detrend constant", "common-mode": "median", "fk": "slope", "difference": "derivative",
    "sqrt": "root", "strainrate": "strain-rate", "band-pass": "bandpass", "high-pass": "highpass",
    "low-pass": "lowpass",
}  # fmt: skip
"""Other words for steps."""

FACTORS: Mapping[str, Mapping[str, float]] = {
    "Hz": {"Hz": 1.0, "hz": 1.0, "HZ": 1.0, "mHz": 1e-3, "kHz": 1e3},
    "s": {"s": 1.0, "ms": 1e-3, "min": 60.0},
    "m": {"m": 1.0, "cm": 1e-2, "km": 1e3, "ft": 0.3048},
    "m/s": {"m/s": 1.0, "km/s": 1e3},
    "nm": {"nm": 1.0, "um": 1e3, "µm": 1e3},
    "": {},
}
"""Units that a number may be given in, and what they are in the step's own."""

_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?")
_DASH = re.compile(r"(?<=[\d.zsm])\s*(?:-|–|\bto\b)\s*(?=[\d.])")
"""A dash between two numbers, which is no sign and belongs to no exponent."""


def step_of(text: str) -> Step:
    """Read one step: ``"bandpass 5-200 Hz order 4"``, ``"notch 50 Hz"``, ``"median"``.

    Raises
    ------
    UsageError
        When there is no such step, or its words are wrong.

    Examples
    --------
    >>> step_of("bandpass 5-200Hz"), step_of("highpass 100 mHz")
    (BandPass(low_hz=5.0, high_hz=200.0, order=4), HighPass(low_hz=0.1, order=4))
    """
    given = " ".join(text.split())
    name, _, rest = given.partition(" ")
    known = ALIASES.get(name.lower(), name.lower())
    name, _, more = known.partition(" ")
    if name not in STEPS:
        near = get_close_matches(name, [*STEPS, *ALIASES], n=1)
        meant = f"the nearest is '{near[0]}'; " if near else ""
        msg = f"Processing step '{given}': no step is called '{name}'; {meant}known are {', '.join(STEPS)}"
        raise UsageError(msg)
    kind = STEPS[name]
    # The unit that samples are in is a word as it stands, whatever numbers are in it.
    tokens = rest.split() if kind is Unit else _tokens(f"{more} {rest}")
    return kind(**_values(kind, tokens, given))


def step_of_table(plain: Mapping[str, Any]) -> Step:
    """Read a table as :meth:`Chain.to_list` writes it.

    Raises
    ------
    UsageError
        When a key is unknown, or a value impossible.
    """
    rest = dict(plain)
    name = str(rest.pop("step", ""))
    if name not in STEPS:
        msg = f"Processing step '{name}' is unknown; known are {', '.join(STEPS)}"
        raise UsageError(msg)
    kinds: dict[str, Any] = {
        item.name: type(getattr(STEPS[name](), item.name)) for item in dataclasses.fields(STEPS[name])
    }
    for key, value in rest.items():
        if key not in kinds:
            msg = f"Processing step {name} has no '{key}'; it has {', '.join(kinds) or 'nothing to set'}"
            raise UsageError(msg)
        fine = isinstance(value, int | float) if kinds[key] is float else isinstance(value, kinds[key])
        if isinstance(value, bool) or not fine:
            msg = f"Processing step {name}: {key} = {value} must be of type {kinds[key].__name__}"
            raise UsageError(msg)
    return STEPS[name](**{key: kinds[key](value) for key, value in rest.items()})


def _tokens(text: str) -> list[str]:
    """Return words and numbers, a unit that follows its number at once apart from it."""
    found: list[str] = []
    for word in _DASH.sub(" ", text).replace("=", " ").replace(",", " ").split():
        number = _NUMBER.match(word)
        parts = (word[: number.end()], word[number.end() :]) if number else (word,)
        found += [part for part in parts if part]
    return found


def _values(kind: type[Step], tokens: Sequence[str], given: str) -> dict[str, Any]:
    """Return the values of a step's fields."""
    left, places = list(tokens), [each for each in kind.parameters if not each.word]
    named = {each.word: each for each in kind.parameters if each.word}
    found: dict[str, Any] = {}
    while left:
        word = left.pop(0)
        if word.lower() in named:
            parameter = named[word.lower()]
            if not left:
                raise _wrong(kind, given, f"'{word}' is followed by nothing")
            found[parameter.name] = _value(parameter, left, kind, given)
        elif places:
            parameter = places.pop(0)
            left.insert(0, word)
            found[parameter.name] = _value(parameter, left, kind, given)
        else:
            raise _wrong(kind, given, f"'{word}' is not understood")
    required = [each for each in kind.parameters if each.always and not each.choices]
    missing = [each.label for each in required if each.name not in found]
    if missing:
        raise _wrong(kind, given, f"{missing[0]} is missing")
    return found


def _value(parameter: Parameter, left: list[str], kind: type[Step], given: str) -> Any:
    """Take a value, and its unit where there is one, off the words that are left."""
    word = left.pop(0)
    if isinstance(getattr(kind(), parameter.name), str):
        if parameter.choices and word.lower() not in parameter.choices:
            raise _wrong(kind, given, f"'{word}' is none of {', '.join(parameter.choices)}")
        return word.lower() if parameter.choices else word
    if not _NUMBER.fullmatch(word):
        raise _wrong(kind, given, f"'{word}' is not a number")
    number, units = float(word), FACTORS[parameter.unit]
    if left and left[0] in units:
        number *= units[left.pop(0)]
    elif left and _range_unit(left, units):
        # The unit of a range stands behind its second number.
        number *= units[left[1]]
    if parameter.whole:
        if number != round(number):
            raise _wrong(kind, given, f"{parameter.label} {word} is not a whole number")
        return round(number)
    return number


def _range_unit(left: Sequence[str], units: Mapping[str, float]) -> bool:
    return len(left) > 1 and bool(_NUMBER.fullmatch(left[0])) and left[1] in units


def _wrong(kind: type[Step], given: str, why: str) -> UsageError:
    return UsageError(f"Processing step '{given}': {why}; write it as in '{_example(kind)}'")


def _example(kind: type[Step]) -> str:
    return kind().words()
