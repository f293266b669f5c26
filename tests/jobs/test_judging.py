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
    human = np.full((15, 2 * count), UNLABELLED, np.uint8)
    for place in range(count):
        human[:5, 2 * place] = place % 2
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


class Drawn:
    """A model that says what was drawn, sure of it by so much."""

    def __init__(self, drawn: np.ndarray, sure: float) -> None:
        self.drawn, self.sure = drawn, sure

    def __call__(self, _example: Example) -> np.ndarray:
        right = np.where(self.drawn == 1, self.sure, 1 - self.sure).astype(np.float32)
        return np.stack([1 - right, right])


def test_a_section_that_is_labelled_all_over_is_judged_by_blocks_of_its_traces() -> None:
    """Of a fault and its background there are but two connected pieces; and edges may be surely wrong."""
    human = np.zeros((40, 200), np.uint8)
    human[18:21] = 1
    example = Example(np.zeros(human.shape, np.float32), human, human, "key", "inline=1", np.ones(human.shape, bool))
    held = HeldOut([example], 2)
    assert held.dense
    assert not HeldOut([example, strokes(3)], 2).dense
    thick = np.zeros_like(human)
    thick[8:31] = 1
    assert not held(Drawn(thick, 0.7))[1]
    near = np.zeros_like(human)
    near[19:22] = 1
    assert held(Drawn(near, 0.9999))[1]
    held = HeldOut([example], 2)
    held(Drawn(near, 0.9))
    elsewhere = np.zeros_like(human)
    elsewhere[28:31] = 1
    assert not held(Drawn(elsewhere, 0.9999))[1]


def test_the_first_model_stays_the_one_that_is_compared_with() -> None:
    example = strokes(4)
    held = HeldOut([example], 2)
    held(Row(example.human, [0.6] * 4))
    assert held(Row(example.human, [0.9] * 4))[1]
    assert held(Row(example.human, [0.7] * 4))[1]
    assert not held(Row(example.human, [0.5] * 4))[1]
