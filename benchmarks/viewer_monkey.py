"""A monkey at the viewer: seeded, with real mouse and key events, for ten minutes; nothing may break or be lost.

It paints, erases, fills, steps, turns, scrubs, undoes, redoes, adds, renames, merges, deletes and locks classes,
accepts predictions, fills the rest, changes settings, goes to labelled sections, and fits the probe where weights are
there. It keeps a plain record of what the labels should be (:mod:`benchmarks.viewer_record`), compares after each act
what is shown, and at the end what is there when the session is opened again. Figure: no exception, no stall of the
window over 2 s, labels equal to the record.
"""

import argparse
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.viewer_acts import Acts
from benchmarks.viewer_pulse import Pulse
from benchmarks.viewer_stage import Stage, on_a_screen, own_folders, settle, verdict

if TYPE_CHECKING:
    from napari_geofm.session import Session

MINUTES = 10.0
STALL_S = 2.0
WHOLE_CHECK = 50
"""Acts between two looks at all sections."""


def main() -> int:
    """Let it loose, print; return 1 where something broke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--acts", type=int, default=0, help="end after so many; 0: when the time is over")
    options = parser.parse_args()
    on_a_screen()
    with own_folders() as folder:
        return play(folder, options.minutes, options.seed, options.acts)


def survey(folder: Path) -> Path:
    """Write a small survey with a few dead traces."""
    from napari_geofm.samples import SeismicSampleSpec, make_seismic, write_segy

    sample = make_seismic(SeismicSampleSpec(seed=5, inlines=24, crosslines=110, samples=130))
    missing = np.zeros(sample.amplitude.shape[:2], bool)
    missing[7, 30:34] = True
    write_segy(sample, folder / "monkey.sgy", missing=missing)
    return folder / "monkey.sgy"


def play(folder: Path, minutes: float, seed: int, most: int) -> int:
    """Open a survey, act, close, open again; return 1 where something broke."""
    file = survey(folder)
    print(f"seed {seed}", flush=True)
    stage, pulse = Stage(file), Pulse()
    monkey = Monkey(stage, seed, pulse, learns=any((folder / "cache" / "weights").glob("*")))
    try:
        monkey.play(60 * minutes, most)
        monkey.check_all()
    finally:
        print(monkey.told(), flush=True)
    pulse.stop()
    stage.close()
    monkey.reopened(file)
    print("labels, classes and locks are as recorded, also after opening the session again")
    for error in pulse.errors:
        print(error)
    met = verdict("exceptions", len(pulse.errors), 0)
    met &= verdict("longest stall of the window", pulse.longest_s, STALL_S, "s")
    if not met:
        print(pulse.where)
    return int(not met)


class Monkey:
    """Chooses acts at random, and compares after each.

    Parameters
    ----------
    stage
        The viewer with a survey of three dimensions.
    seed
        Of its choices.
    pulse
        What listens for stalls and exceptions.
    learns
        Whether it may fit the probe, which needs weights; predictions are made up otherwise.
    """

    def __init__(self, stage: Stage, seed: int, pulse: Pulse, *, learns: bool = False) -> None:
        self._stage, self._pulse = stage, pulse
        self._random = random.Random(seed)
        self.acts = Acts(stage, self._random)
        self.record = self.acts.record
        self.count: Counter[str] = Counter()
        self._log: list[str] = []
        acts = self.acts
        self._chances = {
            acts.paint: 20,
            acts.paint_and_leave: 3,
            acts.erase: 6,
            acts.fill: 4,
            acts.rest: 1,
            acts.accept: 4,
            acts.step: 16,
            acts.scrub: 3,
            acts.turn: 4,
            acts.go_to_labelled: 4,
            acts.back_and_forward: 3,
            acts.undo: 10,
            acts.redo: 6,
            acts.choose: 8,
            acts.add: 2,
            acts.rename: 2,
            acts.merge: 1,
            acts.delete: 1,
            acts.lock: 3,
            acts.complete: 1,
            acts.settings: 5,
            acts.tab: 3,
            acts.zoom: 3,
            (acts.probe if learns else acts.made_up_prediction): 3,
        }

    def play(self, seconds: float, most: int = 0) -> None:
        """Act until the time is over, or so often.

        Raises
        ------
        AssertionError
            When something is not as recorded; the last acts are named.
        """
        end = time.monotonic() + seconds
        acts, weights = list(self._chances), list(self._chances.values())
        while time.monotonic() < end and (not most or self.count.total() < most):
            act = self._random.choices(acts, weights)[0]
            self._log.append(act.__name__)
            try:
                self._log[-1] += f" {act()}"
                self.acts.check()
                if self.count.total() % WHOLE_CHECK == WHOLE_CHECK - 1:
                    self.check_all()
                assert not self._pulse.errors, self._pulse.errors[0]
            except BaseException:
                print("last acts: " + "; ".join(self._log[-12:]), file=sys.stderr)
                raise
            self.count[act.__name__] += 1

    def check_all(self) -> None:
        """Compare every section."""
        settle(0.2)
        session = self._stage.workspace.session
        self._compare(session)

    def reopened(self, file: Path) -> None:
        """Open the session anew, without a window, and compare."""
        from napari_geofm.session import Session

        session = Session.open(file)
        try:
            self._compare(session)
        finally:
            session.close()

    def told(self) -> str:
        """Return what was done, in words."""
        acts = ", ".join(f"{name} {count}" for name, count in self.count.most_common())
        labelled = int(np.count_nonzero(self.record.values))
        return f"{self.count.total()} acts: {acts}\n{labelled} labelled samples, {len(self.record.names)} classes"

    def _compare(self, session: "Session") -> None:
        axis = self.record.dims[0]
        for place, value in enumerate(session.survey.axis(axis).values):
            found = session.labels_at(type(session.place)(axis, value.item()))
            wanted = self.record.section(axis, place)
            assert np.array_equal(found, wanted), f"{axis} {value}: {np.count_nonzero(found != wanted)} samples differ"
        assert session.classes.names == self.record.names
        assert session.locked == self.record.locked
        assert session.complete == self.record.complete


if __name__ == "__main__":
    raise SystemExit(main())
