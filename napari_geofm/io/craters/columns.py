"""Which columns of a table are a crater's place and size, by what catalogues call them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from napari_geofm.errors import FormatError

__all__ = ["CraterColumns", "crater_columns"]

_LAT = ("lat_circ_img", "latitude", "lat", "centre_lat", "center_lat", "lat_deg", "clat", "latitude_deg", "lat_ell_img",
        "center_latitude", "centre_latitude")  # fmt: skip
_LON = (
    "lon_circ_img", "longitude", "long", "lon", "centre_lon", "center_lon", "lon_deg", "clon", "longitude_deg",
    "lon_ell_img", "lng", "center_longitude", "centre_longitude",
)  # fmt: skip
_WEST = re.compile(
    r"(?:c|cent(?:er|re)_)?(?:longitude|long|lon)_(?:deg_)?(?:w|west|positive_west|west_positive)"
    r"|(?:w|west)_?(?:longitude|long|lon)(?:_deg)?"
)
"""Plain names of longitudes that count to the west, as older (planetographic) catalogues have them."""

_SYSTEM = ("coordinate_system", "coord_system", "coordsystem", "coordinatesystem", "longitude_system")
_ROW = ("row", "y", "y_px", "centre_row", "center_y")
_COLUMN = ("column", "x", "x_px", "col", "centre_column", "center_x")
_DIAMETER = (
    "diam_circ_img", "diameter_km", "diam_km", "d_km", "diameter_m", "diam_m", "diameter_px", "diam_px", "diameter",
    "diam", "d", "diam_ell_major_img",
)  # fmt: skip
_RADIUS = ("radius_km", "radius_m", "radius_px", "radius", "r_km", "r")
_BODY = ("body", "target", "target_name", "planet")
_CONFIDENCE = ("confidence", "score", "probability")
_UNITS = {"km": 1.0, "kilometres": 1.0, "kilometers": 1.0, "m": 1e-3, "metres": 1e-3, "meters": 1e-3}
_PIXELS = ("px", "pixel", "pixels", "pix")


@dataclass(frozen=True, slots=True)
class CraterColumns:
    """Names of a table's columns.

    Attributes
    ----------
    down, across
        Of latitude and longitude, or of row (y) and column (x).
    size
        Of diameter, or radius.
    factor
        By which a size becomes a diameter in km, or in px.
    unit
        ``"km"`` or ``"px"`` of the diameter; ``""`` where its name does not say.
    degrees
        Whether places are degrees by their names; else they are pixels.
    body, confidence
        Of the body's name, and of the confidence; None where there is none.
    west
        Whether longitudes count to the west by their name.
    system
        Of words that say so of each line (``Planetographic, +West, 0 - 360``); None where there is none.
    """

    down: str
    across: str
    size: str
    factor: float = 1.0
    unit: str = ""
    degrees: bool = True
    body: str | None = None
    confidence: str | None = None
    west: bool = False
    system: str | None = None

    def __str__(self) -> str:
        """Return what was understood, for the user."""
        longitude = "longitude to the west" if self.west else "longitude"
        places = "latitude" if self.degrees else "row", longitude if self.degrees else "column"
        what = "radius" if self.factor in {2.0, 2e-3} else "diameter"
        unit = "m" if self.factor < 0.1 else self.unit
        said = f" in {unit}" if unit else ", whose unit its name does not tell"
        return f"{places[0]} from '{self.down}', {places[1]} from '{self.across}', {what} from '{self.size}'{said}"


def crater_columns(names: Sequence[str], file: str) -> CraterColumns:
    """Return which columns of a table are what.

    Known are those of Head et al. 2010 (Lon, Lat, Diam_km), of Povilaitis et al. 2018 (Diameter (km), Long, Lat), of
    Robbins 2019 (LAT_CIRC_IMG, ...), this program's own, and any that say latitude, longitude and diameter, or x, y
    and diameter, with the unit in the diameter's name.

    Parameters
    ----------
    names
        The table's header.
    file
        Its name, for the message.

    Raises
    ------
    FormatError
        When place or diameter are missing.

    Examples
    --------
    >>> print(crater_columns(["Diameter (m)", "Long", "Lat"], "a.csv"))
    latitude from 'Lat', longitude from 'Long', diameter from 'Diameter (m)' in m
    """
    plain = {_plain(name): name for name in reversed(names)}

    def named(*known: str) -> str | None:
        return next((plain[each] for each in known if each in plain), None)

    down, across, degrees = named(*_LAT), named(*_LON), True
    to_west = next((name for word, name in plain.items() if _WEST.fullmatch(word)), None) if across is None else None
    across = across or to_west
    if down is None or across is None:
        down, across, degrees, to_west = named(*_ROW), named(*_COLUMN), False, None
    size, factor, unit = _size(plain)
    missing = [word for word, name in (("latitude or y", down), ("longitude or x", across)) if name is None]
    if size is None:
        missing.append("diameter")
    if down is None or across is None or size is None:
        msg = f"{file} has no column of {', '.join(missing)}; it has {_listed(names)}: name them lat, lon, diameter_km"
        raise FormatError(msg)
    west = degrees and across == to_west
    system = named(*_SYSTEM) if degrees and not west else None
    return CraterColumns(down, across, size, factor, unit, degrees, named(*_BODY), named(*_CONFIDENCE), west, system)


def _size(plain: dict[str, str]) -> tuple[str | None, float, str]:
    """Return the column of diameters or radii, its factor and its unit."""
    for known, times in ((_DIAMETER, 1.0), (_RADIUS, 2.0)):
        # Names like "Diameter (km)" are plain as "diameter_km".
        for name in known:
            if name in plain:
                factor, unit = _unit(name)
                if name in {"diam_circ_img", "diam_ell_major_img"}:
                    unit = "km"
                return plain[name], times * factor, unit
    return None, 1.0, ""


def _unit(name: str) -> tuple[float, str]:
    last = name.rsplit("_", 1)[-1]
    if last in _PIXELS:
        return 1.0, "px"
    return (_UNITS[last], "km") if last in _UNITS and "_" in name else (1.0, "")


def _plain(name: str) -> str:
    """Return a name in small letters, units and blanks set off by one underline."""
    words = re.sub(r"[^a-z0-9]+", " ", name.lower().replace("°", " deg ")).split()
    changed = {"kilometres": "km", "kilometers": "km", "metres": "m", "meters": "m", "pixels": "px", "pixel": "px"}
    return "_".join({"degrees": "deg", "degree": "deg"}.get(word, changed.get(word, word)) for word in words)


def _listed(names: Sequence[str]) -> str:
    found = [name or "''" for name in names]
    return ", ".join(found[:10]) + (f" and {len(found) - 10} more" if len(found) > 10 else "")
