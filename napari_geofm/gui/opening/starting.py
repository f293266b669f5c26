"""The viewer as a program of its own, and the widget that opens a survey in any viewer."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_geofm.gui.opening.opening import opening_of
from napari_geofm.gui.opening.recent_list import RecentList

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["opener", "run_viewer", "started"]

WELCOME = "Open survey"


def opener(viewer: "Viewer") -> RecentList:
    """Return a widget that opens a survey: buttons for any file or folder, and the surveys opened last."""
    opening = opening_of(viewer)
    found = RecentList(opening.open, opening.ask, lambda: opening.ask(folder=True))
    opening.opened.connect(found.refresh)
    return found


def started(files: Sequence[Path]) -> "Viewer":
    """Return a viewer that opens the first of ``files``, or shows the surveys opened last.

    Without a file the list goes once a survey is open.
    """
    import napari

    viewer = napari.Viewer(title="GeoFM")
    opening = opening_of(viewer)
    for file in files:
        opening.open(file)
    if not files:
        welcome = viewer.window.add_dock_widget(opener(viewer), name=WELCOME, area="right")

        def leave(_workspace: Any) -> None:
            opening.opened.disconnect(leave)
            viewer.window.remove_dock_widget(welcome)

        opening.opened.connect(leave)
    return viewer


def run_viewer(files: Sequence[Path]) -> None:
    """Show the viewer and wait until it is closed (see :func:`started`)."""
    import napari

    _viewer = started(files)
    napari.run()
