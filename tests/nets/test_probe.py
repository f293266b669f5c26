import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from napari_geofm.core.recipe import ProbeRecipe
from napari_geofm.nets.probe import ProbeHead, TokenSample, fit_head, pool_labels

LABELS = st.tuples(st.integers(1, 40), st.integers(1, 40)).flatmap(
    lambda shape: arrays(np.uint8, shape, elements=st.sampled_from([0, 1, 4, 255, 255, 255]))
)


@settings(max_examples=50)
@given(LABELS, st.sampled_from([7.0, 14.0, 10.77]))
def test_labels_are_pooled_by_token_and_class(labels: NDArray[np.uint8], token_px: float) -> None:
    grid = tuple(int(-(-side // token_px)) for side in labels.shape)
    tokens, numbers, weights = pool_labels(labels, (grid[0], grid[1]), token_px, 5)
    counted: dict[tuple[int, int], int] = {}
    for (row, column), number in np.ndenumerate(labels):
        if number != 255:
            pair = (int(row / token_px) * grid[1] + int(column / token_px), int(number))
            counted[pair] = counted.get(pair, 0) + 1
    found = {(int(t), int(n)): int(w) for t, n, w in zip(tokens, numbers, weights, strict=True)}
    assert found == counted


def clouds(classes: tuple[int, ...], count: int = 40, seed: int = 0) -> TokenSample:
    """Return tokens of some classes, each class around a place of its own, on channels of very different size."""
    rng = np.random.default_rng(seed)
    numbers = np.repeat(classes, count).astype(np.int64)
    features = rng.normal(size=(numbers.size, 6)).astype(np.float32)
    features[np.arange(numbers.size), numbers] += 8
    return TokenSample(
        features * np.array([1, 100, 0.01, 1, 5, 1], np.float32) + 3, numbers, np.ones(numbers.size, np.float32)
    )


def predicted(head: ProbeHead, sample: TokenSample) -> NDArray[np.int64]:
    return np.asarray(head.scores(sample.features.T[:, None, :]).argmax(0)[0], np.int64)


@pytest.mark.parametrize("classes", [(0, 1, 2), (0, 2), (1, 3), (0, 1, 2, 3)])
def test_what_is_told_apart_is_learned_and_an_absent_class_never_said(classes: tuple[int, ...]) -> None:
    head = fit_head([clouds(classes), clouds(classes, seed=1)], 5, ProbeRecipe())
    assert (head.weight.shape, head.bias.shape) == ((5, 6), (5,))
    assert head.weight.dtype == head.bias.dtype == np.float32
    other = clouds(classes, seed=2)
    assert (predicted(head, other) == other.classes).mean() > 0.97
    far = TokenSample(other.features * 20 - 50, other.classes, other.weights)
    assert set(predicted(head, far).tolist()) <= set(classes)


def test_the_same_samples_give_the_same_head() -> None:
    one, other = (fit_head([clouds((0, 1, 2))], 3, ProbeRecipe()) for _ in range(2))
    assert one.weight.tobytes() == other.weight.tobytes()
    assert one.bias.tobytes() == other.bias.tobytes()


def test_the_unit_of_a_channel_does_not_matter() -> None:
    sample = clouds((0, 1, 2))
    factors = np.array([1000, 1, 0.001, 1, 1, 20], np.float32)
    scaled = TokenSample(sample.features * factors, sample.classes, sample.weights)
    one, other = fit_head([sample], 3, ProbeRecipe()), fit_head([scaled], 3, ProbeRecipe())
    np.testing.assert_allclose(
        one.scores(sample.features.T[:, None]), other.scores(scaled.features.T[:, None]), atol=0.02
    )


def test_balance_lifts_a_rare_class() -> None:
    rng = np.random.default_rng(0)
    numbers = np.repeat([0, 1], [400, 20])
    features = (rng.normal(size=(420, 3)) + numbers[:, None]).astype(np.float32)
    sample = TokenSample(features, numbers.astype(np.int64), np.ones(420, np.float32))
    plain, even = (fit_head([sample], 2, ProbeRecipe(balance=balance)) for balance in (0.0, 1.0))
    assert (predicted(even, sample) == 1).sum() > 2 * (predicted(plain, sample) == 1).sum()


def test_a_stronger_penalty_makes_a_more_careful_head() -> None:
    mild, strong = (fit_head([clouds((0, 1, 2))], 3, ProbeRecipe(l2=l2)) for l2 in (0.001, 10.0))
    sample = clouds((0, 1, 2))
    spread = [np.ptp(head.scores(sample.features.T[:, None]), axis=0).mean() for head in (mild, strong)]
    assert spread[0] > 3 * spread[1]


def test_a_constant_channel_is_no_trouble() -> None:
    sample = clouds((0, 1))
    features = np.concatenate([sample.features, np.zeros((80, 2), np.float32)], axis=1)
    head = fit_head([TokenSample(features, sample.classes, sample.weights)], 2, ProbeRecipe())
    assert np.isfinite(head.weight).all()
    np.testing.assert_allclose(head.weight[:, -2:], 0, atol=1e-4)


def test_scores_are_the_linear_map() -> None:
    rng = np.random.default_rng(0)
    head = ProbeHead(rng.normal(size=(3, 6)).astype(np.float32), rng.normal(size=3).astype(np.float32))
    tokens = rng.normal(size=(6, 4, 5)).astype(np.float16)
    expected = np.einsum("kc,chw->khw", head.weight, tokens.astype(np.float32)) + head.bias[:, None, None]
    np.testing.assert_allclose(head.scores(tokens), expected, rtol=1e-5, atol=1e-5)


def test_of_very_many_labels_an_even_part_is_enough_and_no_class_is_lost() -> None:
    many = [clouds((0, 1), count=4000), clouds((2,), count=2)]
    head = fit_head(many, 3, ProbeRecipe())
    other = clouds((0, 1, 2), seed=2)
    assert (predicted(head, other) == other.classes).mean() > 0.97
