"""What was learned before has half of each class that is labelled anew, and all of the others."""

import numpy as np
import pytest

from napari_geofm.nets.probe import TokenSample
from napari_geofm.nets.rehearsal import rehearsed


def sample(classes: list[int], weight: float) -> TokenSample:
    numbers = np.array(classes, np.int64)
    return TokenSample(np.zeros((numbers.size, 2), np.float32), numbers, np.full(numbers.size, weight, np.float32))


def weight_of(samples: list[TokenSample], number: int) -> list[float]:
    return [float(each.weights[each.classes == number].sum()) for each in samples]


def test_each_half_of_what_both_hold() -> None:
    before = [sample([0] * 90 + [1] * 20, 2.0), sample([0] * 10 + [2] * 5, 1.0)]
    found = rehearsed(before, [True, False], 3)
    assert weight_of(found, 0) == pytest.approx([95.0, 95.0])
    assert weight_of(found, 1) == [40.0, 0.0]
    assert weight_of(found, 2) == [0.0, 5.0]


def test_without_earlier_labels_nothing_changes() -> None:
    before = [sample([0, 1], 1.0), sample([1, 1], 3.0)]
    assert all(one is other for one, other in zip(rehearsed(before, [False, False], 2), before, strict=True))
