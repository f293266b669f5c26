"""Where on the map a sample lies."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.io.segy import SegyTemplate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_geofm.core.survey import Survey

__all__ = ["Positions"]


class Positions:
    """X and Y of a survey's samples, as far as its file gives them.

    Parameters
    ----------
    survey
        Of a 2-D line the coordinates are read from its trace headers, by :meth:`load` or when they are first asked for.
    """

    def __init__(self, survey: "Survey") -> None:
        self._survey = survey
        self._line: NDArray[np.float64] | None = None
        self._loaded = False

    def load(self) -> None:
        """Read what takes a moment; called off the window's thread."""
        template = self._survey.template
        if self._loaded or not isinstance(template, SegyTemplate) or len(self._survey.dims) != 2:
            self._loaded = True
            return
        from napari_geofm.io.segy.coordinates import trace_positions

        self._line = trace_positions(template.layout, template.grid, template.options)
        self._loaded = True

    def xy(self, numbers: Mapping[str, float]) -> tuple[float, float] | None:
        """Return X and Y in the file's own coordinates, or None where they are not known.

        Parameters
        ----------
        numbers
            The sample's number along each axis: ``{"inline": 1080, "crossline": 1200, "twt": 400.0}``.
        """
        template = self._survey.template
        affine, transform = getattr(template, "affine", None), getattr(template, "transform", None)
        if affine is not None and {"inline", "crossline"} <= numbers.keys():
            x, y = affine.xy(numbers["inline"], numbers["crossline"])
            return float(x), float(y)
        if transform is not None and {"row", "column"} <= numbers.keys():
            a, b, c, d, e, f = transform
            row, column = numbers["row"] + 0.5, numbers["column"] + 0.5
            return a * column + b * row + c, d * column + e * row + f
        if self._line is not None and "cdp" in numbers:
            x, y = self._line[self._survey.axis("cdp").nearest(numbers["cdp"])]
            return (float(x), float(y)) if np.isfinite(x) and np.isfinite(y) else None
        return None
