"""Whether a raster is a map of elevation, and how its numbers become metres."""

import re
from dataclasses import dataclass
from typing import Any

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
"""Numbers beyond this part of the body's radius are distances from its centre."""


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
    radius = 0.0 if body is None else body.equatorial_m
    if said == 0.0:
        return None
    if said is not None:
        return Elevation(said, _above(offset, radius), True, "as said")
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
        return None
    return Elevation(scale * factor, _above(offset * factor, radius), True, why)


def _above(offset_m: float, radius_m: float) -> float:
    """Return an offset in m as one of elevation: of distances from the body's centre its radius is taken off."""
    return offset_m - radius_m if radius_m and offset_m > _RADIUS * radius_m else offset_m


def _described(source: Any) -> list[str]:
    tags = source.tags() | source.tags(1)
    wanted = ("DESCRIPTION", "TITLE", "TIFFTAG_IMAGEDESCRIPTION", "TIFFTAG_DOCUMENTNAME", "DATA_SET_ID", "PRODUCT_TYPE")
    return [str(tags[name]) for name in wanted if name in tags]
