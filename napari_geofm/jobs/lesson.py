"""What is learned, what is held out, and what of it an earlier model is asked to remember."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.io.kept_labels import KeptSection
from napari_geofm.jobs.collect import Collection
from napari_geofm.jobs.holdout import hold_out
from napari_geofm.jobs.recalling import Recollection
from napari_geofm.jobs.remembering import remembered

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
        where it was not asked. Of held-out labels that lie on several examples by now the first has it all.
    unlearned
        For each of these what is kept of its section where that is judged only; None where it is learned, too.
    fresh
        Held-out labels that the earlier model never learned.
    rest
        Sections of the earlier model that are neither learned nor judged now.
    changed
        Count of held-out samples of the earlier model that are not asked, since labels were edited since.
    erased
        Sections of the earlier model whose labels are all gone from the file or session that they came from.
    """

    examples: tuple[Example, ...]
    training: tuple[Example, ...]
    validation: tuple[Example, ...]
    remembered: tuple[Example, ...] = ()
    before: tuple[NDArray[np.int64] | None, ...] = ()
    unlearned: tuple[KeptSection | None, ...] = ()
    fresh: tuple[Example, ...] = ()
    rest: tuple[KeptSection, ...] = ()
    changed: int = 0
    erased: tuple[SectionPlace, ...] = ()


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

    What an earlier model learned from is learned again, as examples of their own: on a section that is labelled now,
    too, the new labels win where both say something, and a file or session that is read again says itself what is left
    of it. The labels that the earlier model was scored on are held out again, where they are as they were.

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
    found = remembered(collection, earlier.sections, rehearse=rehearse, scored=anew)
    known = [each.example for each in earlier.sections]
    kept_back = [_less(example, found.asked) for example in collection.training]
    training, validation = _split(kept_back, collection.validation, classes, seed)
    if not anew and not collection.validation:
        news = [_unknown(example, known) for example in kept_back]
        _, validation = hold_out([each for each in news if _says_something(each.labels)], classes, seed)
        training = [_less(example, validation) for example in kept_back]
    training += [_less(example, found.asked) for example in found.old]
    fresh = [_unknown(example, known) for example in validation]
    return Lesson(
        examples=(*collection.training, *found.old),
        training=tuple(example for example in training if _says_something(example.labels)),
        validation=tuple(validation),
        remembered=tuple(found.asked),
        before=tuple(found.before),
        unlearned=tuple(found.unlearned),
        fresh=tuple(example for example in fresh if _says_something(example.human)),
        rest=earlier.rest + tuple(found.rest),
        changed=found.changed,
        erased=tuple(found.erased),
    )


def _split(
    training: Sequence[Example], validation: Sequence[Example], classes: int, seed: int
) -> tuple[list[Example], list[Example]]:
    """Return what is learned and what is scored: the given split, or strokes held out."""
    if validation:
        return list(training), list(validation)
    return hold_out(training, classes, seed)


def _less(example: Example, others: Iterable[Example]) -> Example:
    """Return a section without the labels that are held out of it."""
    labels = example.labels
    for other in others:
        held = other.seen_from(example, other.human)
        if held is not None:
            labels = np.where(held != UNLABELLED, np.uint8(UNLABELLED), labels)
    return example if labels is example.labels else example.with_labels(labels)


def _unknown(example: Example, known: Iterable[Example]) -> Example:
    """Return a section with those of its labels that the earlier model had not learned."""
    taken = np.zeros(example.labels.shape, bool)
    for other in known:
        labels = other.seen_from(example, other.labels)
        if labels is not None:
            taken |= labels != UNLABELLED
    if not taken.any():
        return example
    none = np.uint8(UNLABELLED)
    return replace(example, labels=np.where(taken, none, example.labels), human=np.where(taken, none, example.human))


def _says_something(labels: NDArray[np.uint8]) -> bool:
    return bool((labels != UNLABELLED).any())
