import numpy as np
import pytest

from napari_geofm.nets.tokenspace import Placing, SpaceStatistics

TOKEN_PX = 14.0


def rock(rng: np.random.Generator, height: int = 12, width: int = 16, channels: int = 5) -> np.ndarray:
    return rng.normal(size=(channels, height, width)).astype(np.float32)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_view_that_shows_the_same_tokens_changes_nothing(mirrored: bool) -> None:
    whole = rock(np.random.default_rng(0))
    part = whole[:, 3:9, 4:14]
    statistics = SpaceStatistics(TOKEN_PX)
    statistics.add_whole(whole)
    placing = Placing(top=3 * 14, left=4 * 14, width=10 * 14, mirrored=mirrored)
    statistics.add_view(part[..., ::-1] if mirrored else part, whole, placing)
    metric = statistics.space(0.1).metric
    # No direction changes, so that all count alike.
    np.testing.assert_allclose(metric, metric[0, 0] * np.eye(5), atol=1e-3 * metric[0, 0])


def test_what_changes_between_views_counts_for_less() -> None:
    rng = np.random.default_rng(1)
    whole = rock(rng)
    statistics = SpaceStatistics(TOKEN_PX)
    statistics.add_whole(whole)
    for _ in range(4):
        seen = whole.copy()
        seen[2] += rng.normal(scale=3.0, size=seen.shape[1:])
        statistics.add_view(seen, whole, Placing(0, 0, 16 * 14, mirrored=False))
    space = statistics.space(0.01)
    unit = np.abs(np.diag(space.metric))
    assert unit[2] < 0.2 * np.delete(unit, 2).min()
    assert (np.diag(statistics.space(0.0).metric) == 1).all()


def test_a_head_folded_into_raw_tokens_scores_the_same() -> None:
    rng = np.random.default_rng(2)
    whole = 3.0 * rock(rng) + 1.0
    statistics = SpaceStatistics(TOKEN_PX)
    statistics.add_whole(whole)
    statistics.add_view(whole + 0.1 * rock(rng), whole, Placing(0, 0, 16 * 14, mirrored=False))
    space = statistics.space(0.1)
    tokens = whole.reshape(5, -1).T.astype(np.float32)
    weight, bias = rng.normal(size=(3, 5)), rng.normal(size=3)
    raw, offset = space.folded(weight, bias)
    np.testing.assert_allclose(tokens @ raw.T + offset, space.into(tokens) @ weight.T + bias, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(space.into(tokens).mean(0), 0.0, atol=0.05)


def test_without_views_tokens_are_standardised() -> None:
    statistics = SpaceStatistics(TOKEN_PX)
    statistics.add_whole(5.0 + 2.0 * rock(np.random.default_rng(3)))
    space = statistics.space(0.1)
    np.testing.assert_array_equal(space.metric, np.eye(5))
    np.testing.assert_allclose(space.mean, 5.0, atol=0.5)
    np.testing.assert_allclose(space.deviation, 2.0, atol=0.3)


def test_after_weighting_all_directions_change_alike() -> None:
    rng = np.random.default_rng(4)
    mixed = rng.normal(size=(5, 5)).astype(np.float32)
    whole = rock(rng, 40, 40)
    statistics = SpaceStatistics(TOKEN_PX)
    statistics.add_whole(whole)
    change = np.einsum("ij,jhw->ihw", mixed, rock(rng, 40, 40))
    statistics.add_view(whole + change, whole, Placing(0, 0, 40 * 14, mirrored=False))
    space = statistics.space(1e-4)
    found = np.cov((change.reshape(5, -1).T / space.deviation) @ space.metric, rowvar=False)
    np.testing.assert_allclose(found, found[0, 0] * np.eye(5), atol=0.05 * found[0, 0])


def test_of_many_views_a_part_of_the_tokens_is_looked_at_and_says_the_same() -> None:
    rng = np.random.default_rng(5)
    whole = rock(rng, 60, 60)
    seen = whole + np.array([0.1, 0.2, 0.4, 0.8, 1.6], np.float32)[:, None, None] * rock(rng, 60, 60)
    spaces = []
    for views in (1, 10):
        statistics = SpaceStatistics(TOKEN_PX, views)
        statistics.add_whole(whole)
        statistics.add_view(seen, whole, Placing(0, 0, 60 * 14, mirrored=False))
        spaces.append(np.diag(statistics.space(0.1).metric))
    np.testing.assert_allclose(spaces[1], spaces[0], rtol=0.15)


def test_features_beside_the_tokens_are_standardised_and_count_as_told() -> None:
    rng = np.random.default_rng(6)
    tokens, others = SpaceStatistics(TOKEN_PX), SpaceStatistics(TOKEN_PX)
    tokens.add_whole(rock(rng))
    more = 7.0 + 4.0 * rock(rng, channels=2)
    others.add_whole(more)
    first = tokens.space(0.1)
    both = first.beside(others.space(0.0), 3.0)
    flat = np.concatenate([rock(rng), more]).reshape(7, -1).T
    np.testing.assert_allclose(both.into(flat)[:, :5], first.into(flat[:, :5]), atol=1e-5)
    np.testing.assert_allclose(both.into(flat)[:, 5:].std(0), 3.0, rtol=1e-3)
