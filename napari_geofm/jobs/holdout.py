"""Which human strokes are held out, so that a model is judged on what it has not learned."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example, is_dense
from napari_geofm.core.labels import UNLABELLED

__all__ = ["SEVERAL", "hold_out"]

SEVERAL = 3
"""From so many labelled sections on, whole sections are held out; below, connected strokes."""

SHARE = 0.2
"""Part that is held out."""

STRIPS = 12
"""Places that are tried for a strip of a complete section."""


def hold_out(examples: Sequence[Example], classes: int, seed: int) -> tuple[list[Example], list[Example]]:
    """Split examples into what is learned and what is only scored.

    Of strokes, connected ones are held out; of sections that are labelled all over (the rest of them "is background"),
    a strip of columns, so that what is scored holds background too. From three sections on, whole ones are.

    Parameters
    ----------
    examples
        Labelled sections.
    classes
        Count of classes.
    seed
        Decides which sections or strokes are held out.

    Returns
    -------
    training, validation
        Every class keeps labels in ``training``. Validation holds human strokes only; it is empty where nothing
        can be spared (one stroke per class).
    """
    rng = np.random.default_rng(seed)
    with_human = [place for place, example in enumerate(examples) if (example.human != UNLABELLED).any()]
    if len(with_human) >= SEVERAL:
        chosen = _spare_sections(examples, with_human, classes, rng)
        if chosen:
            training = [example for place, example in enumerate(examples) if place not in chosen]
            return training, [examples[place].with_labels(examples[place].human) for place in sorted(chosen)]
    training, validation = [], []
    for example in examples:
        spare = _spare_strip if is_dense(example.human, example.valid) else _spare_strokes
        kept, spared = spare(example, rng)
        training.append(example.with_labels(kept))
        if (spared != UNLABELLED).any():
            validation.append(example.with_labels(spared))
    return training, validation


def _spare_sections(
    examples: Sequence[Example], candidates: Sequence[int], classes: int, rng: np.random.Generator
) -> set[int]:
    """Return sections to hold out, such that every class still occurs in the others."""
    counts = np.array([example.counts(classes) for example in examples])
    wanted = max(1, round(SHARE * len(candidates)))
    chosen: set[int] = set()
    for place in rng.permutation(np.asarray(candidates)):
        rest = [other for other in range(len(examples)) if other not in chosen and other != place]
        occurring = counts.sum(0) > 0
        if rest and (counts[rest].sum(0)[occurring] > 0).all():
            chosen.add(int(place))
        if len(chosen) == wanted:
            break
    return chosen


def _spare_strip(example: Example, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the labels without, and only with, the columns that are held out.

    The strip is the one that holds most classes of those of which at least half is left to learn from; nothing is
    held out where no strip holds two.
    """
    columns = example.human.shape[1]
    width = max(1, round(SHARE * columns))
    kept, spared = example.labels.copy(), np.full_like(example.labels, UNLABELLED)
    counts = np.bincount(example.human.ravel(), minlength=256)[:UNLABELLED]
    best: tuple[int, int] | None = None
    for start in rng.permutation(np.unique(np.linspace(0, columns - width, STRIPS).round().astype(int))):
        inside = np.bincount(example.human[:, start : start + width].ravel(), minlength=256)[:UNLABELLED]
        found = int((inside > 0).sum())
        if (2 * inside <= counts).all() and found >= 2 and (best is None or found > best[0]):
            best = (found, int(start))
    if best is not None:
        where = slice(best[1], best[1] + width)
        spared[:, where], kept[:, where] = example.human[:, where], UNLABELLED
    return kept, spared


def _spare_strokes(example: Example, rng: np.random.Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return the labels without, and only with, the strokes that are held out; a class's only stroke is kept."""
    from scipy import ndimage

    kept = example.labels.copy()
    spared = np.full_like(kept, UNLABELLED)
    for number in np.unique(example.human[example.human != UNLABELLED]):
        strokes = np.asarray(ndimage.label(example.human == number, np.ones((3, 3)))[0], np.int64)
        sizes = np.bincount(strokes.ravel())[1:]
        left, goal = sizes.sum(), SHARE * sizes.sum()
        for stroke in rng.permutation(sizes.size):
            gone = sizes.sum() - left
            # Half a class at most: what is scored must not cost what is learned.
            if gone >= goal or left == sizes[stroke] or gone + sizes[stroke] > 0.5 * sizes.sum():
                continue
            where = strokes == stroke + 1
            spared[where], kept[where] = number, UNLABELLED
            left -= sizes[stroke]
    return kept, spared
