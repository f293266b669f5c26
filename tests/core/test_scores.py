import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from napari_geofm.core.scores import Scores, confusion, paper_scores, score
from napari_geofm.errors import LabelError

TRUTH = arrays(np.uint8, (6, 7), elements=st.one_of(st.integers(0, 3), st.just(255)))
PREDICTION = arrays(np.uint8, (6, 7), elements=st.integers(0, 3))


@given(TRUTH, PREDICTION)
def test_scores_equal_those_counted_one_by_one(truth: NDArray[np.uint8], prediction: NDArray[np.uint8]) -> None:
    scores = Scores(confusion(truth, prediction, 4))
    scored = truth != 255
    assert scores.pixels == scored.sum()
    for number in range(4):
        true, found = (truth == number) & scored, (prediction == number) & scored
        union = (true | found).sum()
        expected = (true & found).sum() / union if union else math.nan
        np.testing.assert_equal(scores.iou[number], expected)
        recall = (true & found).sum() / true.sum() if true.sum() else math.nan
        np.testing.assert_equal(scores.accuracy[number], recall)
    if scored.any():
        assert scores.pixel_accuracy == pytest.approx((truth == prediction)[scored].mean())


@given(TRUTH, PREDICTION)
def test_scores_agree_with_scikit_learn(truth: NDArray[np.uint8], prediction: NDArray[np.uint8]) -> None:
    from sklearn.metrics import confusion_matrix

    scored = truth != 255
    if scored.any():
        expected = confusion_matrix(truth[scored], prediction[scored], labels=range(4))
        np.testing.assert_array_equal(confusion(truth, prediction, 4), expected)


def test_mean_iou_is_over_the_classes_of_the_truth() -> None:
    truth = np.array([[0, 0, 1, 1]], np.uint8)
    prediction = np.array([[0, 2, 1, 1]], np.uint8)
    scores = score([(truth, prediction)], 4)
    assert scores.iou[:3].tolist() == [0.5, 1.0, 0.0]
    assert math.isnan(scores.iou[3])
    assert (scores.miou, scores.mpa, scores.pixel_accuracy) == (0.75, 0.75, 0.75)


def test_the_data_set_is_scored_as_one() -> None:
    pairs = [
        (np.array([[0, 0, 0, 0]], np.uint8), np.array([[0, 0, 0, 1]], np.uint8)),
        (np.array([[1, 255]], np.uint8), np.array([[1, 0]], np.uint8)),
    ]
    together = score(pairs, 2)
    assert together.matrix.tolist() == [[3, 1], [0, 1]]
    assert together.iou.tolist() == [0.75, 0.5]


def test_the_papers_form_counts_absent_classes_as_zero_and_averages_batches() -> None:
    whole = (np.array([[0, 1]], np.uint8), np.array([[0, 1]], np.uint8))
    half = (np.array([[0, 0]], np.uint8), np.array([[0, 0]], np.uint8))
    nothing = (np.array([[255, 255]], np.uint8), np.array([[0, 0]], np.uint8))
    found = paper_scores([whole, half, nothing], 2)
    assert (found.miou, found.mpa) == (0.75, 0.75)
    assert math.isnan(paper_scores([nothing], 2).miou)


def test_nothing_to_score_is_not_a_number() -> None:
    empty = score([], 3)
    assert all(math.isnan(value) for value in (empty.miou, empty.mpa, empty.pixel_accuracy))


def test_what_cannot_be_scored_is_refused() -> None:
    two = np.zeros((2, 2), np.uint8)
    with pytest.raises(LabelError, match="shape"):
        confusion(two, np.zeros((2, 3), np.uint8), 2)
    with pytest.raises(LabelError, match="pixels without prediction"):
        confusion(two, np.full((2, 2), 255, np.uint8), 2)
    with pytest.raises(LabelError, match="class 5"):
        confusion(two, np.full((2, 2), 5, np.uint8), 2)
