"""A catalogue from a file laid upon a map."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.body import body_named, metres_per_degree
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.craters.crater_table import CraterTable, as_pixels
from napari_geofm.io.raster.ground import Ground

__all__ = ["Laying", "lay_catalogue"]

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Laying:
    """What the user says of a catalogue, and which of its craters count.

    Attributes
    ----------
    body
        The body whose craters the file lists; ``""``: the one that the file says, else the map's.
    places
        ``"degrees"`` or ``"pixels"``; ``""``: as the columns and numbers say.
    unit
        Of the diameter: ``"km"``, ``"m"`` or ``"px"``; ``""``: as its column says, else km for degrees.
    smallest_px
        Diameter in pixels of the map below which a crater is left out.
    smallest_km
        The same in km.
    """

    body: str = ""
    places: str = ""
    unit: str = ""
    smallest_px: float = 0.0
    smallest_km: float = 0.0


def lay_catalogue(table: CraterTable, survey: Survey, laying: Laying | None = None) -> Catalogue:
    """Return the craters of a file whose circles fall on a map, with their pixels.

    Raises
    ------
    UsageError
        When the map has no place on a body but the catalogue degrees; when it is of another body; when survey is no
        image; when pixels cannot be told from degrees.
    FormatError
        When latitudes are beyond 90 degrees, or longitudes beyond a turn.
    """
    chosen = laying or Laying()
    if survey.kind != "image":
        msg = f"Craters lie on images; {survey.path.name} is {survey.kind}: give an image or map"
        raise UsageError(msg)
    ground = Ground.of(survey.template)
    known = _understood(table, survey, ground, chosen)
    notes = [] if not table.left_out else [f"{table.left_out} lines without a place or diameter left out"]
    if known.columns.degrees and table.turned:
        notes.append("longitudes that count to the west are turned to the east")
    if not known.columns.degrees:
        craters = _from_pixels(known, ground, chosen, survey.shape)
    else:
        if ground is None:
            msg = (
                f"{survey.path.name} has no place on a body, so {table.name} with its degrees cannot be laid upon it; "
                "give a map with a coordinate system, or a catalogue in pixels"
            )
            raise UsageError(msg)
        _require_same_body(table, ground, chosen)
        craters = _from_degrees(known, ground, chosen, survey.shape, notes)
    kept = [
        each
        for each in craters
        if _on_map(each, survey.shape)
        and each.diameter_px >= chosen.smallest_px
        and (each.diameter_km is None or each.diameter_km >= chosen.smallest_km)
    ]
    if len(kept) < len(table):
        notes.append(f"{len(kept):,} of {len(table):,} craters lie on the map and are large enough")
    return Catalogue(tuple(kept), None if ground is None else ground.body, tuple(notes)).sorted()


def _understood(table: CraterTable, survey: Survey, ground: Ground | None, laying: Laying) -> CraterTable:
    """Return the table with degrees and pixels told apart."""
    if laying.places == "pixels" or not table.columns.degrees:
        return as_pixels(table)
    beyond = np.abs(table.down) > 90.0
    fits = table.down.max() <= survey.shape[0] and table.across.max() <= survey.shape[1] and table.down.min() >= 0
    # Tables of pixels whose columns are called lat and long do occur: they lie within the image.
    if laying.places == "" and ground is None and beyond.any() and fits:
        return as_pixels(table)
    if beyond.any():
        msg = (
            f"{table.name} has latitude {table.down[beyond][0]:g}, and none is beyond 90 degrees; "
            "check the columns, or say that these are pixels"
        )
        raise FormatError(msg)
    if (np.abs(table.across) > 360.0).any():
        worst = table.across[np.abs(table.across) > 360.0][0]
        msg = f"{table.name} has longitude {worst:g}, and none is beyond 360 degrees; check the columns"
        raise FormatError(msg)
    return table


def _require_same_body(table: CraterTable, ground: Ground, laying: Laying) -> None:
    said = laying.body or table.body
    if said and body_named(said).name != ground.body.name:
        msg = f"{table.name} lists craters of {body_named(said).name}, the map shows {ground.body.name}; give its own"
        raise UsageError(msg)


def _from_pixels(table: CraterTable, ground: Ground | None, laying: Laying, shape: tuple[int, ...]) -> list[Crater]:
    unit = laying.unit or table.columns.unit or "px"
    if ground is None:
        if unit != "px":
            msg = f"{table.name} has diameters in {unit}, which need a map with a place on a body; give pixels"
            raise UsageError(msg)
        numbers = zip(*(each.tolist() for each in (table.down, table.across, table.diameter)), strict=True)
        sure = table.confidence.tolist()
        return [Crater(row, column, px, confidence=how) for (row, column, px), how in zip(numbers, sure, strict=True)]
    lon, lat = ground.lonlat(table.down, table.across)
    km = ground.km_per_px(table.down, table.across)
    size = table.diameter * (km if unit == "px" else _in_km(table, laying))
    known = (table.down, table.across, size / km, lat, lon, size, table.confidence)
    return _craters(known, shape)


def _in_km(table: CraterTable, laying: Laying) -> float:
    """Return what diameters are multiplied by to be km, where the user says their unit and the column does not."""
    return 1e-3 if laying.unit == "m" and not table.columns.unit else 1.0


def _craters(numbers: tuple[Numbers, ...], shape: tuple[int, ...]) -> list[Crater]:
    """Return craters of columns of numbers, those alone that have a place on the map: of a million most have none."""
    row, column, px = numbers[:3]
    near = (np.abs(row - (shape[0] - 1) / 2) < (shape[0] - 1 + px) / 2) & (
        np.abs(column - (shape[1] - 1) / 2) < (shape[1] - 1 + px) / 2
    )
    near &= np.isfinite(np.stack(numbers)).all(axis=0)
    known = zip(*(each[near].tolist() for each in numbers), strict=True)
    return [Crater(row, column, px, lat, lon, km, confidence=sure) for row, column, px, lat, lon, km, sure in known]


def _from_degrees(
    table: CraterTable, ground: Ground, laying: Laying, shape: tuple[int, ...], notes: list[str]
) -> list[Crater]:
    unit = laying.unit or table.columns.unit
    if unit == "px":
        msg = f"{table.name} has places in degrees and diameters in pixels; give diameters in km or m"
        raise UsageError(msg)
    if not unit:
        notes.append(f"diameters are taken to be km: column '{table.columns.size}' does not say")
    size = table.diameter * _in_km(table, laying)
    lon = (table.across + 180.0) % 360.0 - 180.0
    row, column = ground.pixel(lon, table.down)
    px = size / _km_per_px(ground, row, column, table.down)
    return _craters((row, column, px, table.down, lon, size, table.confidence), shape)


def _km_per_px(ground: Ground, row: Numbers, column: Numbers, lat: Numbers) -> Numbers:
    """Return the size of pixels in km, at places beyond the map as well."""
    with np.errstate(invalid="ignore"):
        found = ground.km_per_px(row, column)
    if ground.is_geographic:
        north, east = metres_per_degree(ground.body, lat)
        a, _, _, _, e, _ = ground.transform
        plain = np.sqrt(np.abs(a * e) * north * np.maximum(east, 1e-9)) / 1000
        return np.where(np.isfinite(found), found, plain)
    return found


def _on_map(crater: Crater, shape: tuple[int, ...]) -> bool:
    """Tell whether part of a circle lies in the image."""
    radius = crater.diameter_px / 2
    return -radius < crater.row < shape[0] - 1 + radius and -radius < crater.column < shape[1] - 1 + radius
