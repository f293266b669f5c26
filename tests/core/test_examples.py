import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from napari_geofm.core.examples import Example, is_dense
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


@pytest.mark.parametrize(
    ("rows", "traces", "dense"),
    [
        (slice(None), slice(None), True),
        (slice(0, 24), slice(None), True),
        (slice(0, 18), slice(None), False),
        (slice(None), slice(30, 50), True),
        (slice(None), slice(30, 38), False),
        (slice(0, 0), slice(0, 0), False),
    ],
)
def test_labels_all_over_are_told_from_strokes(rows: slice, traces: slice, dense: bool) -> None:
    """Of 50 rows 40 are recorded; a stroke along eight of a hundred traces is a stroke."""
    labels, valid = np.full((50, 100), UNLABELLED, np.uint8), np.zeros((50, 100), bool)
    labels[rows, traces], valid[:40] = 1, True
    assert is_dense(labels, valid) == dense
