"""A few of the traces as they would be read: of gathers the chosen offset, or their mean."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from napari_geofm.io.segy import SegyLook

__all__ = ["OFFSET", "preview_of"]

TRACES = 400
"""Traces in the picture."""

MOST = 6000
"""Traces that are read for it."""

OFFSET = 37
"""First byte of a trace's offset."""


def preview_of(look: "SegyLook") -> tuple[NDArray[np.float32], str]:
    """Return amplitudes, float32 ``(traces, samples)``, and which they are.

    Parameters
    ----------
    look
        The file, with what is chosen.
    """
    gathers, options = look.gathers, look.options
    if gathers is None or not options.chooses_gather:
        values = look.amplitudes(TRACES)
        return values, f"the first {len(values):,} traces"
    count = min(MOST, round(TRACES * gathers.fold))
    values, table = look.amplitudes(count), look.table(count)
    numbers = {each.byte: table.values[:, place] for place, each in enumerate(table.fields)}
    if options.offset is not None:
        away = np.abs(numbers[OFFSET] - options.offset)
        nearest = int(numbers[OFFSET][int(away.argmin())])
        values = values[2 * np.abs(numbers[OFFSET] - nearest) <= gathers.step]
        return values, f"the first {len(values):,} traces of offset {nearest}"
    places = np.stack([numbers[byte] for byte, _ in gathers.fields if byte in numbers], axis=1)
    begins = np.flatnonzero(np.r_[True, (np.diff(places, axis=0) != 0).any(axis=1)])
    folds = np.diff(np.r_[begins, len(places)])
    means = np.add.reduceat(values, begins, axis=0) / folds[:, None]
    return means.astype(np.float32), f"the means of the first {len(means):,} gathers"
