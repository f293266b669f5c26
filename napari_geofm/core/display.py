"""Display order: the one place where survey arrays are turned into what is seen, and back.

A section is shown with two-way time, depth or DAS time down and north up; that is also what the encoder and
PNG labels see. Survey arrays (.npy labels, predictions) keep the survey's order.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["DOWN", "Layout", "layout_of"]

T = TypeVar("T", bound=np.generic)

DOWN = ("twt", "depth", "time", "row", "lat")
"""Dimensions that run down the screen, wherever they occur in a section; the other one runs across."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How a two-dimensional slice of a survey lies on the screen.

    Attributes
    ----------
    dims
        The slice's two dimensions in the survey's order.
    rows, columns
        Which of them runs down and which across.
    flip_rows, flip_columns
        Whether that axis is reversed for display (a map whose first row lies in the south).
    """

    dims: tuple[str, str]
    rows: str
    columns: str
    flip_rows: bool = False
    flip_columns: bool = False

    def to_display(self, array: NDArray[T]) -> NDArray[T]:
        """Return ``array`` (survey order, shape as ``dims``) in display order, as a view."""
        seen = array if self.dims == (self.rows, self.columns) else array.T
        return seen[:: -1 if self.flip_rows else 1, :: -1 if self.flip_columns else 1]

    def from_display(self, array: NDArray[T]) -> NDArray[T]:
        """Return ``array`` (display order, shape rows x columns) in survey order, as a view."""
        kept = array[:: -1 if self.flip_rows else 1, :: -1 if self.flip_columns else 1]
        return kept if self.dims == (self.rows, self.columns) else kept.T


def layout_of(dims: tuple[str, str], *, flips: frozenset[str] = frozenset()) -> Layout:
    """Return the layout of a slice with ``dims``.

    Parameters
    ----------
    dims
        The slice's two dimensions in the survey's order.
    flips
        Dimensions that are reversed on the screen so that north is up.
    """
    first, second = dims
    # A time slice has neither dimension in DOWN: the survey's first (inline) runs down, as on most base maps.
    rows, columns = (second, first) if second in DOWN and first not in DOWN else (first, second)
    return Layout(dims, rows, columns, rows in flips, columns in flips)
