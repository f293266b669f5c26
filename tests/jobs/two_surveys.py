"""A model, the survey that it was trained on, and another survey on which it goes on."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.io.class_table import write_class_table
from napari_geofm.io.kept_labels import KeptSection, read_kept
from napari_geofm.io.label_folder import CLASSES, LABELS, ORIGINS
from napari_geofm.io.models import read_model
from napari_geofm.jobs.specs import FinetuneResult, SourceSpec
from tests.tiny import TinySurvey, taught

THERE = "inline=1010"
"""One of the stroked sections."""


@dataclasses.dataclass(frozen=True)
class Two:
    """A survey that a model was trained on, in a folder of its own, and another one."""

    first: TinySurvey
    other: TinySurvey

    @property
    def elsewhere(self) -> tuple[SourceSpec, ...]:
        return (SourceSpec(self.other.file, self.other.strokes),)


def kept_of(model: Path) -> dict[tuple[str, str], KeptSection]:
    found = read_kept(model, len(read_model(model).recipe.classes))
    assert found is not None
    return {(each.place.file.parent.name, each.place.at): each for each in found}


def saved(labels: NDArray[np.uint8], path: Path) -> Path:
    np.save(path, labels)
    return path


def went_on(two: Two, output: Path, base: Path, recipe: Recipe | None = None, **options: Any) -> FinetuneResult:
    options.setdefault("sources", two.elsewhere)
    return taught(two.other, output, recipe, base_model=base, **options)


def session_of(folder: Path, labels: NDArray[np.uint8], names: list[str]) -> Path:
    """Write a session's labels."""
    folder.mkdir()
    np.save(folder / LABELS, (labels + np.uint8(1)).astype(np.uint8))
    np.save(folder / ORIGINS, (labels != 255).astype(np.uint8))
    write_class_table(ClassTable.named(names), folder / CLASSES)
    return folder
