import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, gaussian_filter

from napari_geofm.errors import LabelError, UsageError
from napari_geofm.samples.strokes import draw_strokes


def blobs(seed: int, shape: tuple[int, int], n: int, unknown: bool) -> NDArray[np.uint8]:
    """Return a truth of smooth regions, some of them unknown."""
    rng = np.random.default_rng(seed)
    fields = np.stack([gaussian_filter(rng.standard_normal(shape), 9) for _ in range(n + 1)])
    truth = np.asarray(fields.argmax(axis=0), np.uint8)
    truth[truth == n] = 255 if unknown else 0
    return truth


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(60, 160),
    columns=st.integers(60, 160),
    n=st.integers(1, 7),
    unknown=st.booleans(),
    fraction=st.sampled_from([0.015, 0.05]),
)
def test_strokes_are_right_complete_and_of_the_size_asked_for(
    seed: int, rows: int, columns: int, n: int, unknown: bool, fraction: float
) -> None:
    truth = blobs(seed, (rows, columns), n, unknown)
    if (truth == 255).all():
        return
    strokes = draw_strokes(truth, fraction, seed)
    drawn = strokes != 255
    assert strokes.dtype == np.uint8
    assert strokes.shape == truth.shape
    np.testing.assert_array_equal(strokes[drawn], truth[drawn])
    assert set(np.unique(strokes[drawn])) == set(np.unique(truth[truth != 255]))
    wanted = fraction * truth.size
    if (truth != 255).sum() > 3 * wanted:
        assert drawn.sum() == pytest.approx(wanted, rel=0.1, abs=12)


def test_same_seed_same_strokes_and_another_seed_others() -> None:
    truth = blobs(1, (120, 100), 4, True)
    np.testing.assert_array_equal(draw_strokes(truth, seed=8), draw_strokes(truth, seed=8))
    assert (draw_strokes(truth, seed=8) != draw_strokes(truth, seed=9)).any()


def test_strokes_keep_away_from_the_edges_of_roomy_regions() -> None:
    truth = np.zeros((200, 200), np.uint8)
    truth[100:] = 1
    strokes = draw_strokes(truth, 0.02, 3)
    edge = np.abs(np.argwhere(strokes != 255)[:, 0] - 99.5)
    assert edge.min() >= 4


def test_strokes_are_thin() -> None:
    strokes = draw_strokes(np.zeros((300, 300), np.uint8), 0.01, 4)
    assert distance_transform_edt(strokes != 255).max() <= 5


def test_tiny_classes_get_a_stroke() -> None:
    truth = np.zeros((80, 80), np.uint8)
    truth[40, 40] = 7
    truth[10:12, 5:40] = 3
    strokes = draw_strokes(truth, 0.01)
    assert strokes[40, 40] == 7
    assert (strokes == 3).any()


def test_everything_can_be_asked_for() -> None:
    truth = np.repeat(np.arange(4, dtype=np.uint8), 10)[:, None].repeat(40, axis=1)
    strokes = draw_strokes(truth, 1.0)
    assert (strokes != 255).mean() > 0.9


def test_nonsense_is_refused() -> None:
    with pytest.raises(LabelError):
        draw_strokes(np.full((9, 9), 255, np.uint8))
    with pytest.raises(LabelError):
        draw_strokes(np.zeros((9, 9), np.int64))
    with pytest.raises(UsageError):
        draw_strokes(np.zeros((9, 9), np.uint8), 0.0)
