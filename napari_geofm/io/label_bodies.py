"""Connected bodies of classes in a volume: how many, how large, where; found some inlines at a time."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED, ArrayLike, checked_classes
from napari_geofm.core.progress import Control, Job, Progress

__all__ = ["Body", "BodyMap", "bodies_job"]

_AT_ONCE = 2**22


@dataclass(frozen=True, slots=True)
class Body:
    """Samples of one class that hang together by their faces.

    Attributes
    ----------
    number
        From 1, the largest first.
    cls
        Its class (outside number).
    samples
        Count of samples.
    box
        First position along each dimension, and the one after the last.
    root
        How :class:`BodyMap` knows it.
    """

    number: int
    cls: int
    samples: int
    box: tuple[tuple[int, int], ...]
    root: int


@dataclass(frozen=True, slots=True, eq=False)
class BodyMap:
    """Bodies, and which samples are theirs.

    Attributes
    ----------
    bodies
        Those of the asked-for size and more, the largest first.
    left_out
        Count of smaller ones.
    values
        The labels (outside classes).
    roots
        For each class and block of inlines, the root of each body's part there.
    blocks
        Inlines that were looked at together.
    """

    bodies: tuple[Body, ...]
    left_out: int
    values: ArrayLike
    roots: dict[int, list[NDArray[np.int64]]]
    blocks: tuple[slice, ...]

    def mask(self, body: Body) -> NDArray[np.bool_]:
        """Return which samples of a body's box are its own."""
        (first, last), *others = body.box
        inner = tuple(slice(low, high) for low, high in others)
        found = np.zeros(tuple(high - low for low, high in body.box), np.bool_)
        for roots, rows in zip(self.roots[body.cls], self.blocks, strict=True):
            start, stop = max(rows.start, first), min(rows.stop, last)
            if start < stop:
                parts = _parts(self.values, rows, body.cls)
                mine = (roots == body.root)[parts]
                found[start - first : stop - first] = mine[start - rows.start : stop - rows.start][
                    (slice(None), *inner)
                ]
        return found


def bodies_job(
    values: ArrayLike, shape: tuple[int, ...], *, minimum: int = 1, control: Control | None = None
) -> Job[BodyMap]:
    """Find the bodies of all classes.

    Parameters
    ----------
    values
        Outside classes, shape ``shape``.
    shape
        Of the volume.
    minimum
        Samples of the smallest body that counts.
    control
        Cancels.
    """
    flags = control or Control()
    blocks = tuple(_rows_at_once(shape))
    present: set[int] = set()
    for rows in blocks:
        flags.check()
        yield Progress(0, 0, "looking for bodies")
        present |= {int(each) for each in np.unique(np.asarray(values[rows])) if each != UNLABELLED}
    found: list[Body] = []
    roots: dict[int, list[NDArray[np.int64]]] = {}
    left_out = 0
    for place, cls in enumerate(sorted(present)):
        joining = _Joining()
        for rows in blocks:
            flags.check()
            yield Progress(place + rows.start / shape[0], len(present), "looking for bodies")
            joining.add(_parts(values, rows, cls), rows.start)
        bodies, roots[cls] = joining.finished(cls)
        large = [body for body in bodies if body.samples >= minimum]
        left_out += len(bodies) - len(large)
        found += large
    found.sort(key=lambda body: -body.samples)
    numbered = tuple(replace(body, number=number) for number, body in enumerate(found, start=1))
    return BodyMap(numbered, left_out, values, roots, blocks)


class _Joining:
    """Joins the parts of bodies that touch across blocks."""

    def __init__(self) -> None:
        self._parents: list[int] = []
        self._counts: list[int] = []
        self._boxes: list[list[tuple[int, int]]] = []
        self._ends: list[tuple[int, int]] = []
        self._last: NDArray[np.int64] | None = None

    def add(self, parts: NDArray[np.int32], start: int) -> None:
        """Take in a block whose parts are numbered from 1."""
        from scipy.ndimage import find_objects

        offset, count = len(self._parents), int(parts.max(initial=0))
        self._parents += range(offset, offset + count)
        self._counts += np.bincount(parts.reshape(-1), minlength=count + 1)[1:].tolist()
        for box in find_objects(parts):
            (first, *others) = box
            self._boxes.append(
                [(first.start + start, first.stop + start), *((part.start, part.stop) for part in others)]
            )
        if self._last is not None:
            touching = (self._last > 0) & (parts[0] > 0)
            pairs = np.column_stack([self._last[touching] - 1, parts[0][touching] - 1 + offset])
            for one, other in np.unique(pairs, axis=0).tolist():
                self._join(one, other)
        self._last = np.where(parts[-1] > 0, parts[-1].astype(np.int64) + offset, 0)
        self._ends.append((offset, offset + count))

    def finished(self, cls: int) -> tuple[list[Body], list[NDArray[np.int64]]]:
        """Return the bodies, and for each block the root of each of its parts (-1 for what is none)."""
        roots = np.array([self._root(each) for each in range(len(self._parents))], np.int64)
        whole: dict[int, tuple[int, list[tuple[int, int]]]] = {}
        for root, count, box in zip(roots.tolist(), self._counts, self._boxes, strict=True):
            before = whole.get(root)
            if before is None:
                whole[root] = count, box
            else:
                sides = [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(before[1], box, strict=True)]
                whole[root] = before[0] + count, sides
        bodies = [Body(0, cls, count, tuple(box), root) for root, (count, box) in whole.items()]
        return bodies, [np.concatenate([[-1], roots[start:stop]]) for start, stop in self._ends]

    def _root(self, part: int) -> int:
        while self._parents[part] != part:
            self._parents[part] = self._parents[self._parents[part]]
            part = self._parents[part]
        return part

    def _join(self, one: int, other: int) -> None:
        one, other = self._root(one), self._root(other)
        self._parents[max(one, other)] = min(one, other)


def _parts(values: ArrayLike, rows: slice, cls: int) -> NDArray[np.int32]:
    from scipy.ndimage import label

    numbers, _ = label(checked_classes(np.asarray(values[rows])) == cls)
    return np.asarray(numbers, np.int32)


def _rows_at_once(shape: tuple[int, ...]) -> Iterator[slice]:
    rows = max(1, _AT_ONCE // max(1, int(np.prod(shape[1:], dtype=np.int64))))
    for start in range(0, shape[0], rows):
        yield slice(start, min(start + rows, shape[0]))
