"""Anonymous memory of the viewer with a 466 MB survey after 300 steps, beside bare napari; fresh processes.

Pages of mapped files are not counted: they are the system's to take back. Bare napari shows one section from memory.
Figure: at most 150 MB more.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

from benchmarks.viewer_stage import Stage, large_cube, on_a_screen, own_folders, settle, until, verdict

STEPS = 300
LIMIT_MB = 150.0


def main() -> int:
    """Measure both in processes of their own, print; return 1 where the figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--measure", choices=("ours", "bare"), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(ours(options.file, options.steps) if options.measure == "ours" else bare()))
        return 0
    on_a_screen()
    with own_folders() as folder:
        file = large_cube(folder)
        found = {each: in_fresh_process(file, each, options.steps) for each in ("bare", "ours")}
    print(f"{'anonymous memory, MB':<44}{'MB':>8}")
    for what, mb in {**found["bare"], **found["ours"]}.items():
        print(f"{what:<44}{mb:>8.0f}")
    more = max(found["ours"].values()) - max(found["bare"].values())
    return int(not verdict("more than bare napari", more, LIMIT_MB, "MB"))


def in_fresh_process(file: Path, what: str, steps: int) -> dict[str, float]:
    """Run one measurement in a process of its own and return what it prints."""
    words = [sys.executable, "-m", "benchmarks.viewer_memory", "--measure", what, "--file", str(file)]
    done = subprocess.run([*words, "--steps", str(steps)], stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def bare() -> dict[str, float]:
    """Return what napari takes with one section."""
    import napari
    import numpy as np

    from benchmarks.open_large_segy import SAMPLES, XLINES, private_mb

    viewer = napari.Viewer()
    viewer.add_image(np.random.default_rng(0).normal(size=(SAMPLES, XLINES)).astype(np.float32))
    settle(2.0)
    found = private_mb()
    viewer.close()
    return {"bare napari with one section": found}


def ours(file: Path, steps: int) -> dict[str, float]:
    """Return what the viewer takes when it is open, and after steps along each axis."""
    from benchmarks.open_large_segy import private_mb

    stage = Stage(file)
    settle(2.0)
    found = {"the survey open": private_mb()}
    session, view = stage.workspace.session, stage.workspace.view
    for axis in session.survey.cuts:
        session.turn(axis)
        session.go_to(type(session.place)(axis, session.survey.axis(axis).values[0].item()))
        for _ in range(steps // len(session.survey.cuts)):
            session.step(1)
            until(lambda: view.at == session.place, what="the section")
            settle(0.02)
    found[f"after {steps} steps"] = private_mb()
    stage.close()
    return found


if __name__ == "__main__":
    raise SystemExit(main())
