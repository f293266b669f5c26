"""A session by script, with real clicks, keys and strokes: the demo without a screen, the pictures of the docs."""

from napari_geofm.gui.tour.hands import Hands, settle, until
from napari_geofm.gui.tour.paths import stroke_paths
from napari_geofm.gui.tour.tour import Tour
from napari_geofm.gui.tour.tour_spec import TourSpec
from napari_geofm.gui.tour.visit import Visit

__all__ = ["Hands", "Tour", "TourSpec", "Visit", "settle", "stroke_paths", "until"]
