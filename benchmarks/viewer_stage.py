"""What the viewer's scripts share: a screen and folders of their own, the viewer on a survey, real mouse events.

A script calls :func:`on_a_screen` first: it goes on in a virtual screen (Xvfb), so that it needs no desktop and
disturbs none, with sessions, settings and features in a folder that is gone afterwards.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from napari import Viewer
    from qtpy.QtWidgets import QWidget

    from napari_geofm.gui.dock.dock import Dock
    from napari_geofm.gui.engine import Engine
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Draws", "Stage", "large_cube", "on_a_screen", "own_folders", "percentile", "settle", "until", "verdict"]

SCREEN = "1366x768x24"
MOVE_S = 0.012
"""Pause between two movements of the mouse; what comes within 10 ms of the last is passed over by vispy."""
MARK = "GEOFM_BENCH_SCREEN"
FOLDER = "GEOFM_BENCH_FOLDER"
"""Where ``run_all`` keeps the large survey for the scripts that want it."""


def on_a_screen(screen: str = SCREEN) -> None:
    """Go on under Xvfb; where it is not there, say so and leave with status 0."""
    if os.environ.get(MARK):
        return
    tool = shutil.which("xvfb-run")
    if tool is None:
        print("no xvfb-run here: install xvfb to measure the viewer")
        raise SystemExit(0)
    os.environ[MARK] = screen
    os.environ.pop("QT_QPA_PLATFORM", None)
    sys.stdout.flush()
    os.execv(tool, [tool, "-a", "-s", f"-screen 0 {screen}", *sys.orig_argv])


@contextmanager
def own_folders() -> Iterator[Path]:
    """Have sessions, napari's settings and features in a folder of this run; weights are the user's."""
    from napari_geofm.nets.weights_cache import cache_folder

    user = cache_folder()
    with tempfile.TemporaryDirectory(prefix="geofm-bench-") as name:
        folder = Path(name)
        cache = folder / "cache"
        cache.mkdir()
        if (user / "weights").is_dir():
            (cache / "weights").symlink_to((user / "weights").resolve())
        os.environ["GEOFM_CACHE"] = str(cache)
        os.environ["XDG_DATA_HOME"] = str(folder / "data")
        os.environ["NAPARI_CONFIG"] = str(folder / "napari.yaml")
        yield folder


def large_cube(folder: Path) -> Path:
    """Return the 466 MB SEG-Y in ``folder``: built, or a link to where :data:`FOLDER` says and it may lie already."""
    from benchmarks.open_large_segy import build

    path = Path(os.environ.get(FOLDER) or folder) / "large.sgy"
    if not path.exists():
        beside = path.with_suffix(".part")
        build(beside)
        beside.replace(path)
    here = folder / path.name
    if not here.exists():
        # The session lies beside the survey: a link gives each run one of its own.
        here.symlink_to(path)
    return here


def percentile(values: Sequence[float], percent: float) -> float:
    """Return a percentile; NaN of nothing."""
    return float(np.percentile(values, percent)) if len(values) else float("nan")


def verdict(what: str, value: float, limit: float, unit: str = "") -> bool:
    """Print a figure beside its limit; return whether it is met."""
    met = value <= limit
    print(f"{what:<66}{value:>10.2f}{f' at most {limit:.2f}':>18} {unit:<4}{'yes' if met else 'NO'}", flush=True)
    return met


def until(condition: Callable[[], object], limit_s: float = 60.0, what: str = "") -> None:
    """Let Qt work until a condition holds.

    Raises
    ------
    TimeoutError
        When it does not within the limit.
    """
    from qtpy.QtWidgets import QApplication

    end = time.monotonic() + limit_s
    while not condition():
        QApplication.processEvents()
        if time.monotonic() > end:
            raise TimeoutError(f"{what or 'what was waited for'} did not come within {limit_s:g} s")
        time.sleep(0.0005)


def settle(seconds: float) -> None:
    """Let Qt work for a while."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() >= end, seconds + 60)


class Draws:
    """Moments at which a canvas has been drawn, finished by the graphics driver.

    Parameters
    ----------
    viewer
        Whose canvas is watched.
    """

    def __init__(self, viewer: "Viewer") -> None:
        self.last = 0.0
        self.condition: Callable[[], object] | None = None
        self.met = 0.0
        viewer.window._qt_viewer.canvas._scene_canvas.events.draw.connect(self._drawn, position="last")

    def wait(self, condition: Callable[[], object], limit_s: float = 60.0) -> float:
        """Wait until the canvas is drawn while a condition holds; return the moment, as ``time.perf_counter``."""
        self.condition, self.met = condition, 0.0
        until(lambda: self.met, limit_s, "the picture")
        self.condition = None
        return self.met

    def _drawn(self, _event: Any) -> None:
        from vispy.gloo import gl

        if self.condition is not None and not self.met and self.condition():
            gl.glFinish()
            self.met = time.perf_counter()


class Stage:
    """The viewer with a survey open, and a hand with a mouse.

    Parameters
    ----------
    file
        The survey.
    size
        Of the window, pixels.
    engine
        Makes what runs the networks; None: the viewer's own, with a worker process.
    viewer
        napari's; None: a new one.
    """

    def __init__(
        self,
        file: Path,
        size: tuple[int, int] = (1366, 768),
        engine: "Callable[[], Engine] | None" = None,
        viewer: "Viewer | None" = None,
    ) -> None:
        import napari

        from napari_geofm.gui.opening.opening import Opening, opening_of

        self.viewer: Viewer = viewer if viewer is not None else napari.Viewer(title="GeoFM")
        self.viewer.window._qt_window.resize(*size)
        self.draws, self.moves = Draws(self.viewer), 0
        self.viewer.window._qt_viewer.canvas._scene_canvas.events.mouse_move.connect(self._moved)
        self.opening = Opening(self.viewer, engine) if engine is not None else opening_of(self.viewer)
        self.opening.open(file)
        until(lambda: self.opening.workspace is not None, what="the survey")
        until(lambda: self.workspace.view.section is not None, what="the first section")
        settle(0.3)

    @property
    def workspace(self) -> "Workspace":
        """Session, engine and section view."""
        assert self.opening.workspace is not None
        return self.opening.workspace

    @property
    def dock(self) -> "Dock":
        """The dock."""
        from napari_geofm.gui.dock.dock import Dock

        found: Dock | None = self.viewer.window._qt_window.findChild(Dock)
        assert found is not None
        return found

    @property
    def canvas(self) -> "QWidget":
        """The widget that the section is drawn on."""
        found: QWidget = self.viewer.window._qt_viewer.canvas.native
        return found

    def on_screen(self, row: float, column: float) -> tuple[float, float]:
        """Return the canvas's pixel over a sample of the section."""
        canvas = self.viewer.window._qt_viewer.canvas
        corners = ((0, 0), (1, 0), (0, 1))
        origin, right, down = (np.array(canvas._map_canvas2world(at, canvas.view))[-2:] for at in corners)
        world = np.array(self.workspace.view.layers.labels.data_to_world((row, column)))[-2:]
        x, y = np.linalg.solve(np.column_stack([right - origin, down - origin]), world - origin)
        return float(x), float(y)

    def under(self, x: float, y: float) -> tuple[float, float]:
        """Return the row and column of the section under a pixel of the canvas."""
        canvas = self.viewer.window._qt_viewer.canvas
        world = canvas._map_canvas2world((x, y), canvas.view)[-2:]
        row, column = self.workspace.view.layers.labels.world_to_data(world)
        return float(row), float(column)

    def mouse(self, kind: str, x: float, y: float, *, held: bool = False, modifiers: Any = None) -> float:
        """Send a real event (``"press"``, ``"move"``, ``"release"``) to the canvas; return the seconds it took."""
        from qtpy.QtCore import QEvent, QPointF, Qt
        from qtpy.QtGui import QMouseEvent
        from qtpy.QtWidgets import QApplication

        types = {
            "press": QEvent.Type.MouseButtonPress,
            "move": QEvent.Type.MouseMove,
            "release": QEvent.Type.MouseButtonRelease,
        }
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        at = QPointF(x, y)
        event = QMouseEvent(
            types[kind],
            at,
            self.canvas.mapToGlobal(at),
            none if kind == "move" else left,
            left if held or kind == "press" else none,
            modifiers or Qt.KeyboardModifier.NoModifier,
        )
        begin = time.perf_counter()
        QApplication.sendEvent(self.canvas, event)
        return time.perf_counter() - begin

    def drag(self, points: Sequence[tuple[float, float]], halfway: Callable[[], object] | None = None) -> list[float]:
        """Press at the first of canvas pixels, move over the others, release; return each move's seconds.

        ``halfway`` is called in the middle, with the button down.
        """
        settle(MOVE_S)
        self.mouse("move", *points[0])
        self.mouse("press", *points[0])
        taken = []
        for number, (x, y) in enumerate(points[1:], 1):
            if halfway is not None and number == len(points) // 2:
                halfway()
            settle(MOVE_S)
            before = self.moves
            seconds = self.mouse("move", x, y, held=True)
            # What vispy passes over takes no time, and counts for nothing.
            taken += [seconds] * (self.moves - before)
        settle(MOVE_S)
        self.mouse("release", *points[-1])
        return taken

    def _moved(self, _event: object) -> None:
        self.moves += 1

    def close(self) -> None:
        """Close the window, as its user does: the session is saved, the worker ended."""
        self.viewer.close()
        settle(0.2)
