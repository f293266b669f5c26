"""``geofm view``: the viewer, with a survey open."""

import os
from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.screens import has_screen
from napari_geofm.cli.segy import remember_options, segy_options

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Open the viewer, and wait until it is closed.

    Raises
    ------
    SourceError
        When a file is not there: better said here than in a window.
    JobError
        When there is no screen, where Qt would end the process without a word.
    """
    from napari_geofm.errors import JobError, SourceError

    for file in arguments.files:
        if not Path(file).exists():
            raise SourceError(f"No file or folder {file}; check the path")
    if not has_screen() and not os.environ.get("QT_QPA_PLATFORM"):
        raise JobError(
            "There is no screen here (DISPLAY is not set), and the viewer needs one; log in to a desktop or by ssh -X,"
            " or work with geofm's other verbs, which need none"
        )
    if segy_options(arguments) is not None or arguments.as_found:
        # The viewer and its worker process both go by what is remembered.
        arguments.remember = True
    remember_options(arguments, [Path(file) for file in arguments.files])
    from napari_geofm.gui.opening.starting import run_viewer

    run_viewer([Path(file) for file in arguments.files])
    return Result(None, [])
