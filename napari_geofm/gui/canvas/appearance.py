"""How amplitudes look: the colour maps that interpreters know, clip and polarity."""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import Stretch

if TYPE_CHECKING:
    from napari.utils import Colormap

__all__ = ["COLOUR_MAPS", "clip_limits", "colour_map"]

COLOUR_MAPS: dict[str, tuple[str, ...]] = {
    "gray": ("#000000", "#ffffff"),
    "red-white-blue": ("#b2182b", "#ffffff", "#2166ac"),
    "brown-white-blue": ("#5b3a1a", "#c8a97e", "#ffffff", "#7fa8d9", "#12356b"),
    "yellow-red-gray-blue-cyan": ("#ffff00", "#bf0000", "#cacaca", "#00007f", "#00ffff"),
    "red-white-black": ("#c00000", "#ffffff", "#000000"),
    "heights": ("#2b3f8c", "#3d8fb8", "#6fb78a", "#e6d98a", "#c27c45", "#8a4a36", "#ffffff"),
}
"""By the name that is offered, from the lowest amplitude to the highest."""


@cache
def colour_map(name: str, *, flipped: bool = False) -> "Colormap":
    """Return a colour map; flipped, low and high amplitudes change places (reversed polarity)."""
    from napari.utils import Colormap
    from vispy.color import Color

    colours: list[Any] = [Color(word).rgba for word in COLOUR_MAPS.get(name, COLOUR_MAPS["gray"])]
    ordered = colours[::-1] if flipped else colours
    # NaN, where there is no trace, is transparent.
    return Colormap(ordered, name=f"{name}{' reversed' if flipped else ''}", nan_color=(0, 0, 0, 0))


def clip_limits(stretch: Stretch, values: NDArray[np.float32], percent: float) -> tuple[float, float]:
    """Return the amplitudes shown in the first and the last colour.

    Parameters
    ----------
    stretch
        The survey's, at the 99th percentile: what is used at 99, so that neighbouring lines compare.
    values
        Amplitudes of the section.
    percent
        Percentile of the magnitude; other than 99 it is this section's.
    """
    if percent == 99.0:
        return stretch.low, stretch.high
    known = np.abs(values[np.isfinite(values)])
    if not known.size:
        return stretch.low, stretch.high
    middle = (stretch.low + stretch.high) / 2
    if stretch.low < 0 < stretch.high:
        reach = float(np.percentile(known, percent)) or 1.0
        return -reach, reach
    finite = values[np.isfinite(values)]
    low, high = (float(edge) for edge in np.percentile(finite, [100 - percent, percent]))
    return (low, high) if high > low else (middle - 1.0, middle + 1.0)
