import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED

LABELS = arrays(np.uint8, (4, 5), elements=st.sampled_from([0, 1, 3, UNLABELLED]))


def example_of(labels: NDArray[np.uint8], human: NDArray[np.uint8]) -> Example:
    return Example(np.zeros((4, 5), np.float32), labels, human, "key", "inline=1", np.ones((4, 5), bool))


@given(LABELS, LABELS)
def test_counts_are_pixels_per_class(labels: NDArray[np.uint8], human: NDArray[np.uint8]) -> None:
    counts = example_of(labels, human).counts(5)
    assert counts.tolist() == [int((labels == number).sum()) for number in range(5)]


@given(LABELS, arrays(bool, (4, 5)), arrays(bool, (4, 5)))
def test_what_is_kept_of_human_labels_stays_human_and_nothing_else_becomes_so(
    labels: NDArray[np.uint8], by_hand: NDArray[np.bool_], kept: NDArray[np.bool_]
) -> None:
    human = np.where(by_hand, labels, UNLABELLED).astype(np.uint8)
    fewer = np.where(kept, labels, UNLABELLED).astype(np.uint8)
    other = example_of(labels, human).with_labels(fewer)
    np.testing.assert_array_equal(other.labels, fewer)
    np.testing.assert_array_equal(other.human, np.where(by_hand & kept, labels, UNLABELLED))
    assert other.key == "key"
