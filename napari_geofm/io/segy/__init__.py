"""SEG-Y, revisions 0 to 2.1, in and out."""

from napari_geofm.io.segy.candidates import Candidate
from napari_geofm.io.segy.looking import HeaderTable, Outline, SegyLook, likely_count, look_at
from napari_geofm.io.segy.memory import forget, recall, remember
from napari_geofm.io.segy.oddity import Oddity
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.reader import is_segy, read_segy, text_header
from napari_geofm.io.segy.scan import LineBytes
from napari_geofm.io.segy.template import SegyTemplate
from napari_geofm.io.segy.writer import segy_like_job, sidecar_of, write_segy_like

__all__ = [
    "Candidate",
    "HeaderTable",
    "LineBytes",
    "Oddity",
    "Outline",
    "SegyLook",
    "SegyOptions",
    "SegyTemplate",
    "forget",
    "is_segy",
    "likely_count",
    "look_at",
    "read_segy",
    "recall",
    "remember",
    "segy_like_job",
    "sidecar_of",
    "text_header",
    "write_segy_like",
]
