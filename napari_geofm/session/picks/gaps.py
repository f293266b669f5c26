"""Horizons between their picks: what was picked on every tenth line is needed on every one."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.horizon import Horizon

__all__ = ["without_gaps"]


def without_gaps(horizon: Horizon) -> tuple[Horizon, int]:
    """Return a horizon interpolated linearly within the outline of its picks, and the count of traces that gained one.

    Beyond the outline nothing is invented. Picks along one line only, or of a 2-D line, are interpolated along it.
    """
    there = np.isfinite(horizon.z)
    if there.all() or np.count_nonzero(there) < 2:
        return horizon, 0
    z = horizon.z.copy()
    if z.ndim == 1:
        known = np.flatnonzero(there)
        between = np.arange(known[0], known[-1] + 1)
        z[between] = np.interp(between, known, z[known])
    elif _is_line(there):
        _along_line(z, there)
    else:
        _over_surface(z, there)
    return replace(horizon, z=z), int(np.count_nonzero(np.isfinite(z) & ~there))


def _is_line(there: NDArray[np.bool_]) -> bool:
    places = np.argwhere(there).astype(np.float64)
    return int(np.linalg.matrix_rank(places - places[0])) < 2


def _along_line(z: NDArray[np.float32], there: NDArray[np.bool_]) -> None:
    rows, columns = np.nonzero(there)
    if np.unique(rows).size > 1 and np.unique(columns).size > 1:
        return  # A slanting line: no trace between two of its picks is on it.
    line = z[rows[0]] if np.unique(rows).size == 1 else z[:, columns[0]]
    known = np.flatnonzero(np.isfinite(line))
    between = np.arange(known[0], known[-1] + 1)
    line[between] = np.interp(between, known, line[known])


def _over_surface(z: NDArray[np.float32], there: NDArray[np.bool_]) -> None:
    from scipy import interpolate
    from scipy.ndimage import binary_erosion

    # Inside a picked area the picks say nothing about its gaps: its edge does, and there are far fewer of them.
    needed = there & ~binary_erosion(there, np.ones((3, 3), np.bool_), border_value=1)
    corners = there.copy()
    corners[1:-1, 1:-1] = False
    needed |= corners
    if np.count_nonzero(needed) < 3 or _is_line(needed):
        needed = there
    places = np.argwhere(needed).astype(np.float64)
    missing = np.argwhere(~there).astype(np.float64)
    found = interpolate.LinearNDInterpolator(places, z[needed].astype(np.float64))(missing)
    z[~there] = found.astype(np.float32)
