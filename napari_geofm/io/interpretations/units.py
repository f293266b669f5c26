"""Which unit times or depths are in: what fits the survey's own range."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.errors import GeometryError, UsageError

__all__ = ["Z_UNITS", "z_factor"]

Z_UNITS = ("ms", "s", "m", "ft")

_TO_MS = {"ms": 1.0, "s": 1000.0}
_TO_M = {"m": 1.0, "ft": 0.3048}
_FITS = 0.5


def z_factor(source: str, z: NDArray[np.float64], axis: Axis, said: str) -> tuple[float, str]:
    """Return what times or depths are multiplied by to be in the survey's unit, and what was found, for the user.

    Parameters
    ----------
    source
        The file's name.
    z
        ndarray of float64, shape ``(picks,)``, defined ones.
    axis
        The survey's time or depth axis.
    said
        The unit that the file or the user names; ``""``: the one in which most picks lie in the survey.

    Raises
    ------
    GeometryError
        When the picks lie above and below the survey in every unit.
    UsageError
        When times are to be put into a survey in depth, or depths into one in time.
    """
    # Samples of a survey without a unit are counted; picks are taken as such counts.
    table = _TO_MS if axis.units == "ms" else _TO_M if axis.units in _TO_M else {axis.units: 1.0}
    own = axis.units
    if said and said not in table:
        raise UsageError(
            f"{source} is in {said}, the survey's {axis.name} in {own or 'samples'}; convert the picks to "
            f"{' or '.join(sorted(table)) or 'samples'} first"
        )
    others = tuple(unit for unit in table if unit != own)
    # Seconds fit a survey in ms as well, all within its first samples, where no horizon is.
    ranked = (*others, own) if own == "ms" and _at_the_top(z, axis) else (own, *others)
    for unit in (said,) if said else ranked:
        factor = table[unit] / table[own]
        for sign in (1.0, -1.0):
            # Some programs count depths and times upwards from sea level.
            if _share(sign * factor * z, axis) >= _FITS:
                return sign * factor, _words(unit, own, sign, chosen=bool(said))
    low, high = (float(end) for end in (z.min(), z.max()))
    units = said or " or ".join(unit for unit in table if unit) or "samples"
    raise GeometryError(
        f"{source}: times or depths run from {low:.6g} to {high:.6g}, the survey's {axis.name} from {axis.first:g} to "
        f"{axis.last:g} {own or 'samples'}; they fit neither as {units}: export them in the survey's unit"
    )


def _at_the_top(z: NDArray[np.float64], axis: Axis) -> bool:
    first, step = float(axis.first), abs(float(axis.step or 1.0))
    # Whole seconds are no picks: they have three decimals.
    whole = bool((z == np.rint(z)).all())
    return not whole and bool(0.0 < np.abs(z).max() <= max(first, 0.0) + 2 * step)


def _share(z: NDArray[np.float64], axis: Axis) -> float:
    values = axis.values.astype(np.float64)
    slack = 0.5 * abs(float(values[-1] - values[0])) / max(values.size - 1, 1)
    return float(((z >= values.min() - slack) & (z <= values.max() + slack)).mean())


def _words(unit: str, own: str, sign: float, *, chosen: bool) -> str:
    found = []
    if unit != own:
        found.append(f"{unit} turned into {own}")
    elif not chosen and own in _TO_M:
        # In feet the same picks might fit as well: what was assumed is told.
        found.append(f"depths taken as {own}")
    if sign < 0:
        found.append("numbers below zero taken as downwards")
    return ", ".join(found)
