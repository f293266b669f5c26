"""Georeferenced tiles of one grid as one image, as GDAL's virtual rasters do it: the last one lies on top."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeometryError
from napari_geofm.io.fingerprint import fingerprint
from napari_geofm.io.raster.crs import body_of
from napari_geofm.io.raster.grid import is_straight
from napari_geofm.io.raster.pixels import Pixels
from napari_geofm.io.raster.reader import RasterFile, raster_survey, told
from napari_geofm.io.raster.said import RasterSaid
from napari_geofm.io.raster.template import RasterTemplate
from napari_geofm.io.raster.tiles import listed

__all__ = ["Mosaic", "is_scattered", "read_mosaic"]

_THINNEST = 0.02
"""Below this part of their common frame that is covered, tiles are places far apart, not a picture."""

_SAME_SIZE = 1e-5
"""Relative difference of pixel sizes that is rounding."""

_OFF_GRID = 0.05
"""Pixels that a tile may lie beside the common grid before it is told."""


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """One tile in the mosaic: its pixels, and the rows and columns that they fill."""

    pixels: Pixels
    rows: slice
    columns: slice


class Mosaic:
    """Tiles read as one image.

    Parameters
    ----------
    pieces
        In the order in which they are laid down: a later one hides an earlier one wherever it has data.
    """

    def __init__(self, pieces: tuple[_Piece, ...]) -> None:
        self._pieces = pieces
        self._rows = np.array([(each.rows.start, each.rows.stop) for each in pieces])
        self._columns = np.array([(each.columns.start, each.columns.stop) for each in pieces])

    def read(self, box: tuple[slice, ...]) -> NDArray[np.float32]:
        """Return a window, float32, NaN in holes and where a tile has no data."""
        rows, columns = box
        found = np.full((rows.stop - rows.start, columns.stop - columns.start), np.nan, np.float32)
        for piece in self._under(rows, columns):
            here = _shared(rows, piece.rows), _shared(columns, piece.columns)
            within = (_within(here[0], piece.rows), _within(here[1], piece.columns))
            values = piece.pixels.read(within)
            target = found[_within(here[0], rows), _within(here[1], columns)]
            np.copyto(target, values, where=np.isfinite(values))
        return found

    def thinned(self, box: tuple[slice, ...], shape: tuple[int, int]) -> NDArray[np.float32]:
        """Return a window at another size, as :meth:`Pixels.thinned` does."""
        rows, columns = box
        found = np.full(shape, np.nan, np.float32)
        scale = (shape[0] / (rows.stop - rows.start), shape[1] / (columns.stop - columns.start))
        for piece in self._under(rows, columns):
            here = _shared(rows, piece.rows), _shared(columns, piece.columns)
            to = tuple(
                slice(int((part.start - whole.start) * by), max(1, int(np.ceil((part.stop - whole.start) * by))))
                for part, whole, by in zip(here, (rows, columns), scale, strict=True)
            )
            target = found[to]
            within = (_within(here[0], piece.rows), _within(here[1], piece.columns))
            values = piece.pixels.thinned(within, (target.shape[0], target.shape[1]))
            np.copyto(target, values, where=np.isfinite(values))
        return found

    def _under(self, rows: slice, columns: slice) -> list[_Piece]:
        """Return the pieces that a window touches, lowest first."""
        hit = (self._rows[:, 0] < rows.stop) & (self._rows[:, 1] > rows.start)
        hit &= (self._columns[:, 0] < columns.stop) & (self._columns[:, 1] > columns.start)
        return [self._pieces[number] for number in np.flatnonzero(hit)]


def read_mosaic(folder: Path, tiles: Mapping[str, RasterFile], said: RasterSaid, moved: Sequence[str] = ()) -> Survey:
    """Return georeferenced tiles as one image.

    Parameters
    ----------
    folder
        Where they lie.
    tiles
        By file name, in the order in which they are laid down; each has a place.
    said
        What the user says about all.
    moved
        Those that counted longitudes otherwise, and were moved by a turn.

    Raises
    ------
    GeometryError
        When they differ in coordinate system, resolution or rotation; the message lists those that are unlike most.
    """
    _require_one_grid(folder, tiles)
    template, pieces, off = _laid(tiles)
    first = next(iter(tiles.values()))
    mosaic = Mosaic(pieces)
    turned = [f"tiles count longitudes both from -180 and from 0: {listed(list(moved))} turned by 360 degrees"]
    odd = (*_oddities(pieces, off), *(turned if moved else []), *first.odd)
    return raster_survey(
        folder, told(fingerprint(folder), said), template, mosaic.read, mosaic.thinned, first.elevation,
        first.stored, odd,
    )  # fmt: skip


def is_scattered(tiles: Mapping[str, RasterFile]) -> bool:
    """Return whether tiles of one kind lie so far apart that they are no picture together."""
    boxes = np.array([_bounds(tile.template) for tile in tiles.values()])
    frame = np.prod(boxes[:, 2:].max(axis=0) - boxes[:, :2].min(axis=0))
    covered = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1).sum()
    return bool(covered < _THINNEST * frame)


def _bounds(template: RasterTemplate) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = _transform(template)
    rows, columns = template.shape
    corners = np.array([(0, 0), (0, rows), (columns, 0), (columns, rows)], float)
    x, y = a * corners[:, 0] + b * corners[:, 1] + c, d * corners[:, 0] + e * corners[:, 1] + f
    return float(x.min()), float(y.min()), float(x.max()), float(y.max())


def _require_one_grid(folder: Path, tiles: Mapping[str, RasterFile]) -> None:
    """Refuse tiles that do not lie on one grid."""
    templates = {name: tile.template for name, tile in tiles.items()}
    _require_like_most(folder, templates, "coordinate system", _system)
    _require_like_most(folder, templates, "resolution", _resolution)
    for what, of in (("elevation or not", lambda tile: tile.elevation is not None), ("kind of numbers", _numbers)):
        kinds: dict[str, object] = {name: of(tile) for name, tile in tiles.items()}
        if len(set(kinds.values())) > 1:
            usual = Counter(kinds.values()).most_common(1)[0][0]
            others = [name for name, kind in kinds.items() if kind != usual]
            msg = f"Tiles in {folder.name} differ in their {what}: {listed(others)} unlike the others; keep one kind"
            raise GeometryError(msg)
    turned = [name for name, template in templates.items() if not is_straight(template.transform)]
    if turned:
        msg = f"Tiles in {folder.name} are rotated ({listed(turned)}); warp them to north up, or open them with --tiles"
        raise GeometryError(msg)


def _numbers(tile: RasterFile) -> object:
    return (tile.pixels.gain, tile.pixels.shift)


def _require_like_most(
    folder: Path, templates: Mapping[str, RasterTemplate], what: str, of: Callable[[RasterTemplate], str]
) -> None:
    kinds = {name: of(template) for name, template in templates.items()}
    usual = Counter(kinds.values()).most_common(1)[0][0]
    others = [f"{name} {kind}" for name, kind in kinds.items() if kind != usual]
    if others:
        msg = (
            f"Tiles in {folder.name} differ in {what}: most have {usual}, but {listed(others)}; warp them to one, "
            "keep each kind in a folder of its own, or open them with --tiles"
        )
        raise GeometryError(msg)


def _system(template: RasterTemplate) -> str:
    """Return a coordinate system in few words, different for different ones."""
    from rasterio.crs import CRS

    wkt = template.crs or ""
    body = body_of(wkt)
    parts = CRS.from_wkt(wkt).to_dict()
    place = ", ".join(f"{name} {value}" for name, value in sorted(parts.items()) if name not in {"no_defs", "type"})
    return f"{body.name if body else 'no body'} ({place or ' '.join(wkt.split())[:80]})"


def _resolution(template: RasterTemplate) -> str:
    a, _, _, _, e, _ = _transform(template)
    return f"{a:.6g} x {abs(e):.6g}{' south up' if e > 0 else ''} per pixel"


def _transform(template: RasterTemplate) -> tuple[float, float, float, float, float, float]:
    assert template.transform is not None
    return template.transform


def _laid(tiles: Mapping[str, RasterFile]) -> tuple[RasterTemplate, tuple[_Piece, ...], float]:
    """Return the common grid, where each tile lies on it, and how far one lies beside it at most, in pixels."""
    first = next(iter(tiles.values())).template
    a, _, _, _, e, _ = _transform(first)
    corners = np.array([(_transform(tile.template)[2], _transform(tile.template)[5]) for tile in tiles.values()])
    sizes = np.array([tile.template.shape for tile in tiles.values()])
    # Columns and rows of the tiles' corners, counted from the first tile's.
    places = (corners - corners[0]) / (a, e)
    whole = np.round(places).astype(np.int64)
    off = float(np.abs(places - whole).max())
    start = whole.min(axis=0)
    whole -= start
    pieces = tuple(
        _Piece(tile.pixels, slice(int(top), int(top + height)), slice(int(left), int(left + width)))
        for tile, (left, top), (height, width) in zip(tiles.values(), whole, sizes, strict=True)
    )
    shape = (max(each.rows.stop for each in pieces), max(each.columns.stop for each in pieces))
    x, y = corners[0] + start * (a, e)
    transform = (a, 0.0, float(x), 0.0, e, float(y))
    template = RasterTemplate(shape, first.crs, transform, first.nodata, first.scale, first.offset)
    return template, pieces, off


def _oddities(pieces: tuple[_Piece, ...], off: float) -> list[str]:
    depth = _depth(pieces)
    notes = [f"a mosaic of {len(pieces)} tiles"]
    if (depth > 1).any():
        notes.append("where tiles overlap the last by name is shown")
    if (depth == 0).any():
        notes.append("between the tiles there is no data")
    if off > _OFF_GRID:
        notes.append(f"tiles lie up to {off:.2f} pixels beside the common grid: each is laid on the nearest pixel")
    return notes


def _depth(pieces: tuple[_Piece, ...]) -> NDArray[np.int32]:
    """Return how many tiles lie on each field of the grid that their edges make."""
    rows = np.unique([(each.rows.start, each.rows.stop) for each in pieces])
    columns = np.unique([(each.columns.start, each.columns.stop) for each in pieces])
    depth = np.zeros((rows.size - 1, columns.size - 1), np.int32)
    for each in pieces:
        top, bottom = np.searchsorted(rows, (each.rows.start, each.rows.stop))
        left, right = np.searchsorted(columns, (each.columns.start, each.columns.stop))
        depth[top:bottom, left:right] += 1
    return depth


def _shared(one: slice, other: slice) -> slice:
    return slice(max(one.start, other.start), min(one.stop, other.stop))


def _within(part: slice, whole: slice) -> slice:
    return slice(part.start - whole.start, part.stop - whole.start)
