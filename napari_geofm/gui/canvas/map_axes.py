"""What stands along the edges of a map, and how wide its pixels are where one looks."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.io.raster import Ground
from napari_geofm.io.raster.grid import is_straight

if TYPE_CHECKING:
    from napari_geofm.core.section import Section
    from napari_geofm.core.survey import Survey

__all__ = ["MapAxes"]


class MapAxes:
    """The ground under one section.

    Parameters
    ----------
    survey, section
        What is shown.
    """

    def __init__(self, survey: "Survey", section: "Section") -> None:
        self._section = section
        self._ground = Ground.of(survey.template) if survey.kind == "image" else None
        self._wide: NDArray[np.float64] | None = None

    @property
    def rows(self) -> Axis:
        """Down the left edge: km of a projected map, else what the section counts."""
        return self._in_km(self._section.rows, 1, "y")

    @property
    def columns(self) -> Axis:
        """Along the upper edge."""
        return self._in_km(self._section.columns, 0, "x")

    def width_m(self, row: float, column: float) -> float | None:
        """Return how wide a pixel of the section is there in m; None where that is not known."""
        if self._ground is None:
            return None
        if self._wide is None:
            self._wide = self._widths()
        tall, wide = self._wide.shape
        shape = self._section.shape
        down, across = (
            min(max(at / max(size - 1, 1), 0.0), 1.0) for at, size in zip((row, column), shape, strict=True)
        )
        found = float(np.interp(down * (tall - 1), np.arange(tall), self._wide[:, round(across * (wide - 1))]))
        return found if found > 0 else None

    def _widths(self) -> NDArray[np.float64]:
        from napari_geofm.io.raster.pixel_sizes import pixel_sizes_m

        rows, columns = (each for each in self._section.places if isinstance(each, slice))
        lines, across = (np.unique(np.linspace(part.start, part.stop - 1, 257).round().astype(int)) for part in
                         (rows, columns))  # fmt: skip
        found = pixel_sizes_m(self._ground, lines, across)[1]
        return np.asarray(self._section.layout.to_display(found))

    def _in_km(self, axis: Axis, which: int, name: str) -> Axis:
        ground = self._ground
        if ground is None or ground.is_geographic or not is_straight(ground.transform):
            return axis
        numbers = np.asarray(axis.values, np.float64)
        pair = ground.xy(0.0, numbers) if which == 0 else ground.xy(numbers, 0.0)
        return Axis(name, pair[which] / 1000.0, "km")
