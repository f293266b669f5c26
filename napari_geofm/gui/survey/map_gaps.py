"""Where a survey has no traces, on the small map: irregular outlines, gaps, missing lines."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QRectF
from qtpy.QtGui import QColor, QImage, QPainter

from napari_geofm.io.segy import SegyTemplate

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey
    from napari_geofm.gui.survey.map_frame import MapFrame

__all__ = ["draw_gaps", "gaps_of"]

APART = 0.75
"""Part of the usual distance of lines; a place further from any line than this has none."""


def gaps_of(survey: "Survey", frame: "MapFrame") -> NDArray[np.bool_] | None:
    """Return where the map has no traces, bool ``(px down, px across)``; None where it has everywhere, or is unknown.

    Parameters
    ----------
    survey
        A volume with inlines and crosslines; which traces are there is known of SEG-Y only.
    frame
        The map.
    """
    template = survey.template
    if not isinstance(template, SegyTemplate) or template.grid.index.ndim != 2:
        return None
    size = max(1, round(frame.height)), max(1, round(frame.width))
    found = {}
    for name in ("inline", "crossline"):
        ends = [frame.line(name, float(number))[0] for number in survey.axis(name).values]
        across = frame.span(name, None)[0]
        start, count = (frame.left, size[1]) if across else (frame.top, size[0])
        found[across] = (name, *_nearest(np.array([end[0 if across else 1] for end in ends]) - start, count))
    (name, along, far), (_, down, deep) = found[True], found[False]
    places = (along[None, :], down[:, None]) if name == "inline" else (down[:, None], along[None, :])
    missing: NDArray[np.bool_] = (template.grid.index[places] < 0) | far[None, :] | deep[:, None]
    return missing if missing.any() else None


def draw_gaps(painter: QPainter, gaps: NDArray[np.bool_], frame: "MapFrame", ground: QColor) -> None:
    """Draw the window's ground where there are no traces."""
    pixels = np.where(gaps, np.uint32(ground.rgba()), np.uint32(0)).astype(np.uint32)
    # The image does not keep what it shows.
    held = pixels.tobytes()
    image = QImage(held, gaps.shape[1], gaps.shape[0], 4 * gaps.shape[1], QImage.Format.Format_ARGB32)
    painter.drawImage(QRectF(frame.left, frame.top, frame.width, frame.height), image)


def _nearest(lines: NDArray[np.float64], count: int) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
    """Return for each pixel which line is nearest, and whether even that is too far."""
    order = np.argsort(lines)
    middles = np.arange(count) + 0.5
    ends = np.searchsorted((lines[order][1:] + lines[order][:-1]) / 2, middles)
    nearest = order[ends]
    step = float(np.median(np.diff(lines[order]))) if lines.size > 1 else float(count)
    # Lines closer than pixels leave no gap between them.
    return nearest, np.abs(lines[nearest] - middles) > max(APART * step, 1.0)
