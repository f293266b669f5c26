"""What the worker does, told to napari, which asks before a window closes while something runs."""

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject

from napari_geofm.gui.parts.questions import running_words

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.gui.engine import Engine

__all__ = ["RunningJobs"]


class RunningJobs(QObject):
    """Keeps napari's list of running tasks, which its question at closing time shows.

    Parameters
    ----------
    viewer
        napari's.
    engine
        What runs jobs.
    """

    def __init__(self, viewer: "Viewer", engine: "Engine") -> None:
        super().__init__(engine)
        self._window, self._engine = viewer.window, engine
        self._task: Any = None
        engine.busy_changed.connect(self._follow)

    def close(self) -> None:
        """Take what is listed off the list."""
        self._tell("")

    def _follow(self, on: bool) -> None:
        self._tell(self._engine.doing if on else "")

    def _tell(self, doing: str) -> None:
        from napari.utils.task_status import Status

        if self._task is not None:
            self._window._update_task_status(self._task, Status.COMPLETED)
            self._task = None
        if doing:
            running, cost = running_words(doing)
            self._task = self._window._register_task_status("GeoFM", Status.BUSY, f"{running}. {cost}")
