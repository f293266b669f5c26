"""Labels that were carried to a section: proposed, and taken over where the interpreter says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import Origin
from napari_geofm.core.region import At
from napari_geofm.session.edits import Edit
from napari_geofm.session.labelling import Labelling
from napari_geofm.session.matching import matched
from napari_geofm.session.wording import said

__all__ = ["Proposal", "Proposals"]


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """What was carried to a section.

    Attributes
    ----------
    at, source
        The section, and the one whose labels they were.
    classes
        uint8, display order: outside numbers of the classes as they were then, 255 where nothing is proposed.
    confidence
        float32, the same shape: how probably each is right, NaN where nothing was carried.
    names
        The classes then.
    sure
        Part of what was carried that is sure, and proposed.
    """

    at: At
    source: At
    classes: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    names: tuple[str, ...]
    sure: float

    def now(self, names: Sequence[str]) -> "Proposal":
        """Return the proposal in the numbers that the classes have now."""
        return replace(self, classes=matched(self.classes, self.names, names), names=tuple(names))


class Proposals(Labelling):
    """Takes proposals over."""

    def accept_carried(
        self,
        proposals: Sequence[Proposal],
        *,
        number: int | None = None,
        where: NDArray[np.bool_] | None = None,
        above: float = 0.0,
    ) -> int:
        """Take carried labels over where nothing is labelled, as one step of undo; return how many samples.

        Parameters
        ----------
        proposals
            Of one section, or of several, none twice.
        number, where, above
            One class only, within a region, from a confidence on, as in
            :meth:`~napari_geofm.session.labelling.Labelling.accept`.

        Raises
        ------
        OutputError
            When the disk is full.
        """
        if not self._writable:
            return 0
        changes, sections = [], []
        for proposal in proposals:
            painted = self.labels_at(proposal.at)
            classes = proposal.now(self.classes.names).classes
            chosen = (painted == 0) & (classes < len(self.classes)) & (proposal.confidence >= above)
            chosen &= (classes == number) if number is not None else True
            chosen &= where if where is not None else True
            painted[chosen] = classes[chosen] + 1
            change = self._store.painted(proposal.at, painted, Origin.CARRIED, self.locked)
            if change is not None:
                changes.append(change)
                sections.append(proposal.at)
        if not changes:
            return 0
        what = f"carried labels from {said(proposals[0].source)} to {said(sections[0])}"
        what += f" and {len(sections) - 1} more" if len(sections) > 1 else ""
        one = sections[0] if len(sections) == 1 else None
        self._do(Edit(what, one, tuple(changes), also=tuple(sections)))
        return sum(change.count for change in changes)
