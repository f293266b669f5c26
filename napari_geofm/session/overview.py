"""A whole survey, decimated so far that it fits in little memory: amplitudes, labels and predictions."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey
    from napari_geofm.session.session import Session

__all__ = ["Grid", "amplitudes_of", "labels_of", "prediction_file", "predictions_of", "without_commonest"]

MOST = 2_000_000
"""Samples that are kept: of amplitudes, labels and predictions at a byte each 6 MB, and as much again to draw."""

Report = Callable[[float], bool]
"""Told the part that is done, 0 to 1; returns whether to go on."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Which samples of a survey are kept.

    Attributes
    ----------
    steps
        Along each axis of the survey every so-manieth.
    shape
        What is kept of the survey.
    """

    steps: tuple[int, ...]
    shape: tuple[int, ...]

    @classmethod
    def of(cls, shape: tuple[int, ...], most: int = MOST) -> "Grid":
        """Return a grid of at most ``most`` samples; the longest axis gives up samples first.

        Examples
        --------
        >>> Grid.of((16, 481, 600), 2_000_000)
        Grid(steps=(1, 2, 2), shape=(16, 241, 300))
        """
        steps = [1] * len(shape)
        left = list(shape)
        while int(np.prod(left, dtype=np.int64)) > most:
            longest = int(np.argmax(left))
            steps[longest] += 1
            left[longest] = -(-shape[longest] // steps[longest])
        return cls(tuple(steps), tuple(left))

    def place(self, survey: "Survey", axis: str, number: float | str) -> float:
        """Return where a number of the survey lies on the grid, in its samples."""
        dim = survey.dims.index(axis)
        return survey.axis(axis).index(number) / self.steps[dim]

    def number(self, survey: "Survey", axis: str, place: int) -> float | str:
        """Return the number of a sample of the grid."""
        dim = survey.dims.index(axis)
        values = survey.axis(axis).values
        return values[min(place * self.steps[dim], values.size - 1)].item()  # type: ignore[no-any-return]


def amplitudes_of(
    survey: "Survey", grid: Grid, limits: tuple[float, float], report: Report
) -> NDArray[np.uint8] | None:
    """Read every so-manieth section, and keep every so-manieth sample of it.

    Parameters
    ----------
    survey
        A volume. One section is in memory at a time.
    grid
        What is kept.
    limits
        Amplitudes of 0 and 255; what lies beyond is clipped.
    report
        Told after each section.

    Returns
    -------
    ndarray of uint8, shape ``grid.shape``, or None
        Axes in the survey's order, the middle where there is no trace; None where ``report`` said to stop.
    """
    low, high = limits
    middle = (low + high) / 2
    found = np.empty(grid.shape, np.uint8)
    for place in range(grid.shape[0]):
        values = survey.data[(place * grid.steps[0], *(slice(None, None, step) for step in grid.steps[1:]))].values
        known = np.where(np.isfinite(values), values, middle)
        found[place] = np.clip((known - low) * (255.0 / (high - low)), 0, 255).astype(np.uint8)
        if not report((place + 1) / grid.shape[0]):
            return None
    return found


def labels_of(session: "Session", grid: Grid, report: Report) -> NDArray[np.uint8] | None:
    """Return the labels on the grid; a stroke is thinner than a step of the grid, and is seen in every cell it touches.

    Returns
    -------
    ndarray of uint8, shape ``grid.shape``, or None
        Inside values (0 unlabelled, class k is k + 1); None where nothing is labelled or ``report`` said to stop.
    """
    survey, first = session.survey, session.survey.dims[0]
    places = session.labelled_sections(first)
    found = np.zeros(grid.shape, np.uint8)
    for done, at in enumerate(places):
        layout = survey.layout(at)
        values = layout.from_display(session.labels_at(at))
        for dim, step in enumerate(grid.steps[1:]):
            if step > 1:
                values = np.maximum.reduceat(values, np.arange(0, values.shape[dim], step), axis=dim)
        row = survey.axis(first).index(at.value if at.value is not None else "") // grid.steps[0]
        np.maximum(found[row], values, out=found[row])
        if not report((done + 1) / len(places)):
            return None
    return found if places else None


def prediction_file(session: "Session") -> Path | None:
    """Return the prediction of the whole survey by the model in use, if it was made."""
    model = session.model
    file = session.folder / "predictions" / f"{model.name}.zarr" if model is not None else None
    return file if file is not None and file.is_dir() else None


def predictions_of(session: "Session", grid: Grid, report: Report) -> NDArray[np.uint8] | None:
    """Return what the model in use predicted for the survey, on the grid.

    Returns
    -------
    ndarray of uint8, shape ``grid.shape``, or None
        Inside values of the session's classes (0: none of them); None where there is none, or ``report`` said to stop.
    """
    file = prediction_file(session)
    if file is None:
        return None
    import zarr

    try:
        group: Any = zarr.open_group(file, mode="r")
        array = group["prediction"]
        names = [str(each["name"]) for each in group.attrs["classes"]]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if tuple(array.shape) != session.survey.shape:
        return None
    table = _to_inside(names, session.classes.names)
    found = np.zeros(grid.shape, np.uint8)
    blocks = list(np.ndindex(*(-(-size // side) for size, side in zip(array.shape, array.chunks, strict=True))))
    for done, block in enumerate(blocks):
        cuts = [
            _kept(number * side, min((number + 1) * side, size), step)
            for number, side, size, step in zip(block, array.chunks, array.shape, grid.steps, strict=True)
        ]
        ranges = [range(begin, end, step) for (begin, end, _), step in zip(cuts, grid.steps, strict=True)]
        if all(ranges):
            source = tuple(slice(part.start, part.stop, part.step) for part in ranges)
            target = tuple(slice(to, to + len(part)) for (_, _, to), part in zip(cuts, ranges, strict=True))
            found[target] = table[np.asarray(array[source])]
        if not report((done + 1) / len(blocks)):
            return None
    return found


def without_commonest(values: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a prediction without its commonest class, which fills the survey and hides the others."""
    counts = np.bincount(values.reshape(-1), minlength=256)
    counts[0] = 0
    if np.count_nonzero(counts) < 2:
        return values
    return np.where(values == counts.argmax(), np.uint8(0), values)


def _kept(begin: int, end: int, step: int) -> tuple[int, int, int]:
    """Return the first kept sample of a block, its end, and where on the grid the first comes."""
    first = -(-begin // step) * step
    return first, end, first // step


def _to_inside(names: list[str], now: tuple[str, ...]) -> NDArray[np.uint8]:
    """Return the inside value of each stored class; classes are known by name, since numbers move."""
    table = np.zeros(256, np.uint8)
    for number, name in enumerate(names[:UNLABELLED]):
        if name in now:
            table[number] = now.index(name) + 1
    return table
