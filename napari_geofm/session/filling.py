"""Labels from interpretations: what lies between horizons, beside one, near a fault, inside a polygon."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import Origin
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.progress import Control, Job, Progress, run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError
from napari_geofm.io.segy import SegyTemplate
from napari_geofm.session.backing import Backing
from napari_geofm.session.edits import Change, Edit
from napari_geofm.session.picks.bodies import Body
from napari_geofm.session.picks.fills import Kept, filling_change, slices_at_once
from napari_geofm.session.picks.polygon_mask import polygon_mask

__all__ = ["FillPlan", "Filling", "traces_there"]


@dataclass(frozen=True, slots=True)
class FillPlan:
    """What a fill will change.

    Attributes
    ----------
    what
        In the interpreter's words.
    changes
        Samples; no sample twice.
    after
        The step after which it was worked out: after another one it no longer holds.
    written
        Whether its samples are in the labels already.
    """

    what: str
    changes: tuple[Change, ...]
    after: Edit | None
    written: bool = False

    @property
    def count(self) -> int:
        """Samples that change."""
        return sum(change.count for change in self.changes)


class Filling(Backing):
    """Labels that interpretations fill, each as one step of undo."""

    def plan_fill(
        self,
        bodies: Sequence[Body],
        numbers: Sequence[int],
        *,
        what: str,
        over: bool = False,
        control: Control | None = None,
    ) -> Job[FillPlan]:
        """Work out a fill, some slices at a time; labels are read and not changed, so that this may run in a thread.

        Parameters
        ----------
        bodies
            What is wanted; of several at a sample the last counts.
        numbers
            The classes (outside numbers) they fill.
        what
            In the interpreter's words.
        over
            Whether what a human drew is filled over, too. Samples of locked classes stay in any case.
        control
            Cancels.

        Raises
        ------
        LabelError
            When there is no such class, or it is locked.
        CancelledError
            When it was cancelled.
        """
        self._require_open(numbers)
        flags, after = control or Control(), self._undo.to_undo()
        kept = Kept(self.locked, not over, traces_there(self.survey))
        blocks = list(slices_at_once(self.survey.shape))
        changes: list[Change] = []
        for place, rows in enumerate(blocks):
            flags.check()
            yield Progress(place, len(blocks), what)
            change = filling_change(self._store.values, self._store.origins, bodies, kept, rows)
            if change is not None:
                changes.append(change)
        return FillPlan(what, tuple(changes), after)

    def take_fill(self, plan: FillPlan) -> bool:
        """Do a fill as one step of undo; return whether it still held.

        Raises
        ------
        OutputError
            When the disk is full.
        """
        if not self._writable or plan.after is not self._undo.to_undo():
            return False
        if plan.changes:
            self._do(Edit(plan.what, None, plan.changes))
        return True

    def write_fill(self, plan: FillPlan, control: Control | None = None) -> Job[FillPlan]:
        """Write a fill's samples, some slices at a time, in a thread; :meth:`take_written` makes it a step of undo.

        Nothing else may be done to the labels until then: the window is held up meanwhile.

        Raises
        ------
        OutputError
            When the disk is full; nothing is written then.
        CancelledError
            When it was cancelled; what was written is taken back.
        """
        flags = control or Control()
        if not self._writable or plan.after is not self._undo.to_undo():
            return plan
        self._store.require_room(Edit(plan.what, None, plan.changes))
        done: list[Change] = []
        try:
            for place, change in enumerate(plan.changes):
                flags.check()
                yield Progress(place, len(plan.changes), plan.what)
                done.append(change)
                self._store.apply_part(change)
        except BaseException:
            for change in reversed(done):
                self._store.apply_part(change, back=True)
            raise
        return replace(plan, written=True)

    def take_written(self, plan: FillPlan) -> bool:
        """Make a fill that was written one step of undo; return whether it was."""
        if not plan.written:
            return False
        if plan.changes:
            self._done(Edit(plan.what, None, plan.changes))
        return True

    def fill(self, bodies: Sequence[Body], numbers: Sequence[int], *, what: str, over: bool = False) -> int:
        """Do a fill at once; return how many samples changed. Parameters and errors are those of :meth:`plan_fill`."""
        plan = run_to_end(self.plan_fill(bodies, numbers, what=what, over=over))
        return plan.count if self.take_fill(plan) else 0

    def fill_polygon(self, polygon: Polygon, number: int, *, over: bool = False) -> int:
        """Label what lies inside a polygon as a class; return how many samples changed.

        Raises
        ------
        LabelError
            When there is no such class, or it is locked.
        """
        self._require_open([number])
        section = self.survey.section(polygon.at)
        inside = polygon_mask(polygon, section.rows, section.columns, image=self.survey.kind in {"image", "tiles"})
        inside &= section.valid
        if not over:
            inside &= self.origins_at(polygon.at) != Origin.HUMAN
        painted = self.labels_at(polygon.at)
        painted[inside] = number + 1
        what = f"polygon {polygon.name} as {self.classes.names[number]}"
        return self.record(polygon.at, painted, what=what, origin=Origin.IMPORTED)

    def _require_open(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            if not 0 <= number < len(self.classes):
                raise LabelError(f"There is no class {number}; there are {len(self.classes)}: add one first")
            if number in self.locked:
                raise LabelError(f"'{self.classes.names[number]}' is locked: its labels stay; unlock it first")


def traces_there(survey: Survey) -> NDArray[np.bool_] | None:
    """Return where a SEG-Y volume has traces that are not dead, shape of the survey without its last dimension.

    None where that is not known without reading all of it.
    """
    template = survey.template
    if not isinstance(template, SegyTemplate):
        return None
    cells = template.cells()
    found = np.zeros(int(np.prod(survey.shape[:-1], dtype=np.int64)), np.bool_)
    found[cells[cells >= 0]] = True
    return found.reshape(survey.shape[:-1])
