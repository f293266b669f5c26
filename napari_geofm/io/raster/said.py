"""What the user says about a raster that the file does not say, kept so that it is said once."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from napari_geofm.errors import FormatError, GeoFMError, OutputError, UsageError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.raster.georeference import Georeference

__all__ = ["RasterSaid", "recall_said", "remember_said", "said_beside"]

_MOST = 500
"""Files that are remembered."""


@dataclass(frozen=True, slots=True)
class RasterSaid:
    """What is said about a raster or a folder of tiles; each part is None where nothing is.

    Attributes
    ----------
    georeference
        Where the map lies; wins over what the file says.
    metres
        m of elevation per stored unit; 0: the values are no elevation.
    band
        Which band is read, from 1.
    tiles
        Of a folder: whether its georeferenced images stay single tiles.
    """

    georeference: Georeference | None = None
    metres: float | None = None
    band: int | None = None
    tiles: bool | None = None

    def __post_init__(self) -> None:
        """Refuse what no raster can be."""
        if self.metres is not None and not 0.0 <= self.metres < 1e6:
            msg = f"--elevation {self.metres:g}: metres per stored unit are above 0; 0 says that it is no elevation"
            raise UsageError(msg)
        if self.band is not None and self.band < 1:
            msg = f"--band {self.band}: bands are counted from 1"
            raise UsageError(msg)

    def __bool__(self) -> bool:
        """Whether anything is said."""
        return any(getattr(self, each.name) is not None for each in fields(self))

    def over(self, other: "RasterSaid") -> "RasterSaid":
        """Return this one, with what it leaves open taken from ``other``."""
        names = [each.name for each in fields(self)]
        return replace(self, **{name: getattr(other, name) for name in names if getattr(self, name) is None})

    def plain(self) -> dict[str, Any]:
        """Return what a JSON document holds."""
        place = None if self.georeference is None else self.georeference.words
        found = {"georeference": place, "elevation": self.metres, "band": self.band, "tiles": self.tiles}
        return {name: value for name, value in found.items() if value is not None}

    @classmethod
    def of(cls, plain: Mapping[str, Any], where: str) -> "RasterSaid":
        """Read what :meth:`plain` returns; other words are passed over.

        Raises
        ------
        FormatError
            When a value is not what it should be; ``where`` is named.
        """
        try:
            place, metres, band = plain.get("georeference"), plain.get("elevation"), plain.get("band")
            return cls(
                None if place is None else Georeference.parse(str(place)),
                None if metres is None else float(metres),
                None if band is None else int(band),
                None if plain.get("tiles") is None else bool(plain["tiles"]),
            )
        except (TypeError, ValueError, AttributeError) as error:
            msg = f"{where} does not describe a raster ({error}); correct or remove it"
            raise FormatError(msg) from error


def said_beside(path: Path) -> RasterSaid:
    """Return what ``map.jpg.json`` says about ``map.jpg``; nothing where there is no such file.

    Raises
    ------
    FormatError
        When it is no JSON, or says what cannot be.
    """
    file = path.with_name(f"{path.name}.json")
    if not file.is_file():
        return RasterSaid()
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{file.name} beside {path.name} is no JSON ({error}); correct or remove it"
        raise FormatError(msg) from error
    if not isinstance(plain, dict) or str(plain.get("program", "")).startswith("napari-geofm"):
        # Where a result of ours came from.
        return RasterSaid()
    return RasterSaid.of(plain, file.name)


def recall_said(path: Path) -> RasterSaid:
    """Return what was said about a file or folder before."""
    known = _entries().get(str(path.absolute()))
    try:
        return RasterSaid() if known is None else RasterSaid.of(known, "")
    except GeoFMError:
        return RasterSaid()


def remember_said(path: Path, said: RasterSaid) -> None:
    """Keep what is said about a file or folder, or forget it where nothing is; a failure to write is passed over."""
    entries = _entries()
    entries.pop(str(path.absolute()), None)
    kept = {str(path.absolute()): said.plain()} | entries if said else entries
    try:
        with replacing(_file(), overwrite=True) as beside:
            beside.write_text(json.dumps(dict(list(kept.items())[:_MOST]), indent=1), encoding="utf-8")
    except (OSError, OutputError):
        return


def _entries() -> dict[str, Any]:
    try:
        found = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _file() -> Path:
    from platformdirs import user_data_path

    return user_data_path("napari-geofm") / "rasters.json"
