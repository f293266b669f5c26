"""Pixels of the image <-> samples of the section on the screen, which may be a window of it, and turned."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.section import Section

__all__ = ["to_image", "to_section"]


def to_section(points: NDArray[np.float64], section: Section | None) -> NDArray[np.float64]:
    """Return columns and rows in a section, of rows and columns of the image; pairs along the last axis."""
    rows, columns = points[..., 0], points[..., 1]
    if section is not None:
        (top, left), (height, width) = _corner(section.places), section.shape
        rows, columns = rows - top, columns - left
        rows = height - 1 - rows if section.layout.flip_rows else rows
        columns = width - 1 - columns if section.layout.flip_columns else columns
    return np.stack([columns, rows], axis=-1)


def to_image(row: float, column: float, section: Section | None) -> tuple[float, float]:
    """Return row and column of the image, of those in a section."""
    if section is None:
        return row, column
    (top, left), (height, width) = _corner(section.places), section.shape
    row = height - 1 - row if section.layout.flip_rows else row
    column = width - 1 - column if section.layout.flip_columns else column
    return row + top, column + left


def _corner(places: tuple[int | slice, ...]) -> tuple[int, int]:
    """Return the first row and column of a section."""
    starts = [each.start or 0 if isinstance(each, slice) else each for each in places]
    return starts[0], starts[1]
