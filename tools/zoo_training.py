"""A model of the zoo out of labelled pictures in memory, through the program's own training."""

import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.io.kept_labels import KEPT
from napari_geofm.jobs.specs import FinetuneSpec, SourceSpec


class Labelled(Protocol):
    """A picture with labels: float32 and uint8, both ``(rows, columns)``."""

    @property
    def values(self) -> NDArray[np.float32]: ...

    @property
    def labels(self) -> NDArray[np.uint8]: ...


@dataclass(frozen=True, slots=True, eq=False)
class Pictures:
    """What is learned from, and what decides which state is kept."""

    learned: tuple[Labelled, ...]
    judged: tuple[Labelled, ...]


class _Telling:
    """Says once in a while how far a training is."""

    def __init__(self, every_s: float = 30.0) -> None:
        self._every_s, self._told = every_s, 0.0

    def __call__(self, news: Progress) -> None:
        if time.monotonic() - self._told < self._every_s:
            return
        self._told = time.monotonic()
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in news.numbers.items())
        sys.stderr.write(f"{news.text} {numbers}\n")
        sys.stderr.flush()


def train_on(pictures: Pictures, recipe: Recipe, classes: Sequence[tuple[str, str]], output: Path) -> str:
    """Train and write a model's folder; return what came of it in one line.

    Parameters
    ----------
    pictures
        Labelled pictures.
    recipe
        How.
    classes
        Names and colours.
    output
        The folder; a model that is there is replaced.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        table = place / "classes.csv"
        lines = [f"{number},{name},{colour}" for number, (name, colour) in enumerate(classes)]
        table.write_text("\n".join(["number,name,colour", *lines]) + "\n", encoding="utf-8")
        sources = [_written(place, f"learned {n}", one, "train") for n, one in enumerate(pictures.learned)]
        sources += [_written(place, f"judged {n}", one, "valid") for n, one in enumerate(pictures.judged)]
        spec = FinetuneSpec(tuple(sources), output, recipe, class_table=table, overwrite=True, model=str(output))
        found = LocalCompute().run(spec, _Telling())
    # What it learned from is made anew by the tool; the places of its files are nobody's business.
    (output / KEPT).unlink(missing_ok=True)
    checks = ", ".join(f"{step}: {score:.3f}" for step, _, _, score in found.history)
    return f"{output}: {found.steps} steps, {found.seconds:.0f} s, kept {found.kept_step}; mIoU by step {checks}"


def _written(folder: Path, name: str, one: Labelled, split: str) -> SourceSpec:
    """Write a picture and its labels."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    file, labels = folder / f"{name}.tif", folder / f"{name}.npy"
    rows, columns = one.values.shape
    profile = {"driver": "GTiff", "height": rows, "width": columns, "count": 1, "dtype": "float32"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(file, "w", **profile) as target:
            target.write(one.values.astype(np.float32), 1)
    np.save(labels, one.labels)
    return SourceSpec(file, labels, split)
