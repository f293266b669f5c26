"""A file becomes a survey in the viewer: opened off the window's thread, its session restored, the dock beside it."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_geofm.errors import GeoFMError
from napari_geofm.gui.dock import Dock
from napari_geofm.gui.engine import Engine
from napari_geofm.gui.telling import tell, telling
from napari_geofm.gui.workspace import Workspace
from napari_geofm.io.opening import open_survey

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.core.survey import Survey

__all__ = ["Opening", "opening_of"]

NAME = "GeoFM"


class Opening(QObject):
    """What opens surveys in one viewer; one at a time is open.

    Parameters
    ----------
    viewer
        napari's.
    """

    opened = Signal(object)
    """The workspace of a survey that was opened."""

    _ended = Signal(object)

    def __init__(self, viewer: "Viewer") -> None:
        super().__init__()
        self._viewer = viewer
        self._dock: Any = None
        self.workspace: Workspace | None = None
        self._ended.connect(self._arrived)
        self._busy = False

    def open(self, file: Path) -> None:
        """Open a survey; what was open before is saved and closed once the new one could be read."""
        if self._busy:
            tell("Another survey is being opened; wait for it")
            return
        self._busy = True
        self._viewer.status = f"Opening {file.name}…"
        threading.Thread(target=self._read, args=(file,), name="geofm-opening", daemon=True).start()

    def close(self) -> None:
        """Save and close what is open."""
        if self.workspace is None:
            return
        self.workspace.close()
        self._viewer.window.remove_dock_widget(self._dock)
        for layer in self.workspace.view.layers.all:
            if layer in self._viewer.layers:
                self._viewer.layers.remove(layer)
        self.workspace, self._dock = None, None

    def _read(self, file: Path) -> None:
        try:
            found: Survey | str = open_survey(file)
        except GeoFMError as error:
            found = str(error)
        except (OSError, ValueError, RuntimeError) as error:
            found = f"{file.name} cannot be opened: {error}"
        self._ended.emit(found)

    def _arrived(self, found: "Survey | str") -> None:
        from napari_geofm.session import Session

        self._busy = False
        self._viewer.status = ""
        if isinstance(found, str):
            tell(found)
            return
        with telling():
            self.close()
            self.workspace = Workspace(self._viewer, Session(found), Engine(), self)
            self._dock = self._viewer.window.add_dock_widget(Dock(self.workspace), name=NAME, area="right")
            self.opened.emit(self.workspace)


_OPENINGS: dict[int, Opening] = {}


def opening_of(viewer: "Viewer") -> Opening:
    """Return what opens surveys in a viewer; it is closed with the viewer's window."""
    if id(viewer) not in _OPENINGS:
        found = Opening(viewer)
        _OPENINGS[id(viewer)] = found
        window = viewer.window._qt_window
        window.destroyed.connect(lambda: _OPENINGS.pop(id(viewer), None))
        window.installEventFilter(_Closer(found, window))
    return _OPENINGS[id(viewer)]


class _Closer(QObject):
    """Saves the session when the window closes."""

    def __init__(self, opening: Opening, parent: QObject) -> None:
        super().__init__(parent)
        self._opening = opening

    def eventFilter(self, _watched: Any, event: Any) -> bool:  # noqa: N802  (Qt's name)
        """Look for the closing of the window."""
        if event.type() == event.Type.Close and self._opening.workspace is not None:
            self._opening.workspace.close()
            self._opening.workspace = None
        return False
