"""What a method is given by the fine-tune job, and what it gives back."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.scores import Scores
from napari_geofm.jobs.specs import FinetuneSpec
from napari_geofm.jobs.workbench import Workbench

if TYPE_CHECKING:
    from napari_geofm.io.models import ModelFolder
    from napari_geofm.nets.training import Check

__all__ = ["Assignment", "Learned"]


@dataclass(frozen=True, slots=True, eq=False)
class Assignment:
    """What is to be learned.

    Attributes
    ----------
    spec
        The job.
    bench
        Open surveys, encoders, features.
    recipe
        How, with everything that the data decided.
    examples
        All labelled sections.
    training, validation
        What of them is learned from, and what is only scored.
    guard
        What is asked of the model besides, and decides nothing: held-out labels of an earlier model's, which are not
        in ``training``, and of the new ones.
    base
        The earlier model that is gone on with, or None.
    """

    spec: FinetuneSpec
    bench: Workbench
    recipe: Recipe
    examples: tuple[Example, ...]
    training: tuple[Example, ...]
    validation: tuple[Example, ...]
    guard: tuple[Example, ...] = ()
    base: "ModelFolder | None" = None


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A trained model's tensors and how training went.

    Attributes
    ----------
    adapter, head
        Tensors to keep, by name.
    scores
        On the held-out strokes.
    each
        The same for each section of the validation.
    guard
        On each section of the guard, by the state that ``scores`` are of.
    steps
        Steps taken.
    checks
        Looks at the held-out strokes on the way.
    kept_step
        The step whose state was the best of these; 0 where none was surely better than the beginning, -1 where nothing
        was held out to tell.
    diverged_at
        The step at which training ended since its loss was not a number; 0 where it did not.
    """

    adapter: dict[str, NDArray[np.float32]]
    head: dict[str, NDArray[np.float32]]
    scores: Scores
    steps: int = 0
    checks: "tuple[Check, ...]" = ()
    kept_step: int = -1
    diverged_at: int = 0
    each: tuple[Scores, ...] = ()
    guard: tuple[Scores, ...] = ()
