"""Where a map lies that does not say it itself, in the user's words: ``-180,90,16,body=Moon``."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from napari_geofm.core.body import body_named
from napari_geofm.errors import UsageError
from napari_geofm.io.raster.crs import body_of, is_geographic, wkt_of

__all__ = ["Georeference"]

_FORMS = (
    "write lon0,lat0,px_per_degree,body=Moon for the upper left corner of a map in degrees, "
    "x=0,y=0,m_per_px=100,crs=IAU_2015:30130 for one in metres, or body=Moon alone beside a world file"
)
_PLAIN = ("lon", "lat", "px_per_degree")

_Transform = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Georeference:
    """What the user says about the place of a map.

    Attributes
    ----------
    x, y
        Longitude and latitude in degrees, or map coordinates in m, of the upper left corner (not the centre) of the
        first pixel; None: the file's own, or its world file's.
    size
        Width and height of a pixel in the same unit; None as above.
    crs
        WKT.
    """

    crs: str
    x: float | None = None
    y: float | None = None
    size: float | None = None

    @classmethod
    def parse(cls, text: str) -> "Georeference":
        """Read the words of ``--georeference``.

        Examples
        --------
        >>> place = Georeference.parse("-180,90,16,body=Moon")
        >>> place.x, place.y, place.size, is_geographic(place.crs)
        (-180.0, 90.0, 0.0625, True)

        Raises
        ------
        UsageError
            When the words are not of one of the three forms, or name no body or system.
        """
        given = _words(text)
        crs = given.pop("crs", "")
        body = given.pop("body", "")
        if bool(crs) == bool(body):
            raise _wrong(text, "name either the body or the coordinate system")
        wkt = wkt_of(body_named(body).longlat if body else crs)
        if body_of(wkt) is None:
            raise _wrong(text, "the coordinate system is of no body")
        numbers = {name: _number(text, value) for name, value in given.items()}
        if not numbers:
            return cls(wkt)
        if numbers.keys() == set(_PLAIN) and is_geographic(wkt):
            return cls._checked(text, wkt, numbers["lon"], numbers["lat"], 1.0 / (numbers["px_per_degree"] or math.nan))
        if numbers.keys() == {"x", "y", "m_per_px"} and not is_geographic(wkt):
            return cls._checked(text, wkt, numbers["x"], numbers["y"], numbers["m_per_px"])
        raise _wrong(text, "the words do not go together")

    @classmethod
    def _checked(cls, text: str, wkt: str, x: float, y: float, size: float) -> "Georeference":
        if not size > 0:
            raise _wrong(text, "a pixel has a size above 0")
        if is_geographic(wkt) and not (-90.0 <= y <= 90.0 and -360.0 <= x <= 360.0):
            raise _wrong(text, f"longitude {x:g}, latitude {y:g} is no place")
        return cls(wkt, x, y, size)

    @property
    def words(self) -> str:
        """What :meth:`parse` reads back."""
        if self.x is None or self.y is None or self.size is None:
            return f"crs={self.crs}"
        if is_geographic(self.crs):
            return f"lon={self.x!r},lat={self.y!r},px_per_degree={1.0 / self.size!r},crs={self.crs}"
        return f"x={self.x!r},y={self.y!r},m_per_px={self.size!r},crs={self.crs}"

    def transform(self, known: Callable[[], _Transform | None]) -> _Transform | None:
        """Return the transform; ``known`` tells the file's own, which counts where none is said."""
        if self.x is None or self.y is None or self.size is None:
            return known()
        return (self.size, 0.0, self.x, 0.0, -self.size, self.y)


def _words(text: str) -> dict[str, str]:
    """Return the words by name; a coordinate system may hold commas itself, and stands last."""
    head, found, crs = text.partition("crs=")
    parts = [part.strip() for part in head.split(",") if part.strip()]
    given = {"crs": crs.strip()} if found else {}
    plain = [part for part in parts if "=" not in part]
    if len(plain) not in {0, 3}:
        raise _wrong(text, "three numbers stand first")
    given |= dict(zip(_PLAIN, plain, strict=False))
    for name, _, value in (part.partition("=") for part in parts if "=" in part):
        if name.strip() in given or not value.strip():
            raise _wrong(text, f"'{name.strip()}' is given twice or without a value")
        given[name.strip()] = value.strip()
    return given


def _number(text: str, word: str) -> float:
    try:
        number = float(word)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise _wrong(text, f"'{word}' is no number")
    return number


def _wrong(text: str, why: str) -> UsageError:
    return UsageError(f"--georeference {text[:80]}: {why}; {_FORMS}")
