"""What becomes of each section that an earlier model learned from: learned again, asked, kept for later, or erased."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.region import WINDOW_AXES
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.io.kept_labels import KeptSection
from napari_geofm.jobs.collect import Collection
from napari_geofm.jobs.recalling import Recalled

__all__ = ["Remembered", "remembered"]

NONE = np.uint8(UNLABELLED)


@dataclass(slots=True, eq=False)
class Remembered:
    """Sections of the earlier model, beside those that are labelled now.

    Attributes
    ----------
    old
        What is learned again, newest first: labels of another file than the new ones are an example of their own.
    asked
        Held-out labels that are asked of both models.
    before
        For each of these what the earlier model said of it before it had learned it; None where that is not known. Of
        labels that lie on several examples by now the first has it all.
    unlearned
        For each of these what is kept of its section where that is judged only.
    rest
        What is neither learned nor judged.
    changed
        Count of held-out samples that are not asked, since labels were edited since.
    erased
        Sections whose labels are all gone from where they were read.
    """

    old: list[Example] = field(default_factory=list)
    asked: list[Example] = field(default_factory=list)
    before: list[NDArray[np.int64] | None] = field(default_factory=list)
    unlearned: list[KeptSection | None] = field(default_factory=list)
    rest: list[KeptSection] = field(default_factory=list)
    changed: int = 0
    erased: list[SectionPlace] = field(default_factory=list)

    def ask(self, kept: KeptSection, pieces: Sequence[Example], samples: int, *, scored: bool) -> bool:
        """Have held-out labels judged that are as they were; return whether any are.

        Parameters
        ----------
        kept
            Their section.
        pieces
            What is left of them, each on the example that holds it now.
        samples
            Count of them all but what other sections asked for.
        scored
            Whether the answers are compared with those that are kept, which are of all held-out labels together.
        """
        left = sum(int(np.count_nonzero(piece.human != UNLABELLED)) for piece in pieces)
        whole = left == np.count_nonzero(kept.held)
        if scored and not whole:
            self.changed += samples
            return False
        self.changed += samples - left
        if scored and kept.matrix is None:
            return False
        self.asked += pieces
        # Of the pieces the first stands for all.
        first = kept.matrix if whole else None
        self.before += [first if place == 0 or first is None else np.zeros_like(first) for place in range(len(pieces))]
        return bool(pieces)


def remembered(collection: Collection, earlier: Sequence[Recalled], *, rehearse: bool, scored: bool) -> Remembered:
    """Return what becomes of an earlier model's sections.

    Parameters
    ----------
    collection
        The new labels.
    earlier
        The sections; what was labelled later comes first.
    rehearse
        Whether they are learned again.
    scored
        Whether only what the earlier model was scored on is asked again.
    """
    found = Remembered()
    for each in earlier:
        said = _said_again(collection, each)
        left = _without(each, said | _overruled((*collection.training, *collection.validation, *found.old), each))
        here = left.example
        says = bool((here.labels != UNLABELLED).any())
        if not says and said.any() and _would_show(collection, each):
            found.erased.append(each.kept.place)
        homes = (*collection.training, *collection.validation, *found.old, here)
        pieces, samples = _unchanged(each, homes, found.asked)
        if not found.ask(each.kept, pieces, samples, scored=scored):
            pieces = []
        own = next((piece for piece in pieces if piece.place is here.place), None)
        # What was labelled for validation is never learned from.
        learn = rehearse and not each.kept.apart
        found.unlearned += [_held(left.kept, piece) if piece is own and not learn else None for piece in pieces]
        if learn and says:
            found.old.append(here)
        elif says and own is None:
            found.rest.append(left.kept)
    return found


def _said_again(collection: Collection, each: Recalled) -> NDArray[np.bool_]:
    """Return of which samples the file or session that they were labelled in was read again, and says all."""
    said = np.zeros(each.example.labels.shape, bool)
    frame = each.example.frame
    for source in collection.read if frame is not None else ():
        if frame is not None and source.says_all_of(each.kept.place):
            said |= frame.inside(source.box)
    return said


def _overruled(newer: Sequence[Example], each: Recalled) -> NDArray[np.bool_]:
    """Return where newer labels say something, the same or another thing."""
    taken = np.zeros(each.example.labels.shape, bool)
    for example in newer:
        labels = example.seen_from(each.example, example.labels)
        if labels is not None:
            taken |= labels != UNLABELLED
    return taken


def _would_show(collection: Collection, each: Recalled) -> bool:
    """Return whether a section would be among the new ones, had it labels, and is not."""
    new = (*collection.training, *collection.validation)
    missing = all(example.seen_from(each.example, example.labels) is None for example in new)
    axis = each.kept.place.where.axis
    return missing and (axis == collection.along or (not collection.along and axis in WINDOW_AXES))


def _without(each: Recalled, gone: NDArray[np.bool_]) -> Recalled:
    """Return a section without some of its labels."""
    if not gone.any():
        return each
    kept, example = each.kept, each.example
    return Recalled(
        replace(kept, labels=np.where(gone, NONE, kept.labels), human=kept.human & ~gone, held=kept.held & ~gone),
        replace(example, labels=np.where(gone, NONE, example.labels), human=np.where(gone, NONE, example.human)),
    )


def _unchanged(each: Recalled, homes: Sequence[Example], asked: Sequence[Example]) -> tuple[list[Example], int]:
    """Return held-out labels that still are as they were, on the examples that hold them now; and the count of all.

    What is asked of other sections already is left out of both.
    """
    open_ = np.where(each.kept.held, each.example.human, NONE)
    for other in asked:
        back = other.seen_from(each.example, other.human)
        open_ = open_ if back is None else np.where(back != UNLABELLED, NONE, open_)
    samples = int(np.count_nonzero(open_ != UNLABELLED))
    pieces = []
    for home in homes:
        seen = each.example.seen_from(home, open_)
        if seen is None:
            continue
        piece = np.where(home.labels == seen, seen, NONE)
        back = home.seen_from(each.example, piece)
        if back is not None and (piece != UNLABELLED).any():
            pieces.append(replace(home, labels=piece, human=piece))
            open_ = np.where(back != UNLABELLED, NONE, open_)
    return pieces, samples


def _held(kept: KeptSection, piece: Example) -> KeptSection:
    """Return what is kept of a section that is judged only, with what is asked of it."""
    held = piece.human != UNLABELLED
    return kept if np.array_equal(held, kept.held) else replace(kept, held=held)
