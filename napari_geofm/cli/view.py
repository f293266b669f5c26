"""``geofm view``: the viewer, with a survey open."""

from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Open the viewer, and wait until it is closed.

    Raises
    ------
    SourceError
        When a file is not there: better said here than in a window.
    """
    from napari_geofm.errors import SourceError

    for file in arguments.files:
        if not Path(file).exists():
            raise SourceError(f"No file or folder {file}; check the path")
    from napari_geofm.gui.opening.starting import run_viewer

    run_viewer([Path(file) for file in arguments.files])
    return Result(None, [])
