"""The paper's data in miniature: its folders and files, a few pictures each, of a few hundred pixels."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.core.paper_tasks import TASKS, PaperTask

SHAPES = {"facies": (30, 23), "salt": (28, 28), "crater": (29, 29), "das": (26, 26), "fault": (32, 32)}
COUNTS = {"train": 6, "valid": 3}


@contextmanager
def small_tasks() -> Iterator[dict[str, PaperTask]]:
    """Have the tasks' pictures be small for a while."""
    with pytest.MonkeyPatch.context() as patch:
        for name, shape in SHAPES.items():
            patch.setitem(TASKS, name, dataclasses.replace(TASKS[name], shape=shape))
        yield TASKS


def write_miniature(root: Path, names: tuple[str, ...] = tuple(SHAPES)) -> Path:
    """Write the layout for :func:`small_tasks`: bands of the classes, brighter by their number, and noise."""
    for name in names:
        task = TASKS[name]
        for split, count in COUNTS.items():
            for number in range(count):
                image, labels = picture_of(task, number + 100 * (split == "valid"))
                for folder, values in ((task.images, image.astype("<f4")), (task.labels, labels.astype("i1"))):
                    place = root / task.folders[0] / split / folder
                    place.mkdir(parents=True, exist_ok=True)
                    values.tofile(place / f"{number}.dat")
    return root


def picture_of(task: PaperTask, seed: int) -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Return a picture, 0 to 255, and its labels."""
    rng = np.random.default_rng(seed)
    rows, columns = task.shape
    edges = np.sort(rng.integers(2, rows - 2, len(task.classes) - 1))
    labels = np.digitize(np.arange(rows), edges)[:, None] + np.zeros((1, columns), int)
    image = 255 * (labels + 0.5) / len(task.classes) + rng.normal(0, 10, task.shape)
    return np.clip(image, 0, 255).astype(np.float32), labels.astype(np.uint8)
