import numpy as np
import pytest
from numpy.typing import NDArray

from napari_geofm.nets.levelling import levelled
from napari_geofm.nets.probe import ABSENT, ProbeHead


def head_of(biases: list[float]) -> ProbeHead:
    """Return a head of one channel that says 0 where it is low, and the last present class where it is high."""
    weight = np.linspace(-1, 1, len(biases), dtype=np.float32)[:, None]
    return ProbeHead(weight, np.array(biases, np.float32))


def shares(head: ProbeHead, tokens: NDArray[np.float32]) -> NDArray[np.float64]:
    scores = np.exp(head.scores(tokens.T[:, None])[:, 0].astype(np.float64))
    return np.asarray((scores / scores.sum(0)).mean(1))


TOKENS = np.random.default_rng(0).normal(size=(500, 1)).astype(np.float32)


def test_what_is_said_too_often_is_said_less() -> None:
    head = head_of([2.0, 0.0, -2.0])
    painted = np.array([100, 100, 100])
    before = shares(head, TOKENS)
    half, whole = (shares(levelled(head, [TOKENS], painted, how_far), TOKENS) for how_far in (0.5, 1.0))
    assert before[0] > half[0] > whole[0] > 0.3
    assert before[2] < half[2] < whole[2] < 0.4


def test_what_is_painted_more_is_said_more_though_less_than_in_proportion() -> None:
    head = head_of([0.0, 0.0, 0.0])
    even, more = (levelled(head, [TOKENS], np.array([10, count, 10]), 1.0).bias for count in (10, 160))
    moved = more - even
    assert moved[1] - moved[0] == pytest.approx(np.log(4), abs=1e-5)


def test_a_class_without_strokes_stays_out_and_others_are_told_apart_as_before() -> None:
    head = head_of([3.0, ABSENT, 0.0, 0.0])
    found = levelled(head, [TOKENS[:100], TOKENS[100:]], np.array([5, 0, 50, 500]), 0.5)
    assert found.bias[1] == ABSENT
    assert found.bias[0] < head.bias[0]
    np.testing.assert_array_equal(found.weight, head.weight)


def test_a_class_that_is_never_said_moves_by_a_bounded_step() -> None:
    head = head_of([20.0, -20.0])
    found = levelled(head, [TOKENS], np.array([1, 1]), 0.5).bias - head.bias
    assert 0 < found[1] - found[0] < 4


@pytest.mark.parametrize(("tokens", "how_far"), [([TOKENS], 0.0), ([TOKENS[:0]], 0.5)])
def test_without_tokens_or_where_unwanted_nothing_moves(tokens: list[NDArray[np.float32]], how_far: float) -> None:
    head = head_of([2.0, 0.0])
    assert levelled(head, tokens, np.array([1, 1]), how_far) is head
