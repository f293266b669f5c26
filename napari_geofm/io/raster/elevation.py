"""Whether a raster is a map of elevation, and how its numbers become metres."""

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.body import Body

__all__ = ["Elevation", "elevation_of"]

_UNITS = {"m": 1.0, "metre": 1.0, "metres": 1.0, "meter": 1.0, "meters": 1.0, "km": 1000.0, "kilometer": 1000.0,
          "kilometers": 1000.0, "kilometre": 1000.0, "kilometres": 1000.0}  # fmt: skip

_NAMES = re.compile(
    r"(?:^|[^a-z])(?:[ls]?dem|dtm|dsm|gld|mola|mola_?\w*|lola|sldem\w*|ldem\w*|wac_gld\w*|topo\w*|elev\w*|altimetr\w*|"
    r"height_?map|heights?)(?:[^a-z]|$)"
)
"""Words in file names and descriptions that tell of elevation, lower case."""

_RADIUS = 0.5
"""Numbers beyond this part of the body's radius are distances from its centre, in maps that are known as elevation."""

_CLOSE = 0.05
"""In others they are where none differs from the radius by more than this part of it."""

_SAMPLES, _SAMPLE_PX = 3, 32
"""Places down and across at which numbers are looked at, and the side of what is read there."""


@dataclass(frozen=True, slots=True)
class Elevation:
    """How stored numbers become elevation: m = stored * gain + shift.

    Attributes
    ----------
    gain, shift
        As above, ``shift`` in m.
    in_metres
        Whether that is known; else the numbers are in a unit that the file does not name, and ``gain`` is 1.
    why
        What told, for the user.
    """

    gain: float
    shift: float
    in_metres: bool
    why: str


def elevation_of(
    source: Any, name: str, scaling: tuple[float, float], body: Body | None, said: float | None
) -> Elevation | None:
    """Return how the numbers of a band are elevation, or None where they are not.

    Parameters
    ----------
    source
        An open rasterio dataset.
    name
        The file's name.
    scaling
        Physical value = scale * stored + offset.
    body
        Of the coordinate system; numbers near its radius are measured from its centre.
    said
        m per stored unit as the user says, 0: no elevation, None: nothing.
    """
    scale, offset = scaling
    if said == 0.0:
        return None
    if said is not None:
        return _above(Elevation(said, offset, True, "as said"), source, body)
    unit = (source.units[0] or "").strip().lower()
    words = " ".join([name, *(each or "" for each in source.descriptions[:1]), *_described(source)]).lower()
    named = _NAMES.search(words) is not None
    if unit in _UNITS and (named or source.count == 1):
        factor, why = _UNITS[unit], f"its unit is {unit}"
    elif named and source.count == 1 and source.dtypes[0] != "uint8":
        factor, why = 1.0, "by its name or description"
    elif named:
        return Elevation(1.0, 0.0, False, "by its name or description")
    else:
        return _by_numbers(source, scaling, body)
    return _above(Elevation(scale * factor, offset * factor, True, why), source, body)


def _by_numbers(source: Any, scaling: tuple[float, float], body: Body | None) -> Elevation | None:
    """Return how numbers are elevation that are all close to the body's radius in m; None where they are not."""
    scale, offset = scaling
    radius = 0.0 if body is None else body.equatorial_m
    if source.count != 1 or body is None or _highest(source) * scale + offset < (1 - _CLOSE) * radius:
        return None
    found = _sampled(source) * scale + offset
    if not found.size or np.abs(found / radius - 1.0).max() > _CLOSE:
        return None
    return Elevation(
        scale, offset - radius, True, f"its numbers are {body.name}'s radii, of which {radius:,.10g} m are taken off"
    )


def _above(found: Elevation, source: Any, body: Body | None) -> Elevation:
    """Return elevation of distances from the body's centre: its radius is taken off, in m or, as some say it, km."""
    if body is None:
        return found
    radius = body.equatorial_m
    off = f"of radii, of which {radius:,.10g} m are taken off"
    if found.shift > _RADIUS * radius:
        return replace(found, shift=found.shift - radius)
    if _highest(source) * found.gain + found.shift < _RADIUS * radius:
        return found
    numbers = _sampled(source) * found.gain + found.shift
    typical = float(np.median(numbers)) if numbers.size else 0.0
    if typical > _RADIUS * radius:
        return replace(found, shift=found.shift - radius, why=f"{found.why}; {off}")
    if found.why != "as said" and numbers.size and np.abs(1000 * numbers / radius - 1.0).max() < _CLOSE:
        gain, shift = 1000 * found.gain, 1000 * found.shift - radius
        return replace(found, gain=gain, shift=shift, why=f"{found.why}; in km, {off}")
    return found


def _highest(source: Any) -> float:
    """Return the highest number that can be stored."""
    kind = np.dtype(source.dtypes[0])
    return float(np.iinfo(kind).max) if kind.kind in "iu" else np.inf


def _sampled(source: Any) -> NDArray[np.float64]:
    """Return some of the numbers that are stored, without those that mean nothing."""
    from rasterio.windows import Window

    high, wide = min(_SAMPLE_PX, source.height), min(_SAMPLE_PX, source.width)
    found = []
    for row in np.unique(np.linspace(0, source.height - high, _SAMPLES).astype(int)).tolist():
        for column in np.unique(np.linspace(0, source.width - wide, _SAMPLES).astype(int)).tolist():
            part = source.read(1, window=Window(column, row, wide, high), masked=True).compressed()
            found.append(part[np.isfinite(part)].astype(np.float64))
    every = np.concatenate(found)
    # Lowest floats are special pixels of ISIS.
    return every[every > -1e30]


def _described(source: Any) -> list[str]:
    tags = source.tags() | source.tags(1)
    wanted = ("DESCRIPTION", "TITLE", "TIFFTAG_IMAGEDESCRIPTION", "TIFFTAG_DOCUMENTNAME", "DATA_SET_ID", "PRODUCT_TYPE")
    return [str(tags[name]) for name in wanted if name in tags]
