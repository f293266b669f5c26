"""A mask made small: for craters that are larger than what is looked at at once."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.craters.mask_part import MaskPart

__all__ = ["below_each_other", "shrunk"]

Mask = NDArray[np.bool_]


def shrunk(part: MaskPart, step: int) -> MaskPart:
    """Return a part with one pixel for ``step`` by ``step``; blocks at the far ends may be smaller.

    A pixel is crater where at least half of its known pixels are, rim where any is, since a rim is thin, and known
    where at least half are.
    """
    known = _mean(np.ones(part.crater.shape, np.float32) if part.valid is None else part.valid, step)
    within = part.crater if part.rim is None else part.crater | part.rim
    rim = None if part.rim is None else _mean(part.rim, step) > 0
    crater = _mean(within, step) >= 0.5 * np.maximum(known, 1e-6)
    return MaskPart(
        crater if rim is None else crater & ~rim,
        rim,
        None if part.valid is None else known >= 0.5,
        None if part.probability is None else _mean(np.nan_to_num(part.probability), step),
    )


def below_each_other(parts: Sequence[MaskPart]) -> MaskPart:
    """Put parts below each other."""

    def joined(name: str) -> NDArray[np.generic] | None:
        arrays = [getattr(each, name) for each in parts]
        return None if arrays[0] is None else np.concatenate(arrays)

    return MaskPart(*(joined(name) for name in ("crater", "rim", "valid", "probability")))  # type: ignore[arg-type]


def _mean(array: NDArray[np.generic], step: int) -> NDArray[np.float32]:
    """Return the means of blocks; those at the far ends are of what is there."""
    numbers = array.astype(np.float32)
    starts = [np.arange(0, size, step) for size in array.shape]
    total = np.add.reduceat(np.add.reduceat(numbers, starts[0], axis=0), starts[1], axis=1)
    counts = [np.diff(np.append(each, size)) for each, size in zip(starts, array.shape, strict=True)]
    return np.asarray(total / (counts[0][:, None] * counts[1][None]), np.float32)
