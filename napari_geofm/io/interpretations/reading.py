"""One way in for horizons, faults and polygons, whatever program wrote them."""

from dataclasses import dataclass
from pathlib import Path

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.interpretations.lattice import Lattice
from napari_geofm.io.interpretations.on_line import place_on_line
from napari_geofm.io.interpretations.placing import faults_of, horizons_of, place_grid, place_table
from napari_geofm.io.interpretations.polygons import polygons_of, read_geojson
from napari_geofm.io.interpretations.raw_table import RawGrid
from napari_geofm.io.interpretations.sniffing import read_raw
from napari_geofm.io.interpretations.text import read_lines
from napari_geofm.io.interpretations.track import Track
from napari_geofm.io.interpretations.units import Z_UNITS

__all__ = ["Imported", "Interpretation", "read_interpretations"]

Interpretation = Horizon | FaultSticks | Polygon
KINDS = ("horizon", "fault", "polygon")


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """What a file held.

    Attributes
    ----------
    interpretations
        In the file's order.
    format
        In words: ``"OpendTect ASCII"``.
    notes
        What was guessed, turned and left out, each a few words for the user.
    """

    interpretations: tuple[Interpretation, ...]
    format: str
    notes: tuple[str, ...] = ()


def read_interpretations(path: Path | str, survey: Survey, *, z_unit: str = "", kind: str = "") -> Imported:
    """Read horizons, fault sticks or polygons and place them in a survey.

    Parameters
    ----------
    path
        OpendTect ASCII; Petrel points and lines, Charisma, EarthVision; IRAP classic points and grids; CPS-3 lines and
        grids; columns of X, Y or inline, crossline, and time or depth, with or without titles; GeoJSON polygons of
        images. The format is told by the content.
    survey
        What they belong to: a volume, a 2-D line, or an image.
    z_unit
        ``"ms"``, ``"s"``, ``"m"`` or ``"ft"``; ``""``: what the file says, else what fits the survey.
    kind
        ``"horizon"``, ``"fault"`` or ``"polygon"``; ``""``: what the file says, else what its lines look like.

    Returns
    -------
    Imported

    Raises
    ------
    SourceError, FormatError
        When the file is not there, is of no known format, or has a malformed line, which is named.
    GeometryError
        When nothing lies in the survey: other lines, another unit, another coordinate system.
    UsageError
        When times are to be put into a survey in depth, or an option has no such value.
    """
    file = Path(path).expanduser()
    for value, known, word in ((z_unit, Z_UNITS, "unit"), (kind, KINDS, "kind")):
        if value and value not in known:
            raise UsageError(f"{word} '{value}': choose one of {', '.join(known)}")
    lines = read_lines(file)
    first = next(line for line in lines if line.strip()).lstrip()
    if first.startswith("{"):
        return Imported(tuple(read_geojson(file.name, "\n".join(lines), survey)), "GeoJSON polygons")
    ground = Track.of(survey) if survey.kind == "seismic-2d" else Lattice.of(survey)
    raw = read_raw(file.name, lines)
    if isinstance(raw, RawGrid):
        horizon, notes = place_grid(raw, ground, z_unit=z_unit)
        return Imported((horizon,), raw.format, notes)
    words = raw.format
    if isinstance(ground, Track):
        words = "Charisma 2-D lines" if raw.roles is None and raw.lines is not None else words
        placed = place_on_line(raw, ground, z_unit=z_unit, kind=kind)
    else:
        placed = place_table(raw, ground, z_unit=z_unit, kind=kind)
    found: list[Interpretation]
    notes = placed.notes
    if placed.kind == "polygon":
        found = [*polygons_of(placed, survey)]
    elif placed.kind == "fault":
        found = [*faults_of(placed)]
    else:
        horizons, averaged = horizons_of(placed, ground)
        found, notes = [*horizons], (*notes, *((averaged,) if averaged else ()))
    if not found:
        raise FormatError(
            f"{file.name} holds no stick of two nodes or more; read it as a horizon if these are a horizon's picks"
        )
    return Imported(tuple(found), words, notes)
