"""Whether a gain on held-out strokes is more than chance."""

import numpy as np
import pytest

from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.jobs.judging import HeldOut


class Row:
    """A model that gives each stroke the probability said."""

    def __init__(self, human: np.ndarray, right: list[float]) -> None:
        self.human, self.right = human, right

    def __call__(self, example: Example) -> np.ndarray:
        found = np.full((2, *self.human.shape), 0.5, np.float32)
        for place, value in enumerate(self.right):
            column = 2 * place
            number = int(self.human[0, column])
            found[number, :, column], found[1 - number, :, column] = value, 1 - value
        return found


def strokes(count: int) -> Example:
    """Return strokes of one column each, classes in turn, an unlabelled column between."""
    human = np.full((5, 2 * count), UNLABELLED, np.uint8)
    for place in range(count):
        human[:, 2 * place] = place % 2
    picture = np.zeros(human.shape, np.float32)
    return Example(picture, human, human, "key", "inline=1", np.ones(human.shape, bool))


@pytest.mark.parametrize(
    ("gains", "sure"),
    [
        ([0.2, 0.2, 0.2, 0.2, 0.15], True),
        ([0.3, -0.2, 0.25, -0.2, 0.1], False),
        ([0.0, 0.0, 0.0, 0.0, 0.0], False),
        ([0.1, 0.1], True),
        ([0.3, -0.1], False),
    ],
)
def test_a_gain_is_sure_where_the_strokes_agree(gains: list[float], sure: bool) -> None:
    example = strokes(len(gains))
    held = HeldOut([example], 2)
    before = [0.55] * len(gains)
    assert not held(Row(example.human, before))[1]
    after = [value + gain for value, gain in zip(before, gains, strict=True)]
    scores, trusted = held(Row(example.human, after))
    assert trusted == sure
    assert scores.pixels == 5 * len(gains)


def test_the_first_model_stays_the_one_that_is_compared_with() -> None:
    example = strokes(4)
    held = HeldOut([example], 2)
    held(Row(example.human, [0.6] * 4))
    assert held(Row(example.human, [0.9] * 4))[1]
    assert held(Row(example.human, [0.7] * 4))[1]
    assert not held(Row(example.human, [0.5] * 4))[1]
