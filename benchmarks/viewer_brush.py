"""What the brush takes for one movement of the mouse, with 500 labelled sections of a 466 MB survey.

Real mouse events go to the canvas; the time of one is that of all that napari and this package do before the next
can be taken. Figure: at most 16 ms (one picture at 60 Hz) in 95 of 100.
"""

import argparse
import math

import numpy as np

from benchmarks.viewer_stage import Stage, large_cube, on_a_screen, own_folders, percentile, settle, verdict

SECTIONS = 500
STROKES = 40
MOVES = 25
LIMIT_MS = 16.0
SIZES = (9, 40)


def main() -> int:
    """Label, stroke, print; return 1 where the figure is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--strokes", type=int, default=STROKES)
    options = parser.parse_args()
    on_a_screen()
    with own_folders() as folder:
        stage = Stage(large_cube(folder))
        label(stage, SECTIONS)
        stage.dock.labels.tools.take("paint")
        session, met = stage.workspace.session, True
        before = int(np.count_nonzero(session.labels_at(session.place)))
        for size in SIZES:
            stage.dock.labels.tools.brush.setValue(size)
            taken = [1000 * each for turn in range(options.strokes) for each in stroke(stage, turn)]
            print(
                f"brush of {size}: {len(taken)} moves, median {percentile(taken, 50):.1f} ms, longest {max(taken):.1f}"
            )
            met &= verdict(f"brush of {size} samples, 95th percentile of a move", percentile(taken, 95), LIMIT_MS, "ms")
        settle(0.3)
        painted = int(np.count_nonzero(session.labels_at(session.place))) - before
        print(f"{painted} samples were painted")
        stage.close()
    return int(not met or painted < options.strokes * SIZES[0])


def label(stage: Stage, count: int) -> None:
    """Put a band of labels on many sections, inlines and crosslines."""
    from napari_geofm.core.region import At

    session = stage.workspace.session
    places = [At(name, value.item()) for name in session.survey.cuts[:2] for value in session.survey.axis(name).values]
    for turn, at in enumerate(places[:: len(places) // count][:count]):
        painted = session.labels_at(at)
        painted[20 + turn % 400 : 40 + turn % 400, 10:60] = 1 + turn % 2
        session.record(at, painted, what="stroke")
        if turn % 50 == 0:
            settle(0.01)
    settle(2.0)
    print(f"{len(session.labelled_sections())} labelled sections")


def stroke(stage: Stage, turn: int) -> list[float]:
    """Draw a wavy line across the section; return the seconds of each move."""
    rows, columns = stage.workspace.view.section.shape  # type: ignore[union-attr]
    middle = rows * (0.1 + 0.8 * ((turn * 0.37) % 1.0))
    way = [(middle + 15 * math.sin(step / 3), columns * (0.15 + 0.7 * step / MOVES)) for step in range(MOVES + 1)]
    return stage.drag([stage.on_screen(row, column) for row, column in way])


if __name__ == "__main__":
    raise SystemExit(main())
