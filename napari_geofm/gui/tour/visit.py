"""A viewer that a script works with mouse and keys: its dock, its steps, pictures of what it shows."""

from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.gui.opening.opening import opening_of
from napari_geofm.gui.tour.hands import Hands

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.gui.dock.dock import Dock
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Visit"]


class Visit:
    """What scripts need of a viewer, whatever is open in it.

    Parameters
    ----------
    viewer
        A viewer whose window is shown.
    folder
        Where pictures go.
    """

    def __init__(self, viewer: "Viewer", folder: Path) -> None:
        self.viewer, self.folder = viewer, folder
        self.hands = Hands(viewer)
        self.pictures: list[str] = []

    @property
    def workspace(self) -> "Workspace":
        """Session, engine and section view."""
        found = opening_of(self.viewer).workspace
        assert found is not None
        return found

    @property
    def dock(self) -> "Dock":
        """The dock."""
        from napari_geofm.gui.dock.dock import Dock

        found: Dock | None = self.viewer.window._qt_window.findChild(Dock)
        assert found is not None
        return found

    def tab(self, name: str) -> None:
        """Click on a tab: "Survey", "Features", "Labels", "Learn" or "Predict"."""
        bar = self.dock.tabs.tabBar()
        assert bar is not None
        places = [self.dock.tabs.tabText(place) for place in range(self.dock.tabs.count())]
        self.hands.click(bar, bar.tabRect(places.index(name)).center())

    def choose_class(self, number: int) -> None:
        """Click on a class, which takes the brush as well."""
        table = self.dock.labels.classes
        self.hands.click(table.viewport(), table.visualRect(table.table.index(number, 1)).center())

    def picture(self, name: str) -> None:
        """Write what the window shows."""
        self.viewer.window.screenshot(str(self.file_of(name)), flash=False)

    def file_of(self, name: str) -> Path:
        """Return the file of the next picture, numbered in the order in which they are made."""
        self.pictures.append(f"{len(self.pictures) + 1}-{name}.png")
        return self.folder / self.pictures[-1]
