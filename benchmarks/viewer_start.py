"""How long ``geofm view FILE`` takes until its window and the section in it are drawn, beside bare napari.

Fresh processes, one after the other, from the start of Python to the canvas's first picture, and to the first with the
section on it. Bare napari's first picture is that of an empty window, or of one section's amplitudes from memory: the
least that shows what ours shows. A first round warms the disk up. Figure: window beside empty window, section beside
section at most 1.3 times bare napari, best of the runs.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.open_large_segy import SAMPLES, XLINES
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
    parser.add_argument("--child", choices=("window", "ours", "bare", "shown"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        if options.child in {"ours", "window"}:
            return ours(options.file, section=options.child == "ours")
        return bare(filled=options.child == "shown")
    on_a_screen()
    rows: dict[str, list[tuple[float, float]]] = {"bare": [], "window": [], "shown": [], "ours": []}
    with own_folders() as folder:
        file = large_cube(folder)
        for run in range(options.runs + 1):
            for name, found in rows.items():
                taken = start(name, file)
                if run:
                    found.append(taken)
    print(f"{'start, s':<34}{'best':>8}{'median':>8}{'CPU':>8}")
    names = {
        "bare": "napari, empty window",
        "window": "geofm view FILE, window",
        "shown": "napari with one section",
        "ours": "geofm view FILE, section",
    }
    for name, found in rows.items():
        seconds, cpu = zip(*found, strict=True)
        print(f"{names[name]:<34}{min(seconds):>8.2f}{statistics.median(seconds):>8.2f}{min(cpu):>8.2f}")
    best = {name: min(found)[0] for name, found in rows.items()}
    met = verdict("window, times that of an empty window of napari", best["window"] / best["bare"], LIMIT)
    met &= verdict("section, times that of napari with one section", best["ours"] / best["shown"], LIMIT)
    print(f"section, times that of an empty window of napari: {best['ours'] / best['bare']:.2f}")
    return int(not met)


def start(which: str, file: Path) -> tuple[float, float]:
    """Return the seconds from the start of a process until it says that its picture is drawn, and those of CPU."""
    words = [sys.executable, "-m", "benchmarks.viewer_start", "--child", which, "--file", str(file)]
    begin = time.monotonic()
    done = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True)
    # The clock is the machine's, the same in all processes.
    drawn, cpu = (float(word) for word in done.stdout.split()[-2:])
    return drawn - begin, cpu


def bare(*, filled: bool) -> int:
    """Open napari, empty or with one section, tell when it is drawn, leave."""
    import napari

    viewer = napari.Viewer()
    if filled:
        viewer.add_image(np.random.default_rng(0).normal(size=(SAMPLES, XLINES)).astype(np.float32))
    leave_when_drawn(viewer, lambda: True)
    napari.run()
    return 0


def ours(file: Path, *, section: bool) -> int:
    """Do what ``geofm view FILE`` does, tell when the window, or the section in it, is drawn, leave."""
    import napari

    from napari_geofm.cli import main as geofm

    run = napari.run

    def watched() -> None:
        viewer = napari.current_viewer()
        assert viewer is not None

        def shown() -> bool:
            return not section or any(
                layer.name == "amplitude" and min(layer.data.shape) > 2 for layer in viewer.layers
            )

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
            print(told[0], time.process_time(), flush=True)
            QTimer.singleShot(0, viewer.close)

    viewer.window._qt_viewer.canvas._scene_canvas.events.draw.connect(drawn, position="last")


if __name__ == "__main__":
    raise SystemExit(main())
