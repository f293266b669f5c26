"""Longitudes in one way: to the east, and of one turn where tiles count theirs differently."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.raster.crs import is_west_positive
from napari_geofm.io.raster.ground import Ground
from napari_geofm.io.raster.pds import is_west_label
from napari_geofm.io.raster.template import RasterTemplate

__all__ = ["counts_west", "eastward", "in_one_turn", "mirrored"]

_Transform = tuple[float, float, float, float, float, float]

_WEST = re.compile(r'(AXIS\["[^"]*longitude[^"]*",\s*)WEST', re.IGNORECASE)
_MERIDIAN = re.compile(
    r'(PARAMETER\["(?:central_meridian|longitude_of_center|longitude of natural origin)",\s*)([\d.eE+-]+)',
    re.IGNORECASE,
)

_WORTH = 0.75
"""How much shorter a mosaic has to become where all its tiles count in one way."""


def counts_west(label: Path, source: Any) -> bool:
    """Return whether a raster counts longitudes to the west, as older (planetographic) maps do.

    Parameters
    ----------
    label
        The file, or its label.
    source
        The opened rasterio dataset.
    """
    if source.driver == "PDS" and is_west_label(label):
        return True
    return source.crs is not None and is_west_positive(source.crs.to_wkt())


def eastward(wkt: str, transform: _Transform | None) -> tuple[str, _Transform | None]:
    """Return a geographic system whose longitudes count to the east, and the transform to it."""
    found = _WEST.sub(r"\1EAST", wkt)
    if transform is None:
        return found, None
    a, b, c, d, e, f = transform
    return found, (-a, -b, -c, d, e, f)


def mirrored(wkt: str) -> str:
    """Return a projected system with its central meridian on the other side of 0.

    GDAL takes the centre of a PDS label for a longitude to the east, whatever the label says; east is right all the
    same.

    Examples
    --------
    >>> mirrored('PROJCS["A",PARAMETER["central_meridian",90]]')
    'PROJCS["A",PARAMETER["central_meridian",-90]]'
    """
    return _MERIDIAN.sub(lambda found: f"{found[1]}{-float(found[2]):.15g}", wkt)


def in_one_turn(templates: Mapping[str, RasterTemplate]) -> dict[str, RasterTemplate]:
    """Return tiles whose place is known, those moved by whole turns of the body that lie far from the others else.

    Some count longitudes from -180 to 180, and some from 0 to 360: 190 and -170 degrees are one place.
    """
    if not templates:
        return {}
    grounds = {name: Ground.of(template) for name, template in templates.items()}
    turns = {name: ground.columns_around if ground is not None else None for name, ground in grounds.items()}
    spans = {}
    for name, turn in turns.items():
        if turn is None:
            return dict(templates)
        a, _, c, *_ = _placed(templates[name])
        # In turns of the body, counted along the columns.
        spans[name] = (c / a / turn, templates[name].shape[1] / turn)
    starts, widths = (np.array([each[place] for each in spans.values()]) for place in (0, 1))
    moves = _moves(starts, widths)
    found = {}
    for (name, template), move in zip(templates.items(), moves.tolist(), strict=True):
        a, b, c, d, e, f = _placed(template)
        turn = turns[name] or 0.0
        found[name] = template if move == 0 else replace(template, transform=(a, b, c + move * turn * a, d, e, f))
    return found


def _placed(template: RasterTemplate) -> _Transform:
    assert template.transform is not None
    return template.transform


def _moves(starts: NDArray[np.float64], widths: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return by how many turns each of some spans of a circle is moved so that all together are shortest.

    Examples
    --------
    >>> _moves(np.array([-0.1, 0.5, 0.8]), np.array([0.1, 0.3, 0.1])).tolist()
    [1, 0, 0]
    """
    slack = 1e-6
    best, moved = float((starts + widths).max() - starts.min()), np.zeros(starts.size, np.int64)
    if starts.min() > -slack or (starts + widths).max() < 0.5 + slack:
        # All count in one way: a map with a gap stays as it is, unless it is two pieces that touch at its ends.
        best *= _WORTH
    for first in np.unique(starts.round(9)):
        # Each begins no further than a turn behind this one.
        moves = np.ceil(first - starts - slack).astype(np.int64)
        length = float((starts + moves + widths).max() - first)
        if length < best - slack:
            best, moved = length, moves
    return moved
