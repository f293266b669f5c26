"""What is learned, what is held out, and what of it an earlier model is asked to remember."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.io.kept_labels import KeptSection
from napari_geofm.jobs.collect import Collection
from napari_geofm.jobs.holdout import hold_out
from napari_geofm.jobs.recalling import Recalled, Recollection

__all__ = ["Lesson", "plan_lesson"]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """Labelled sections, and what becomes of them.

    Attributes
    ----------
    examples
        All that is learned from in the end.
    training, validation
        Those without what is held out, and what is held out of the new labels to judge by.
    remembered
        Held-out labels of what the earlier model learned from.
    before
        For each of these what that model said of them before it had learned them, int64 ``(classes, classes)``; None
        where it was not asked.
    unlearned
        For each of these what is kept of its section where that is judged only; None where it is learned, too.
    fresh
        Held-out labels that the earlier model never learned.
    rest
        Sections of the earlier model that are neither learned nor judged now.
    """

    examples: tuple[Example, ...]
    training: tuple[Example, ...]
    validation: tuple[Example, ...]
    remembered: tuple[Example, ...] = ()
    before: tuple[NDArray[np.int64] | None, ...] = ()
    unlearned: tuple[KeptSection | None, ...] = ()
    fresh: tuple[Example, ...] = ()
    rest: tuple[KeptSection, ...] = ()


def plan_lesson(
    collection: Collection,
    classes: int,
    seed: int,
    earlier: Recollection | None = None,
    *,
    rehearse: bool = True,
    anew: bool = True,
) -> Lesson:
    """Split labels into what is learned and what is held out.

    What an earlier model learned from is learned again: on a section that is labelled now, too, the new labels win
    where both say something, and all that is left of labels that were edited since is what they are now. The labels
    that the earlier model was scored on are held out again.

    Parameters
    ----------
    collection
        The new labels.
    classes
        Count of classes.
    seed
        Decides what is held out.
    earlier
        What the model that is gone on with learned from; None for a model that begins anew.
    rehearse
        Whether that is learned again, or only judged.
    anew
        Whether the network begins without the earlier model's tensors, as a probe does. Else labels that those have
        learned are no judge of what comes of them: of new labels only others are held out.
    """
    if earlier is None:
        training, validation = _split(collection.training, collection.validation, classes, seed)
        return Lesson(collection.training, tuple(training), tuple(validation))
    found = _merged(collection, earlier.sections, rehearse=rehearse, scored=anew)
    known = [each.example for each in earlier.sections]
    kept_back = [_less(example, found.remembered) for example in found.new]
    training, validation = _split(kept_back, collection.validation, classes, seed)
    if not anew and not collection.validation:
        news = [_unknown(example, known) for example in kept_back]
        _, validation = hold_out([each for each in news if _says_something(each.labels)], classes, seed)
        training = [_less(example, validation) for example in kept_back]
    training += [_less(example, found.remembered) for example in found.old]
    fresh = [_unknown(example, known) for example in validation]
    return Lesson(
        examples=(*found.new, *found.old),
        training=tuple(example for example in training if _says_something(example.labels)),
        validation=tuple(validation),
        remembered=tuple(found.remembered),
        before=tuple(found.before),
        unlearned=tuple(found.unlearned),
        fresh=tuple(example for example in fresh if _says_something(example.human)),
        rest=earlier.rest + tuple(found.rest),
    )


@dataclass(slots=True, eq=False)
class _Merged:
    """Sections that are labelled now, those of the earlier model only, and what of these is judged; see Lesson."""

    new: list[Example]
    old: list[Example] = field(default_factory=list)
    remembered: list[Example] = field(default_factory=list)
    before: list[NDArray[np.int64] | None] = field(default_factory=list)
    unlearned: list[KeptSection | None] = field(default_factory=list)
    rest: list[KeptSection] = field(default_factory=list)

    scored: bool = True

    def ask(self, now: Example, each: Recalled) -> bool:
        """Have the held-out labels of a section judged, unless they were changed since; return whether they are."""
        held = np.where(each.kept.held, each.example.human, np.uint8(UNLABELLED))
        asked = held != UNLABELLED
        if not asked.any() or (now.labels[asked] != held[asked]).any():
            return False
        if self.scored and each.kept.matrix is None:
            return False
        self.remembered.append(replace(now, labels=held, human=held))
        self.before.append(each.kept.matrix)
        return True


def _split(
    training: Sequence[Example], validation: Sequence[Example], classes: int, seed: int
) -> tuple[list[Example], list[Example]]:
    """Return what is learned and what is scored: the given split, or strokes held out."""
    if validation:
        return list(training), list(validation)
    return hold_out(training, classes, seed)


def _merged(collection: Collection, earlier: Sequence[Recalled], *, rehearse: bool, scored: bool) -> _Merged:
    """Return what is made of both; ``scored``: only what the earlier model was scored on is asked again."""
    found = _Merged(list(collection.training), scored=scored)
    for each in earlier:
        # What was labelled for validation is never learned from.
        learn = rehearse and not each.kept.apart
        known = _less(each.example, collection.validation, by_key=True)
        place = next((at for at, example in enumerate(found.new) if example.key == known.key), None)
        if place is not None:
            same = _same_labels(found.new[place], each)
            if learn and not same:
                found.new[place] = _with(found.new[place], known)
            if found.ask(found.new[place], each):
                found.unlearned.append(None)
            if not learn and not same:
                found.rest.append(each.kept)
        elif learn:
            if _says_something(known.labels):
                found.old.append(known)
            if found.ask(known, each):
                found.unlearned.append(None)
        elif found.ask(known, each):
            found.unlearned.append(each.kept)
        else:
            found.rest.append(each.kept)
    return found


def _same_labels(example: Example, each: Recalled) -> bool:
    """Return whether both read one file or session, which then says all: what was erased there is not brought back."""
    return example.place is not None and example.place.labels == each.kept.place.labels


def _with(example: Example, known: Example) -> Example:
    """Return a section with earlier labels where nothing is labelled now."""
    open_ = example.labels == UNLABELLED
    return replace(
        example,
        labels=np.where(open_, known.labels, example.labels),
        human=np.where(open_, known.human, example.human),
    )


def _less(example: Example, others: Sequence[Example], *, by_key: bool = False) -> Example:
    """Return a section without the labels that are held out of it by others: of the same labels, or of any."""
    labels = example.labels
    for other in others:
        if other.key == example.key and (by_key or other.place == example.place):
            labels = np.where(other.human != UNLABELLED, np.uint8(UNLABELLED), labels)
    return example if labels is example.labels else example.with_labels(labels)


def _unknown(example: Example, known: Sequence[Example]) -> Example:
    """Return a section with those of its labels that the earlier model had not learned."""
    taken = np.zeros(example.labels.shape, bool)
    for other in known:
        if other.key == example.key:
            taken |= other.labels != UNLABELLED
    if not taken.any():
        return example
    none = np.uint8(UNLABELLED)
    return replace(example, labels=np.where(taken, none, example.labels), human=np.where(taken, none, example.human))


def _says_something(labels: NDArray[np.uint8]) -> bool:
    return bool((labels != UNLABELLED).any())
