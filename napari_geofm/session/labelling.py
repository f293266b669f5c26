"""Labels and classes of a survey: painting, accepting, naming, merging."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.labels import Origin
from napari_geofm.core.paging import Paging
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError, LabelError
from napari_geofm.session.edits import Edit
from napari_geofm.session.label_counts import paging_of
from napari_geofm.session.statistics import ClassStatistics
from napari_geofm.session.undoing import Undoing
from napari_geofm.session.wording import free_name, said

__all__ = ["Labelling"]


class Labelling(Undoing):
    """What is labelled, as which class, and where that came from."""

    @property
    def classes(self) -> ClassTable:
        """Names and colours."""
        return self._state.table

    @property
    def current_class(self) -> int:
        """The class that is painted (outside number)."""
        return self._state.current

    @current_class.setter
    def current_class(self, number: int) -> None:
        if 0 <= number < len(self.classes) and number != self.current_class:
            self._restate(replace(self._state, current=number))

    @property
    def locked(self) -> frozenset[int]:
        """Classes whose labels stay."""
        return self._state.locked

    @property
    def complete(self) -> frozenset[str]:
        """Sections that are labelled as far as they should be, as ``--at`` writes them."""
        return self._state.complete

    @property
    def paging(self) -> Paging | None:
        """The pages of a long recording or a large image; None where the survey has sections, or is one."""
        return paging_of(self.survey)

    def labels_at(self, at: At) -> NDArray[np.uint8]:
        """Return a section's labels: inside values (0 unlabelled, class k is k + 1), display order, a copy."""
        return self._store.section(at)

    def is_labelled(self, at: At) -> bool:
        """Return whether there is a label on a section; nothing is read."""
        return not self._store.unlabelled(at)

    def origins_at(self, at: At) -> NDArray[np.uint8]:
        """Return where a section's labels came from (:class:`Origin`), display order, a copy."""
        return self._store.section_origins(at)

    def record(self, at: At, painted: NDArray[np.uint8], *, what: str, origin: Origin = Origin.HUMAN) -> int:
        """Take over a painted section as one step of undo; return how many samples changed.

        Parameters
        ----------
        at
            The section.
        painted
            Inside values, display order. Samples of locked classes stay as they were.
        what
            In the interpreter's words.
        origin
            Where the new labels come from.

        Raises
        ------
        LabelError
            When the shape is another section's, or a value no class's.
        OutputError
            When the disk is full.
        """
        if not self._writable:
            return 0
        highest = int(painted.max(initial=0))
        if highest > len(self.classes):
            raise LabelError(f"Label {highest - 1} is no class: there are {len(self.classes)}; add one first")
        change = self._store.painted(at, painted, origin, self._state.locked)
        if change is None:
            return 0
        self._do(Edit(f"{what} on {said(at)}", at, (change,)))
        return change.count

    def fill_rest(self, at: At, number: int) -> int:
        """Label what nobody labelled on a section, where there are traces, as a class; return how many samples."""
        if not self._writable:
            return 0
        painted = self.labels_at(at)
        painted[(painted == 0) & self.survey.section(at).valid] = number + 1
        change = self._store.painted(at, painted, Origin.HUMAN, self._state.locked)
        changes = (change,) if change is not None else ()
        completes = True if str(at) not in self.complete else None
        if change is not None or completes:
            what = f"rest is {self.classes.names[number]} on {said(at)}"
            self._do(Edit(what, at, changes, completes=completes))
        return change.count if change is not None else 0

    def accept(
        self,
        at: At,
        classes: NDArray[np.uint8],
        confidence: NDArray[np.float32] | None = None,
        *,
        number: int | None = None,
        where: NDArray[np.bool_] | None = None,
        above: float = 0.0,
    ) -> int:
        """Take a prediction over as labels where nobody has labelled; return how many samples.

        Parameters
        ----------
        at
            The section.
        classes
            Predicted classes, outside numbers (255 none), display order.
        confidence
            Top-1 minus top-2, 0..1; or None.
        number
            Accept this class only; None: all.
        where
            Accept within this region only.
        above
            Accept where the confidence is at least this.
        """
        painted = self.labels_at(at)
        chosen = (painted == 0) & (classes < len(self.classes))
        chosen &= (classes == number) if number is not None else True
        chosen &= where if where is not None else True
        chosen &= (confidence >= above) if confidence is not None else True
        painted[chosen] = classes[chosen] + 1
        return self.record(at, painted, what="accepted prediction", origin=Origin.ACCEPTED)

    def set_complete(self, at: At, on: bool) -> None:
        """Note that a section is labelled as far as it should be, or not, as one step of undo."""
        if on is not (str(at) in self.complete):
            self._do(Edit(f"{said(at)} is {'' if on else 'not '}complete", at, completes=on))

    def statistics(self, axis: str = "") -> tuple[ClassStatistics, ...]:
        """Return what is labelled, class by class; sections are counted along ``axis``, the first by default."""
        cuts, counts = self.survey.cuts, self._store.counts
        dimension = self.survey.dims.index(self.survey.along(axis)) if cuts else 0
        pages = counts.pages
        found = []
        for number, name in enumerate(self.classes.names):
            samples = counts.of_class(number)
            if pages is not None:
                sections = len(pages.pages(number))
            else:
                sections = len(counts.positions(dimension, number)) if cuts else min(1, samples)
            found.append(ClassStatistics(number, name, samples, sections))
        return tuple(found)

    def labelled_sections(self, axis: str | None = None) -> list[At]:
        """Return the sections that hold labels.

        Parameters
        ----------
        axis
            Along this axis, every section that a label lies on. None: those that were painted on, along whatever axis;
            where that is not known, along the axis with the fewest. Of a long recording or a large image: the pages,
            of the length that is looked at. Of other lines, recordings and images: the whole.
        """
        counts, cuts = self._store.counts, self.survey.cuts
        if not cuts:
            # There is one way through them, whatever axis is named.
            paging = self.paging
            if paging is not None:
                return [self.survey.page(paging.box(number)) for number in self._store.labelled_pages(paging)]
            return [self.survey.whole()] if len(counts.positions(0)) else []
        held = {name: counts.positions(self.survey.dims.index(name)) for name in ([axis] if axis else cuts)}
        if axis is None:
            drawn = _in_order(self.survey, self._state.drawn, held)
            if drawn:
                return drawn
        fewest = min(held, key=lambda name: len(held[name]))
        values = self.survey.axis(fewest).values
        return [At(fewest, values[place].item()) for place in held[fewest]]

    def add_class(self, name: str | None = None, colour: str | None = None) -> int:
        """Add a class and paint with it; return its number."""
        number = len(self.classes)
        name = name or free_name(self.classes)
        colours = [*(info.colour for info in self.classes), colour]
        self._do(
            Edit(f"added class {name}", tables=(self.classes, ClassTable.named([*self.classes.names, name], colours)))
        )
        self.current_class = number
        return number

    def rename_class(self, number: int, name: str) -> None:
        """Give a class another name."""
        old = self.classes.infos[number]
        if name.strip() and name.strip() != old.name:
            self._exchange(number, ClassInfo(name.strip(), old.colour), f"renamed {old.name} to {name.strip()}")

    def recolour_class(self, number: int, colour: str) -> None:
        """Give a class another colour, ``#rrggbb``."""
        old = self.classes.infos[number]
        if colour != old.colour:
            self._exchange(number, ClassInfo(old.name, colour), f"recoloured {old.name}")

    def lock_class(self, number: int, on: bool) -> None:
        """Keep a class's labels from being painted over or erased, or let go of them."""
        locked = self.locked
        self._restate(replace(self._state, locked=locked | {number} if on else locked - {number}))

    def merge_classes(self, number: int, into: int) -> None:
        """Make all labels of one class those of another; the class is gone then.

        Raises
        ------
        LabelError
            When one of the two is locked.
        """
        names = self.classes.names
        self._remove(number, into, f"merged {names[number]} into {names[into]}")

    def delete_class(self, number: int) -> None:
        """Take a class and its labels away.

        Raises
        ------
        LabelError
            When it is locked.
        """
        self._remove(number, None, f"deleted class {self.classes.names[number]}")

    def set_classes(self, table: ClassTable, what: str = "changed the class list") -> None:
        """Replace the names and colours of all classes.

        Raises
        ------
        LabelError
            When labels would be left without a class.
        """
        lost = next((each for each in self.statistics() if each.samples and each.number >= len(table)), None)
        if lost is not None:
            raise LabelError(
                f"The list has {len(table)} classes, but '{lost.name}' is labelled; merge or delete it first"
            )
        self._do(Edit(what, tables=(self.classes, table)))

    def _exchange(self, number: int, info: ClassInfo, what: str) -> None:
        infos = self.classes.infos
        self._do(Edit(what, tables=(self.classes, ClassTable((*infos[:number], info, *infos[number + 1 :])))))

    def _remove(self, number: int, into: int | None, what: str) -> None:
        if number == into:
            return
        locked = next((each for each in (number, into) if each in self.locked), None)
        if locked is not None:
            raise LabelError(f"'{self.classes.names[locked]}' is locked: its labels stay; unlock it first")
        infos = self.classes.infos
        table = ClassTable((*infos[:number], *infos[number + 1 :]))
        changes = self._store.recoloured(number, into)
        self._do(Edit(what, changes=changes, removed=number, tables=(self.classes, table)))


def _in_order(survey: Survey, words: Iterable[str], held: Mapping[str, NDArray[np.int64]]) -> list[At]:
    """Return the places among ``words`` that hold labels, axis by axis in the survey's order."""
    found = []
    for word in words:
        with suppress(GeoFMError):
            at = At.parse(word)
            place = survey.axis(at.axis).index(at.value if at.value is not None else "")
            if place in held.get(at.axis, ()):
                found.append((survey.dims.index(at.axis), place, at))
    return [at for *_, at in sorted(found, key=lambda each: each[:2])]
