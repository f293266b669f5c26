"""A section: what an interpreter sees at once, and what the encoder is fed."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.display import Layout
from napari_geofm.core.region import At

__all__ = ["Section"]


@dataclass(frozen=True, slots=True, eq=False)
class Section:
    """Two-dimensional slice of a survey in display order.

    Attributes
    ----------
    values
        ndarray of float32, shape ``(rows, columns)``, amplitudes as read; NaN where the trace is missing or dead.
    rows, columns
        Axes down and across, in display order.
    at
        The place in the survey.
    layout
        How the slice was turned, to turn labels and predictions back.
    places
        Where the slice lies in the survey array: one int or slice per survey dimension.
    """

    values: NDArray[np.float32]
    rows: Axis
    columns: Axis
    at: At
    layout: Layout
    places: tuple[int | slice, ...]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.values.shape[0], self.values.shape[1]

    @property
    def valid(self) -> NDArray[np.bool_]:
        """Boolean ndarray of ``shape``: True where there is a recorded sample."""
        return np.isfinite(self.values)
