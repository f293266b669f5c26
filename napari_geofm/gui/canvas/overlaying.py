"""Where a widget that paints over a section has to lie and to paint."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from napari_geofm.gui.canvas.canvas_look import canvas_of
from napari_geofm.gui.canvas.geometry import proportions

if TYPE_CHECKING:
    from napari import Viewer
    from qtpy.QtWidgets import QWidget

    from napari_geofm.gui.canvas.section_view import SectionView
    from napari_geofm.session import Session

__all__ = ["follow_camera"]

Follow = Callable[[tuple[float, float], tuple[float, float]], None]
"""Paints with a section's first corner at the first pair, and samples as large as the second, in pixels."""


def follow_camera(
    overlay: "QWidget", follow: Follow, viewer: "Viewer", view: "SectionView", session: "Session", *, anything: bool
) -> None:
    """Lay a widget over what the rulers leave of the canvas, and paint where the camera sees the section now.

    Parameters
    ----------
    overlay, follow
        The widget, and what has it paint.
    viewer, view, session
        What it lies over.
    anything
        Whether it has something to paint; it is hidden where not, and in three dimensions.
    """
    section, canvas = view.section, canvas_of(viewer)
    seen = anything and section is not None and viewer.dims.ndisplay == 2
    overlay.setVisible(seen)
    if not seen or section is None:
        return
    height, width = view.furniture.rulers.margins
    overlay.setGeometry(width, height, canvas.width() - width, canvas.height() - height)
    camera = viewer.scene.camera
    zoom, (middle_y, middle_x) = float(camera.zoom), camera.center[-2:]
    down, across = proportions(session.survey, section, session.settings.exaggeration).scale
    origin = (canvas.width() / 2 - middle_x * zoom, canvas.height() / 2 - middle_y * zoom)
    follow(origin, (across * zoom, down * zoom))
