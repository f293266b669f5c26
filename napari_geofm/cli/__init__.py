"""The command line: ``geofm VERB ...``, the same jobs without a window."""

from napari_geofm.cli.main import main

__all__ = ["main"]
