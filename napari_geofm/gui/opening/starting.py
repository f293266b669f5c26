"""The viewer as a program of its own, and the widget that opens a survey in any viewer.

What a survey needs around it is imported once the empty window is there, which takes a quarter of its time.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.gui.opening.recent_list import RecentList

__all__ = ["begin", "opener", "run_viewer", "started"]

WELCOME = "Open survey"

UNDRAWN_MS = 700
"""A window that has not been drawn for so long is out of sight, and waited for no longer."""


def opener(viewer: "Viewer") -> "RecentList":
    """Return a widget that opens a survey: buttons for any file or folder, and the surveys opened last."""
    from napari_geofm.gui.opening.opening import opening_of
    from napari_geofm.gui.opening.recent_list import RecentList

    opening = opening_of(viewer)
    found = RecentList(opening.open, opening.ask, lambda: opening.ask(folder=True))
    opening.opened.connect(found.refresh)
    return found


def begin(viewer: "Viewer", files: Sequence[Path]) -> None:
    """Open the first of ``files``, or show the surveys opened last, a list that goes once a survey is open."""
    from napari_geofm.gui.opening.opening import opening_of

    opening = opening_of(viewer)
    for file in files:
        opening.open(file)
    if not files:
        welcome = viewer.window.add_dock_widget(opener(viewer), name=WELCOME, area="right")

        def leave(_workspace: Any) -> None:
            opening.opened.disconnect(leave)
            viewer.window.remove_dock_widget(welcome)

        opening.opened.connect(leave)


def started(files: Sequence[Path]) -> "Viewer":
    """Return a viewer that has begun with ``files`` (see :func:`begin`)."""
    import napari

    viewer = napari.Viewer(title="GeoFM")
    begin(viewer, files)
    return viewer


def run_viewer(files: Sequence[Path]) -> None:
    """Show the viewer, begin as soon as its window is drawn (see :func:`begin`), and wait until it is closed."""
    import napari

    viewer = napari.Viewer(title="GeoFM")
    once_drawn(viewer, lambda: begin(viewer, files))
    napari.run()


def once_drawn(viewer: "Viewer", do: Callable[[], None]) -> None:
    """Do something when the canvas has been drawn for the first time; or soon, where it is not to be seen."""
    window = viewer.window._qt_window
    parent = QObject(window)
    late, soon = QTimer(parent), QTimer(parent)
    drawn = viewer.window._qt_viewer.canvas._scene_canvas.events.draw

    def go() -> None:
        drawn.disconnect(awake)
        parent.deleteLater()
        do()

    def awake(_event: object = None) -> None:
        late.stop()
        soon.start()

    for timer, wait in ((late, UNDRAWN_MS), (soon, 0)):
        timer.setSingleShot(True)
        timer.setInterval(wait)
        timer.timeout.connect(go)
    drawn.connect(awake, position="last")
    late.start()
