"""What an earlier model knew, and what the one that went on from it knows; and what is kept for the next one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.guard import ClassGuard, Guard
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.progress import Job, Progress
from napari_geofm.core.recipe import SourceRecord
from napari_geofm.core.scores import Scores
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.io.kept_labels import KeptSection
from napari_geofm.jobs.judging import judge_each, pooled
from napari_geofm.jobs.learned import Assignment, Learned
from napari_geofm.jobs.lesson import Lesson

__all__ = ["asked_before", "compared", "kept_sections", "learned_sources", "told_of_edits", "told_of_kept"]


def asked_before(given: Assignment, lesson: Lesson) -> Job[tuple[Scores, ...]]:
    """Return what an earlier model says of ``lesson.remembered`` and then of ``lesson.fresh``, section by section.

    A network that begins with the earlier model's tensors knows what those have learned, so the model itself is asked
    of all. A probe is fitted anew, and compared with what the earlier one said of strokes before it had learned them.
    """
    if given.base is None or not given.guard:
        return ()
    yield Progress(0, 0, f"asking {given.base.path.name}")
    bench, count = given.bench, len(given.recipe.classes)
    model = bench.predictor(given.base.path, given.spec.where)
    frozen = model.extractor if given.base.recipe.method == "probe" else None

    def probabilities(example: Example) -> NDArray[np.float32]:
        if frozen is None:
            return model.probabilities(example.picture)
        encode = partial(bench.features, frozen, key=example.key)
        return model.probabilities(example.picture, encode)

    if given.base.recipe.method != "probe":
        return judge_each(probabilities, given.guard, count)
    kept = tuple(Scores(_grown(matrix, count)) for matrix in lesson.before if matrix is not None)
    return kept + judge_each(probabilities, lesson.fresh, count)


def compared(base: str, names: Sequence[str], lesson: Lesson, before: Sequence[Scores], learned: Learned) -> Guard:
    """Return what was known before and after.

    Parameters
    ----------
    base
        The earlier model's name.
    names
        The classes, the earlier model's first.
    lesson
        What was held out.
    before
        What the earlier model said, as :func:`asked_before` returns it.
    learned
        What came of it; its ``guard`` is of the same sections.
    """
    count, split = len(names), len(lesson.remembered)
    parts = (before[:split], learned.guard[:split], before[split:], learned.guard[split:])
    scores = [pooled(part, count) for part in parts]
    # Of a class that is not among the held-out labels nothing can be said but that it should not be said.
    ious = [np.where(each.matrix.sum(1) > 0, each.iou, np.nan) for each in scores]
    rows = zip(names, *ious, strict=True)
    classes = tuple(ClassGuard(name, *(float(value) for value in values)) for name, *values in rows)
    return Guard(base, classes, scores[0].pixels, scores[2].pixels, lesson.changed)


def kept_sections(lesson: Lesson, learned: Learned, classes: int) -> tuple[KeptSection, ...]:
    """Return what a model's folder keeps of its labels, for one that goes on from it."""
    asked = [*zip(lesson.validation, learned.each, strict=True)]
    asked += [*zip(lesson.remembered, learned.guard[: len(lesson.remembered)], strict=True)]
    apart = [example for example in lesson.validation if not _among(example, lesson.examples)]
    found = [_kept(example, example.place, asked) for example in lesson.examples if example.place is not None]
    found += [replace(_kept(each, each.place, asked), apart=True) for each in apart if each.place is not None]
    judged = zip(lesson.unlearned, learned.guard, strict=False)
    found += [replace(each, matrix=_grown(scores.matrix, classes)) for each, scores in judged if each is not None]
    return (*found, *(replace(each, matrix=None) for each in lesson.rest))


def told_of_kept(kept: int, of: int) -> tuple[str, ...]:
    """Return what is said where a model's folder has no room for all labels; nothing where it has."""
    if kept == of:
        return ()
    few = f"The model keeps the labels of {kept} of its {of} sections, spread over all"
    return (f"{few}: there are too many to keep, and one that goes on from it rehearses these.",)


def learned_sources(known: Iterable[SourceRecord], examples: Iterable[Example]) -> tuple[SourceRecord, ...]:
    """Return what a model was trained on: the job's surveys, and with their own records those that are rehearsed."""
    found = list(known)
    for example in examples:
        place = example.place
        if place is None or not example.earlier:
            continue
        record = SourceRecord(place.file.name, place.fingerprint, place.low, place.high, (place.at,))
        at = next((n for n, each in enumerate(found) if replace(each, sections=record.sections) == record), None)
        if at is None:
            found.append(record)
        elif place.at not in found[at].sections:
            found[at] = replace(found[at], sections=(*found[at].sections, place.at))
    return tuple(found)


def told_of_edits(base: str, lesson: Lesson) -> tuple[str, ...]:
    """Return what is said of earlier labels that were edited or erased since."""
    said = []
    if lesson.changed and lesson.remembered:
        said.append(f"Not asked: held-out samples of {base} whose labels were edited since ({lesson.changed}).")
    if lesson.erased:
        files = ", ".join(dict.fromkeys(place.labels.name for place in lesson.erased))
        places = [place.at for place in lesson.erased]
        more = f" and {len(places) - 3} more" if len(places) > 3 else ""
        said.append(
            f"Erased since {base} and not learned again: {', '.join(places[:3])}{more} (nothing is labelled there in "
            f"{files} any more)."
        )
    return tuple(said)


def _among(example: Example, others: Iterable[Example]) -> bool:
    return any(other.key == example.key and other.place == example.place for other in others)


def _kept(example: Example, place: SectionPlace, asked: Iterable[tuple[Example, Scores]]) -> KeptSection:
    """Return a section with what was held out of it, and what was said of that."""
    held = np.zeros(example.labels.shape, bool)
    matrices: list[NDArray[np.int64]] = []
    for other, scores in asked:
        asked_of = other.human != UNLABELLED
        # What is given for validation once more is asked as such and as what the earlier model was scored on.
        if _among(other, [example]) and (asked_of & ~held).any():
            held |= asked_of
            matrices.append(scores.matrix)
    matrix = sum(matrices[1:], matrices[0]) if matrices else None
    return KeptSection(place, example.labels, example.human != UNLABELLED, held, matrix)


def _grown(matrix: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Return a confusion matrix with rows and columns of zeros for new classes."""
    more = classes - len(matrix)
    return np.pad(matrix, ((0, more), (0, more))) if more > 0 else matrix
