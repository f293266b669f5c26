"""What the writer needs to put results into the same kind of file as the one that was read."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.segy.coordinates import LineAffine
from napari_geofm.io.segy.geometry import Grid
from napari_geofm.io.segy.layout import SegyLayout
from napari_geofm.io.segy.options import SegyOptions

__all__ = ["SegyTemplate"]


@dataclass(frozen=True, slots=True, eq=False)
class SegyTemplate:
    """A SEG-Y file as a mould.

    Attributes
    ----------
    layout
        Where its bytes lie.
    grid
        Which trace lies where in the survey.
    iline_byte, xline_byte
        Where the numbers were read; for a 2-D line ``iline_byte`` is 0 and ``xline_byte`` the CDP's, 0 where the
        traces were counted.
    dead
        ndarray of int64: traces that are marked dead.
    affine
        From line numbers to coordinates, or None.
    options
        How the file was read.
    kept
        ndarray of int64: of a pre-stack file the traces that results are written for, in the file's order: those of
        the offset that is read, or the first of each gather that is stacked. None: all.
    """

    layout: SegyLayout
    grid: Grid
    iline_byte: int
    xline_byte: int
    dead: NDArray[np.int64]
    affine: LineAffine | None = None
    options: SegyOptions = field(default_factory=SegyOptions)
    kept: NDArray[np.int64] | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the survey."""
        return (*self.grid.index.shape, self.layout.n_samples)

    @property
    def widths(self) -> tuple[int, int]:
        """Bytes of the line numbers."""
        return self.options.widths

    @property
    def is_stacked(self) -> bool:
        """Whether the mean of each gather is read."""
        return self.grid.gathered is not None

    @property
    def n_written(self) -> int:
        """Traces of a file of results."""
        return self.layout.n_traces if self.kept is None else self.kept.size

    def cells(self) -> NDArray[np.int64]:
        """Return for each trace of the file its flat place in the grid; -1 for traces that are marked dead."""
        cells = np.full(self.layout.n_traces, -1, np.int64)
        flat = self.grid.index.reshape(-1)
        filled = np.flatnonzero(flat >= 0)
        cells[flat[filled]] = filled
        cells[self.grid.repeats] = self.grid.repeat_cells
        cells[self.dead] = -1
        return cells
