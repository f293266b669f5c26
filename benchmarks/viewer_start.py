"""How long ``geofm view FILE`` takes until the section is drawn, beside bare napari until its window is drawn.

Fresh processes, one after the other, from the start of Python to the canvas's first picture with the section on it,
and to bare napari's first picture. A first round warms the disk up. Figure: at most 1.3 times bare napari, best of all.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.viewer_stage import large_cube, on_a_screen, own_folders, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari import Viewer

RUNS = 5
LIMIT = 1.3


def main() -> int:
    """Measure, print; return 1 where the figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--child", choices=("ours", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return ours(options.file) if options.child == "ours" else bare()
    on_a_screen()
    rows: dict[str, list[float]] = {"bare": [], "ours": []}
    with own_folders() as folder:
        file = large_cube(folder)
        for run in range(options.runs + 1):
            for name, found in rows.items():
                seconds = start(name, file)
                if run:
                    found.append(seconds)
    print(f"{'start, s':<16}{'best':>8}{'median':>8}")
    for name, found in rows.items():
        print(f"{name:<16}{min(found):>8.2f}{statistics.median(found):>8.2f}")
    return int(not verdict("best start, times bare napari's", min(rows["ours"]) / min(rows["bare"]), LIMIT))


def start(which: str, file: Path) -> float:
    """Return the seconds from the start of a process until it says that its picture is drawn."""
    words = [sys.executable, "-m", "benchmarks.viewer_start", "--child", which, "--file", str(file)]
    begin = time.monotonic()
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    # The clock is the machine's, the same in all processes.
    return float(done.stdout.split()[-1]) - begin


def bare() -> int:
    """Open napari, tell when it is drawn, leave."""
    import napari

    viewer = napari.Viewer()
    leave_when_drawn(viewer, lambda: True)
    napari.run()
    return 0


def ours(file: Path) -> int:
    """Do what ``geofm view FILE`` does, tell when the section is drawn, leave."""
    import napari

    from napari_geofm.cli import main as geofm

    run = napari.run

    def watched() -> None:
        from napari_geofm.gui.opening import opening_of

        viewer = napari.current_viewer()
        assert viewer is not None
        opening = opening_of(viewer)

        def shown() -> bool:
            return opening.workspace is not None and opening.workspace.view.at is not None

        leave_when_drawn(viewer, shown)
        run()

    vars(napari)["run"] = watched
    return geofm(["view", str(file)])


def leave_when_drawn(viewer: "Viewer", shown: "Callable[[], bool]") -> None:
    """Print the moment at which a canvas is drawn while a condition holds, and close the window."""
    from qtpy.QtCore import QTimer

    told = list[float]()

    def drawn(_event: object) -> None:
        from vispy.gloo import gl

        if not told and shown():
            gl.glFinish()
            told.append(time.monotonic())
            print(told[0], flush=True)
            QTimer.singleShot(0, viewer.close)

    viewer.window._qt_viewer.canvas._scene_canvas.events.draw.connect(drawn, position="last")


if __name__ == "__main__":
    raise SystemExit(main())
