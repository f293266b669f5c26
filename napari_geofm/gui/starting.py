"""The viewer as a program of its own, and the widget that opens a survey in any viewer."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QFileDialog

from napari_geofm.gui.opening import opening_of
from napari_geofm.gui.recent_list import RecentList

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["opener", "run_viewer"]


def opener(viewer: "Viewer") -> RecentList:
    """Return a widget that opens a survey: a button for any file, and the surveys opened last."""
    opening = opening_of(viewer)

    def ask() -> None:
        name, _ = QFileDialog.getOpenFileName(viewer.window._qt_window, "Open survey")
        if name:
            opening.open(Path(name))

    return RecentList(viewer, opening.open, ask)


def run_viewer(files: Sequence[Path]) -> None:
    """Show the viewer with the first of ``files`` open, or the surveys opened last, and wait until it is closed."""
    import napari

    viewer = napari.Viewer(title="GeoFM")
    if files:
        opening_of(viewer).open(files[0])
    else:
        viewer.window.add_dock_widget(opener(viewer), name="Open survey", area="right")
    napari.run()
