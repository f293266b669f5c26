from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from napari_geofm.core.boundaries import BoundaryScores, boundary_counts, default_tolerance

LABELS = arrays(np.uint8, (9, 8), elements=st.one_of(st.integers(0, 2), st.just(255)))
CLASSES = arrays(np.uint8, (9, 8), elements=st.integers(0, 2))


def halves(column: int) -> NDArray[np.uint8]:
    """Return class 0 left of a column and class 1 from it on."""
    labels = np.zeros((10, 20), np.uint8)
    labels[:, column:] = 1
    return labels


def outlines(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return scikit-image's boundaries: of both sides, over the edges of pixels."""
    from skimage import segmentation

    untyped: Any = segmentation
    return np.asarray(untyped.find_boundaries(labels, connectivity=1, mode="thick"), bool)


@pytest.mark.parametrize(("off", "tolerance", "expected"), [(0, 0, 1), (1, 0, 0), (2, 1, 0), (2, 2, 1), (3, 2, 0)])
def test_a_straight_boundary_is_found_within_its_distance(off: int, tolerance: float, expected: float) -> None:
    scores = BoundaryScores(boundary_counts(halves(8), halves(8 + off), 2, tolerance))
    assert scores.counts[:, 1].tolist() == scores.counts[:, 3].tolist() == [10, 10]
    assert scores.f1.tolist() == [expected, expected]


def test_by_hand_half_found_and_a_false_one() -> None:
    """The truth's line is 10 long; the prediction follows it for 6 rows and has 4 rows of its own far away."""
    prediction = halves(8)
    prediction[6:] = halves(16)[6:]
    scores = BoundaryScores(boundary_counts(halves(8), prediction, 2, 1.0))
    # Of class 1 the predicted pixels are columns 8 (6 rows) and 16 (4 rows), and row 5 where the step is: columns 8-15.
    near, predicted, found, true = scores.counts[1]
    assert (predicted, true) == (6 + 4 + 7, 10)
    # Row 6 of the truth is one pixel from row 5's boundary.
    assert (near, found) == (7, 7)
    precision, recall = 7 / 17, 7 / 10
    assert scores.f1[1] == pytest.approx(2 * precision * recall / (precision + recall))


def test_absent_classes() -> None:
    scores = BoundaryScores(boundary_counts(halves(8), np.zeros((10, 20), np.uint8), 3, 1.0))
    assert scores.f1[:2].tolist() == [0, 0]
    assert np.isnan(scores.f1[2])
    assert scores.mean_f1 == 0
    nothing = BoundaryScores(boundary_counts(np.zeros((4, 4), np.uint8), np.zeros((4, 4), np.uint8), 2, 1.0))
    assert np.isnan(nothing.mean_f1)


@given(LABELS, CLASSES, CLASSES, st.floats(0, 4))
def test_what_is_not_labelled_counts_nowhere(
    truth: NDArray[np.uint8], prediction: NDArray[np.uint8], other: NDArray[np.uint8], tolerance: float
) -> None:
    shaken = np.where(truth == 255, other, prediction)
    counts = boundary_counts(truth, prediction, 3, tolerance)
    np.testing.assert_array_equal(counts, boundary_counts(truth, shaken, 3, tolerance))
    assert (counts[:, 0] <= counts[:, 1]).all()
    assert (counts[:, 2] <= counts[:, 3]).all()
    more = boundary_counts(truth, prediction, 3, tolerance + 1)
    assert (more >= counts).all()


@given(LABELS, CLASSES)
def test_the_two_may_change_places_and_the_truth_finds_itself(
    truth: NDArray[np.uint8], prediction: NDArray[np.uint8]
) -> None:
    whole = np.where(truth == 255, 0, truth).astype(np.uint8)
    forth, back = boundary_counts(whole, prediction, 3, 1.5), boundary_counts(prediction, whole, 3, 1.5)
    np.testing.assert_array_equal(forth, back[:, [2, 3, 0, 1]])
    itself = BoundaryScores(boundary_counts(truth, np.where(truth == 255, 0, truth).astype(np.uint8), 3, 0.0)).f1
    assert ((itself == 1) | np.isnan(itself)).all()


@given(
    arrays(np.uint8, (7, 9), elements=st.sampled_from([0, 3, 8, 11, 255])),
    arrays(np.uint8, (7, 9), elements=st.sampled_from([0, 3, 8, 11])),
    st.floats(0, 12),
)
def test_nearness_is_the_distance_to_the_nearest(
    truth: NDArray[np.uint8], prediction: NDArray[np.uint8], tolerance: float
) -> None:
    from scipy.ndimage import distance_transform_edt

    whole = np.where(truth == 255, prediction, truth).astype(np.uint8)
    counts = boundary_counts(whole, prediction, 12, tolerance)
    for number in (0, 3, 8, 11):
        true, predicted = (outlines(each) & (each == number) for each in (whole, prediction))
        near = distance_transform_edt(~true) <= tolerance if true.any() else np.zeros(true.shape, bool)
        assert counts[number, 0] == (predicted & near).sum()


@given(CLASSES)
def test_boundaries_are_scikit_images(labels: NDArray[np.uint8]) -> None:

    counts = boundary_counts(labels, labels, 3, 0.0)
    expected = outlines(labels)
    np.testing.assert_array_equal(counts[:, 3], [(expected & (labels == number)).sum() for number in range(3)])


def test_the_tolerance_grows_with_the_picture() -> None:
    assert default_tolerance((1006, 782)) == pytest.approx(0.0075 * (1006**2 + 782**2) ** 0.5)
    assert default_tolerance((10, 10)) == 1
