"""Horizons, fault sticks and polygons of other programs: files <-> core types."""

from napari_geofm.io.interpretations.line_writing import LINE_FORMS
from napari_geofm.io.interpretations.reading import Imported, Interpretation, read_interpretations
from napari_geofm.io.interpretations.writing import HORIZON_FORMATS, STICK_FORMATS, write_horizon, write_sticks

__all__ = [
    "HORIZON_FORMATS",
    "LINE_FORMS",
    "STICK_FORMATS",
    "Imported",
    "Interpretation",
    "read_interpretations",
    "write_horizon",
    "write_sticks",
]
