"""Which part of a survey a prediction on disk covers, finished or not; told by its notes, without reading a sample."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.axis import Axis

__all__ = ["Coverage", "coverages", "region_notes"]

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one run has predicted.

    Attributes
    ----------
    along
        Axis across which it cut its sections.
    limits
        ``(axis, low, high)`` in header numbers, of the area of interest; axes that are not named are whole.
    done
        Finished sections, counted from the first of the run; None where all are.
    """

    along: str
    limits: tuple[tuple[str, float, float], ...] = ()
    done: tuple[int, ...] | None = None

    def of(self, axis: str) -> tuple[float, float] | None:
        """Return the limits along an axis, or None where it is whole."""
        return next(((low, high) for name, low, high in self.limits if name == axis), None)

    def parts(self, axis: Axis) -> "list[Coverage]":
        """Return runs of finished sections, each as what is finished within limits of its own.

        Parameters
        ----------
        axis
            The survey's axis that :attr:`along` names.
        """
        if self.done is None:
            return [self]
        limits = self.of(self.along)
        numbers = axis.values[axis.between(*limits)] if limits else axis.values
        done = np.array(sorted(number for number in self.done if 0 <= number < numbers.size), np.int64)
        others = tuple(limit for limit in self.limits if limit[0] != self.along)
        runs = np.split(done, np.flatnonzero(np.diff(done) > 1) + 1) if done.size else []
        ends = (sorted((float(numbers[run[0]]), float(numbers[run[-1]]))) for run in runs)
        return [Coverage(self.along, (*others, (self.along, low, high))) for low, high in ends]


def region_notes(along: str, limits: tuple[tuple[str, float, float], ...]) -> dict[str, object]:
    """Return what a run notes beside its result for :func:`coverages`."""
    return {"along": along, "range": [list(limit) for limit in limits]}


def coverages(folder: Path, model: str) -> list[Coverage]:
    """Return what the predictions in a folder by one model cover; those that say nothing of it are left out.

    Parameters
    ----------
    folder
        Holds ``NAME.zarr`` of finished runs and ``.NAME.zarr.partial`` of others.
    model
        The model's name.
    """
    found = []
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if path.name.endswith(".zarr.partial"):
            plain = _read(path / _MANIFEST)
            notes, done = plain.get("notes"), plain.get("done")
        elif path.name.endswith(".zarr"):
            notes, done = _read(path / "zarr.json").get("attributes"), None
        else:
            continue
        known = _coverage(notes, done, model)
        if known is not None:
            found.append(known)
    return found


def _coverage(notes: Any, done: Any, model: str) -> Coverage | None:
    if (
        not isinstance(notes, dict)
        or notes.get("model") != model
        or notes.get("quantity", "prediction") != "prediction"
    ):
        return None
    try:
        limits = tuple((str(axis), float(low), float(high)) for axis, low, high in notes["range"])
        return Coverage(str(notes["along"]), limits, None if done is None else tuple(int(number) for number in done))
    except (KeyError, TypeError, ValueError):
        return None


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
