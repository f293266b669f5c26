"""Fill between two horizons of a survey of 100 million samples: seconds, beside a plain numpy fill of the same array.

A thread works the fill out and writes it, as the viewer's window has it; meanwhile the main thread beats every 20 ms,
as a window does that wants to be drawn. Then the step is taken back and done again at once, as Undo and Redo do. The
plain fill writes the same samples into a file of its own, with none of what makes a step of undo.
Figures: no beat later than 0.25 s, undo and redo under 1.5 s each, the labels equal to the plain fill.
Run: ``python -m benchmarks.fill_horizons [--inlines N]``.
"""

import argparse
import os
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

BEAT_S = 0.02
LATEST_S, AT_ONCE_S = 0.25, 1.5
SHAPE = (500, 500, 400)


def horizons(shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return two wavy maps, about half of all samples apart."""
    i, j = np.indices(shape[:2])
    top = 80 + 20 * np.sin(i / 60) + 10 * np.cos(j / 45)
    base = 280 + 30 * np.sin(i / 90 + 1) + 10 * np.cos(j / 30)
    # To a tenth: a pick within a ten-thousandth of a sample is on it, which a plain comparison does not know.
    return np.round(top, 1).astype(np.float32), np.round(base, 1).astype(np.float32)


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def latest_beat(work: Callable[[], object]) -> tuple[float, float]:
    """Run work in a thread; return its seconds, and how late the latest of the main thread's beats was."""
    taken: list[float] = []
    thread = threading.Thread(target=lambda: taken.append(timed(work)))
    late = 0.0
    thread.start()
    while thread.is_alive():
        start = time.perf_counter()
        time.sleep(BEAT_S)
        late = max(late, time.perf_counter() - start - BEAT_S)
    thread.join()
    return taken[0], late


def plain(file: Path, shape: tuple[int, ...], top: NDArray[np.float32], base: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Fill as a script would, some inlines at a time."""
    values = np.lib.format.open_memmap(file, "w+", np.uint8, shape)
    samples = np.arange(shape[2])
    for start in range(0, shape[0], 10):
        rows = slice(start, start + 10)
        values[rows] = (samples >= top[rows, :, None]) & (samples < base[rows, :, None])
    return values


def measured(folder: Path, shape: tuple[int, ...]) -> tuple[list[tuple[str, float]], float, int, bool]:
    """Return seconds by what was done, the latest beat, how many samples were filled, and whether as plainly."""
    os.environ["XDG_DATA_HOME"] = str(folder / "data")
    from napari_geofm.core.classes import ClassTable
    from napari_geofm.core.horizon import Horizon
    from napari_geofm.core.progress import run_to_end
    from napari_geofm.session import Session
    from napari_geofm.session.picks.wishing import between

    # Sparse: amplitudes are not looked at.
    np.lib.format.open_memmap(folder / "survey.npy", "w+", np.float32, shape).flush()
    top, base = horizons(shape)
    session = Session.open(folder / "survey.npy")
    session.set_classes(ClassTable.named(["sand", "shale"]))
    bodies = between(Horizon("top", top), Horizon("base", base), session.survey, 0)
    plans = [run_to_end(session.plan_fill([], [0], what="nothing"))]

    def fill() -> None:
        plans.append(run_to_end(session.plan_fill(bodies, [0], what="fill")))
        plans.append(run_to_end(session.write_fill(plans[-1])))

    rows = []
    expected: list[NDArray[np.uint8]] = []
    rows.append(("plain numpy", timed(lambda: expected.append(plain(folder / "plain.npy", shape, top, base)))))
    seconds, late = latest_beat(fill)
    rows.append(("fill, in a thread", seconds))
    rows.append(("its step of undo", timed(lambda: session.take_written(plans[-1]))))
    same = all(
        np.array_equal(session.labels_at(at), np.asarray(expected[0][place].T))
        for place, at in enumerate(session.survey.sections("inline"))
        if place % 50 == 0
    )
    rows += [("undo", timed(session.undo)), ("redo", timed(session.redo))]
    session.close()
    return rows, late, plans[-1].count, same


def main() -> int:
    """Print the table; return 1 where a figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--inlines", type=int, default=SHAPE[0])
    shape = (parser.parse_args().inlines, *SHAPE[1:])
    with tempfile.TemporaryDirectory(prefix="geofm-fill-") as folder:
        rows, late, count, same = measured(Path(folder), shape)
    print(f"{np.prod(shape):,} samples, {count:,} of them filled\n")
    print(f"{'':<22}{'s':>8}{'x plain':>10}")
    for what, seconds in rows:
        print(f"{what:<22}{seconds:>8.2f}{seconds / rows[0][1]:>10.1f}")
    print(f"\nlatest beat of the window's thread: {late:.3f} s late")
    print(f"labels {'equal' if same else 'DIFFER FROM'} the plain fill's")
    slow = max(seconds for what, seconds in rows if what in {"undo", "redo", "its step of undo"})
    return int(late > LATEST_S or slow > AT_ONCE_S or not same)


if __name__ == "__main__":
    raise SystemExit(main())
