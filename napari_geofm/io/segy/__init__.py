"""SEG-Y, revisions 0 to 2.1, in and out."""

from napari_geofm.io.segy.oddity import Oddity
from napari_geofm.io.segy.reader import is_segy, read_segy, text_header
from napari_geofm.io.segy.template import SegyTemplate
from napari_geofm.io.segy.writer import sidecar_of, write_segy_like

__all__ = ["Oddity", "SegyTemplate", "is_segy", "read_segy", "sidecar_of", "text_header", "write_segy_like"]
