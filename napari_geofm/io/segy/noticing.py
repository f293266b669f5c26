"""What is unusual about a file that could be read, in words of :class:`Oddity`."""

import numpy as np

from napari_geofm.io.segy.candidates import STANDARD
from napari_geofm.io.segy.geometry import Grid, file_order
from napari_geofm.io.segy.oddity import Oddity
from napari_geofm.io.segy.template import SegyTemplate

__all__ = ["oddities_of"]


def oddities_of(
    template: SegyTemplate, zero_share: float, strange_share: float, *, doubtful: bool = False
) -> tuple[str, ...]:
    """Return what is unusual about the geometry of a file.

    Parameters
    ----------
    template
        Where its traces lie.
    zero_share
        Which share of them hold only zeros, 0 to 1.
    strange_share
        Which share of them hold samples that are NaN or infinite, 0 to 1.
    doubtful
        Whether it is told already that the bytes of the line numbers are in doubt.
    """
    grid, odd = template.grid, []
    areal = len(grid.lines) == 2
    if areal and (template.iline_byte, template.xline_byte) != (STANDARD.iline, STANDARD.xline):
        odd.append(Oddity.OTHER_BYTES.say(iline=template.iline_byte, xline=template.xline_byte))
    if not areal and template.xline_byte == 0:
        odd += [] if doubtful else [Oddity.NO_NUMBERS.say()]
    elif not areal and template.xline_byte != 21:
        odd += [Oddity.ONE_LINE.say(), Oddity.OTHER_CDP.say(byte=template.xline_byte)]
    names = ("inline", "crossline") if areal else ("CDP",)
    odd += _grid_oddities(grid, names)
    if order := file_order(grid.index):
        odd += [Oddity.CROSSLINE_SORTED.say()] if order.slow else []
        odd += [Oddity.FALLING.say(axis=name) for name, falls in zip(names, order.falls, strict=True) if falls]
    elif areal:
        odd.append(Oddity.UNSORTED.say())
    if template.dead.size:
        odd.append(Oddity.DEAD.say(count=template.dead.size))
    if zero_share > 0.0:
        odd.append(Oddity.ZERO.say(percent=max(1.0, 100.0 * zero_share)))
    if strange_share > 0.0:
        odd.append(Oddity.STRANGE.say(percent=max(1.0, 100.0 * strange_share)))
    return tuple(odd)


def _grid_oddities(grid: Grid, names: tuple[str, ...]) -> list[str]:
    odd = [
        Oddity.UNEVEN.say(axis=name)
        for name, line in zip(names, grid.lines, strict=True)
        if line.size > 2 and np.unique(np.diff(line)).size > 1
    ]
    if grid.n_missing:
        odd.append(Oddity.MISSING.say(count=grid.n_missing, whole=grid.index.size))
    if grid.repeats.size:
        odd.append(Oddity.DUPLICATES.say(count=grid.repeats.size))
    return odd
