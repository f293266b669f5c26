"""How much what an earlier model learned from counts beside what is new: of a class that both hold, half."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from napari_geofm.nets.probe import TokenSample

__all__ = ["SHARE", "rehearsed"]

SHARE = 0.5
"""Part of a class's weight, or of its crops, that earlier labels have where there are new ones as well."""


def rehearsed(samples: Sequence[TokenSample], earlier: Sequence[bool], classes: int) -> list[TokenSample]:
    """Return samples weighted so that earlier labels have their share of each class, whose whole weight stays.

    Parameters
    ----------
    samples
        Labelled tokens of sections and views.
    earlier
        For each whether an earlier model learned from it.
    classes
        Count of classes.
    """
    if not any(earlier):
        return list(samples)
    totals = np.zeros((2, classes))
    for sample, before in zip(samples, earlier, strict=True):
        totals[int(before)] += np.bincount(sample.classes, sample.weights, minlength=classes)
    wanted = totals.sum(0) * np.array([[1 - SHARE], [SHARE]])
    both = (totals > 0).all(0)
    factors = np.where(both, wanted / np.where(totals > 0, totals, 1), 1.0)
    return [
        replace(sample, weights=(sample.weights * factors[int(before), sample.classes]).astype(np.float32))
        for sample, before in zip(samples, earlier, strict=True)
    ]
