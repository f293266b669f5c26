"""What a method gives back to the fine-tune job."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.scores import Scores

if TYPE_CHECKING:
    from napari_geofm.nets.training import Check

__all__ = ["Learned"]


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A trained model's tensors and how training went.

    Attributes
    ----------
    adapter, head
        Tensors to keep, by name.
    scores
        On the held-out strokes.
    steps
        Steps taken.
    checks
        Looks at the held-out strokes on the way.
    """

    adapter: dict[str, NDArray[np.float32]]
    head: dict[str, NDArray[np.float32]]
    scores: Scores
    steps: int = 0
    checks: "tuple[Check, ...]" = ()
