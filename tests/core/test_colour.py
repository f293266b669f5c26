import numpy as np
import pytest

from napari_geofm.core.colour import align_pca, fit_pca
from napari_geofm.errors import FormatError


def maps(seed: int, count: int = 3) -> list[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]:
    random = np.random.default_rng(seed)
    mixing = random.normal(size=(16, 4)) * np.array([8.0, 4.0, 2.0, 0.1])
    return [(mixing @ random.normal(size=(4, 12 * 9))).reshape(16, 12, 9).astype(np.float32) for _ in range(count)]


def test_the_basis_is_orthonormal_with_fixed_signs() -> None:
    basis = fit_pca(maps(0))
    np.testing.assert_allclose(basis.components @ basis.components.T, np.eye(3), atol=1e-5)
    largest = np.abs(basis.components).argmax(axis=1)
    assert (basis.components[np.arange(3), largest] > 0).all()
    again = fit_pca(maps(0))
    np.testing.assert_array_equal(basis.components, again.components)


def test_it_agrees_with_scikit_learn_up_to_sign() -> None:
    from sklearn.decomposition import PCA

    given = maps(1)
    tokens = np.concatenate([one.reshape(16, -1) for one in given], axis=1).T
    expected = PCA(3).fit(tokens).components_
    ours = fit_pca(given).components
    np.testing.assert_allclose(np.abs((expected * ours).sum(axis=1)), 1.0, atol=1e-4)


def test_a_colour_means_the_same_in_every_section() -> None:
    given = maps(2)
    basis = fit_pca(given)
    whole = basis.rgb(np.concatenate(given, axis=2))
    np.testing.assert_array_equal(whole[:, :9], basis.rgb(given[0]))
    assert whole.dtype == np.uint8
    assert whole.shape == (12, 27, 3)


def test_the_stretch_leaves_the_tails_out() -> None:
    given = maps(3)
    shown = fit_pca(given, tail=1.0).rgb(np.concatenate(given, axis=2))
    for channel in range(3):
        clipped = np.isin(shown[..., channel], (0, 255)).mean()
        assert 0.01 <= clipped <= 0.04
        assert np.ptp(shown[..., channel]) == 255


def test_features_without_variety_are_shown_all_the_same() -> None:
    flat = np.ones((16, 4, 4), np.float32)
    assert np.unique(fit_pca([flat]).rgb(flat).reshape(-1, 3), axis=0).shape == (1, 3)


def test_another_models_features_are_refused() -> None:
    with pytest.raises(FormatError, match="has 8 channels, the colour basis 16"):
        fit_pca(maps(4)).rgb(np.zeros((8, 3, 3), np.float32))


def turned(seed: int) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return a random rotation or reflection of 16 channels."""
    return np.linalg.qr(np.random.default_rng(seed).normal(size=(16, 16)))[0]


@pytest.mark.parametrize("seed", range(5))
def test_a_network_that_differs_by_a_rotation_is_given_the_same_colours(seed: int) -> None:
    before = maps(seed)
    rotation = turned(seed)
    after = [np.einsum("ij,jhw->ihw", rotation, one).astype(np.float32) + np.float32(3) for one in before]
    like = fit_pca(before)
    aligned = align_pca(fit_pca(after), after, like, before)
    np.testing.assert_allclose(aligned.components @ aligned.components.T, np.eye(3), atol=1e-5)
    np.testing.assert_allclose(
        aligned.rgb(after[0]).astype(int), like.rgb(before[0]), atol=1, err_msg="rotation and shift are no change"
    )


def test_alignment_stays_within_the_basis_own_directions() -> None:
    like_maps, own_maps = maps(1), maps(2)
    own = fit_pca(own_maps)
    aligned = align_pca(own, own_maps, fit_pca(like_maps), like_maps)
    within = own.components.T @ own.components
    np.testing.assert_allclose(aligned.components @ within, aligned.components, atol=1e-5)


def test_alignment_needs_the_same_tokens() -> None:
    with pytest.raises(FormatError, match="324 tokens, those they are likened to 216"):
        align_pca(fit_pca(maps(1)), maps(1), fit_pca(maps(2)), maps(2, 2))
