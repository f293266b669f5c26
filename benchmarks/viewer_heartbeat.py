"""How late the window's heartbeat is while sections are stepped, with nothing training and with a fine-tune running.

A timer of 20 ms runs in the window's thread while five sections a second are stepped through on a 466 MB survey.
Lateness is how much more than 20 ms lies between two beats. Runs alternate; the fine-tune runs in the worker as always:
one core is left to the window, and the worker has a lower priority. Figure: the 99th percentile of lateness at most
twice that of the idle viewer or 60 ms, whichever is more; median of the runs.
"""

import argparse
import os
import statistics
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.viewer_stage import Stage, large_cube, on_a_screen, own_folders, percentile, settle, until, verdict

RUNS = 5
SECONDS = 8.0
BEAT_MS = 20
STEP_MS = 200
FLOOR_MS = 60.0


def main() -> int:
    """Measure, print; return 1 where the figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    options = parser.parse_args()
    on_a_screen()
    rows: dict[str, list[list[float]]] = {"idle": [], "training": []}
    with own_folders() as folder:
        stage = Stage(large_cube(folder))
        paint(stage)
        for _ in range(options.runs):
            rows["idle"].append(beats(stage, options.seconds))
            train(stage)
            rows["training"].append(beats(stage, options.seconds))
            describe_worker(stage)
            stop(stage)
        stage.close()
    print(f"\n{'beats late by, ms':<20}{'p50':>8}{'p95':>8}{'p99':>8}{'max':>8}   (medians of {options.runs} runs)")
    found = {}
    for name, runs in rows.items():
        middle = [statistics.median(percentile(run, each) for run in runs) for each in (50, 95, 99, 100)]
        found[name] = middle[2]
        print(f"{name:<20}" + "".join(f"{each:>8.1f}" for each in middle))
    limit = max(2 * found["idle"], FLOOR_MS)
    return int(not verdict("training: 99th percentile of lateness", found["training"], limit, "ms"))


def beats(stage: Stage, seconds: float) -> list[float]:
    """Step five times a second, there and back; return how late each beat of the timer was, ms."""
    from qtpy.QtCore import Qt, QTimer

    session, late, last, steps = stage.workspace.session, list[float](), [time.perf_counter()], [0]

    def beat() -> None:
        now = time.perf_counter()
        late.append(max(0.0, 1000 * (now - last[0]) - BEAT_MS))
        last[0] = now

    def step() -> None:
        session.step(1 if steps[0] % 40 < 20 else -1)
        steps[0] += 1

    timers = []
    for interval, call in ((BEAT_MS, beat), (STEP_MS, step)):
        timer = QTimer(stage.viewer.window._qt_window)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        timer.setInterval(interval)
        timer.timeout.connect(call)
        timers.append(timer)
    settle(0.5)
    last[0] = time.perf_counter()
    for timer in timers:
        timer.start()
    # Qt's own loop, which sleeps between events as in use.
    QTimer.singleShot(round(1000 * seconds), quit_loop)
    run_loop()
    for timer in timers:
        timer.stop()
        timer.deleteLater()
    return late[1:]


def run_loop() -> None:
    """Run Qt until :func:`quit_loop`."""
    from qtpy.QtWidgets import QApplication

    QApplication.exec()


def quit_loop() -> None:
    """End :func:`run_loop`."""
    from qtpy.QtWidgets import QApplication

    QApplication.exit()


def paint(stage: Stage) -> None:
    """Label two classes, so that there is something to learn."""
    session = stage.workspace.session
    at = session.place
    painted = session.labels_at(at)
    painted[50:60, 50:300], painted[300:310, 50:300] = 1, 2
    session.record(at, painted, what="stroke")


def train(stage: Stage) -> None:
    """Start a fine-tune and wait until its steps run."""
    from napari_geofm.core.progress import Progress
    from napari_geofm.core.recipe import Recipe

    training, begun = stage.dock.learn.training, list[float]()

    def advanced(news: Progress, _seconds: float) -> None:
        if "loss" in news.numbers:
            begun.append(news.numbers["loss"])

    training.advanced.connect(advanced)
    recipe = Recipe.for_method("lora", "linear")
    training.start(replace(recipe, training=replace(recipe.training, minutes=30.0, steps=0, patience=0)))
    until(lambda: len(begun) > 1, 240, "the training")
    training.advanced.disconnect(advanced)


def stop(stage: Stage) -> None:
    """Cancel the fine-tune and wait until the worker rests."""
    stage.dock.learn.training.cancel()
    until(lambda: not stage.workspace.engine.busy, 30, "the end of the training")
    settle(2.0)


def describe_worker(stage: Stage) -> None:
    """Print the worker's threads and priority."""
    status = getattr(stage.workspace.engine, "_compute").status()  # noqa: B009  (no part of what the window needs)
    if status.pid is not None and Path("/proc").is_dir():
        nice = os.getpriority(os.PRIO_PROCESS, status.pid) - os.getpriority(os.PRIO_PROCESS, 0)
        cores = len(os.sched_getaffinity(0))
        print(
            f"worker: {status.threads} thread(s) of torch on {cores} cores, {nice} steps nicer than the window",
            flush=True,
        )


if __name__ == "__main__":
    raise SystemExit(main())
