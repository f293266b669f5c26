"""Maps on grids of their own: IRAP classic and CPS-3, as Petrel writes them."""

import re

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError
from napari_geofm.io.interpretations.raw_table import RawGrid, is_undefined
from napari_geofm.io.interpretations.text import is_number

__all__ = ["read_cps3_grid", "read_irap_grid"]

_MOST_NODES = 2**28

_LARGEST = 1e15
"""Beyond it a number of a header is none: infinite, or damaged."""


def read_irap_grid(source: str, lines: list[str]) -> RawGrid:
    """Read an IRAP classic grid (Roxar text).

    Four lines tell ``-996 ny dx dy``, ``xmin xmax ymin ymax``, ``nx angle x0 y0`` and seven zeros; then the nodes
    follow, X fastest. 9999900 is undefined.

    Raises
    ------
    FormatError
        When the header is damaged, or nodes are missing.
    """
    words = " ".join(lines[:4]).split()
    head = _numbers(words[:19])
    if len(head) < 12:
        raise FormatError(
            f"{source} begins as an IRAP grid, but its header has {len(head)} numbers, not 19; export anew"
        )
    ny, dx, dy, nx, angle, x0, y0 = int(head[1]), head[2], head[3], int(head[8]), head[9], head[10], head[11]
    _require(source, nx, ny, dx, dy)
    nodes = _nodes(source, lines, 4, nx * ny)
    return RawGrid(source, "IRAP classic grid", (x0, y0), (dx, dy), angle, nodes.reshape(ny, nx).T)


def read_cps3_grid(source: str, lines: list[str]) -> RawGrid:
    """Read a CPS-3 grid (ASCII).

    ``FSLIMI`` tells the limits, ``FSNROW`` rows and columns, ``FSXINC`` the steps; nodes follow column by column from
    the west, each from north to south. The fifth number of ``FSASCI`` is undefined.

    Raises
    ------
    FormatError
        When the header is damaged, or nodes are missing.
    """
    head: dict[str, list[float]] = {}
    first = 0
    for place, line in enumerate(lines):
        text = line.strip()
        word = text[:6].upper()
        if re.fullmatch(r"FS[A-Z]{4}", word):
            rest = re.sub(r'"[^"]*"', " ", text[6:])
            head[word] = _numbers(re.split(r"[\s,]+", rest))
            first = place + 1
        elif text.startswith(("->", "!")):
            first = place + 1
        elif text:
            break
    for word, count in (("FSLIMI", 4), ("FSNROW", 2)):
        if len(head.get(word, [])) < count:
            raise FormatError(f"{source} begins as a CPS-3 grid, but its line {word} lacks numbers; export it anew")
    west, east, south, north = head["FSLIMI"][:4]
    ny, nx = (int(number) for number in head["FSNROW"][:2])
    dx = (east - west) / max(nx - 1, 1)
    dy = (north - south) / max(ny - 1, 1)
    _require(source, nx, ny, dx, dy)
    nodes = _nodes(source, lines, first, nx * ny)
    # Second direction from south to north.
    return RawGrid(source, "CPS-3 grid", (west, south), (dx, dy), 0.0, nodes.reshape(nx, ny)[:, ::-1])


def _numbers(words: list[str]) -> list[float]:
    return [float(word) for word in words if is_number(word) and abs(float(word)) < _LARGEST]


def _require(source: str, nx: int, ny: int, dx: float, dy: float) -> None:
    if nx < 1 or ny < 1 or nx * ny > _MOST_NODES or not (dx > 0 or nx == 1) or not (dy > 0 or ny == 1):
        raise FormatError(
            f"{source} tells of {nx} x {ny} nodes, {dx:g} x {dy:g} apart; a grid has at least one, and steps above 0"
        )


def _nodes(source: str, lines: list[str], first: int, count: int) -> NDArray[np.float64]:
    text = " ".join(lines[first:])
    try:
        numbers = np.array(text.split(), np.float64)
    except ValueError:
        for number, line in enumerate(lines[first:], start=first + 1):
            wrong = next((word for word in line.split() if not is_number(word)), None)
            if wrong is not None:
                raise FormatError(f"{source} line {number}: '{wrong[:30]}' is no number; export it anew") from None
        raise
    if numbers.size != count:
        raise FormatError(f"{source} holds {numbers.size:,} nodes, its header tells of {count:,}; export it anew")
    return np.where(is_undefined(numbers), np.nan, numbers)
