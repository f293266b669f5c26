import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from napari_geofm.core.boundaries import boundary_counts, default_tolerance
from napari_geofm.core.scores import paper_scores, score
from napari_geofm.core.tally import Tally

PAIRS = st.lists(
    st.tuples(
        arrays(np.uint8, (5, 6), elements=st.one_of(st.integers(0, 2), st.just(255))),
        arrays(np.uint8, (5, 6), elements=st.integers(0, 2)),
    ),
    min_size=1,
    max_size=7,
)
Pairs = list[tuple[NDArray[np.uint8], NDArray[np.uint8]]]


@given(PAIRS, st.integers(1, 4))
def test_one_by_one_is_as_all_at_once(pairs: Pairs, batch: int) -> None:
    tally = Tally(3, batch=batch)
    singles = [tally.add(*pair) for pair in pairs]
    np.testing.assert_array_equal(tally.scores.matrix, score(pairs, 3).matrix)
    np.testing.assert_array_equal([each.matrix for each in tally.samples], [each.matrix for each in singles])
    expected = sum(boundary_counts(*pair, 3, default_tolerance((5, 6))) for pair in pairs)
    np.testing.assert_array_equal(tally.boundaries.counts, expected)
    batches = [
        (np.concatenate([t for t, _ in part]), np.concatenate([p for _, p in part]))
        for part in (pairs[at : at + batch] for at in range(0, len(pairs), batch))
    ]
    theirs = paper_scores(batches, 3)
    np.testing.assert_equal((tally.paper.miou, tally.paper.mpa), (theirs.miou, theirs.mpa))


@given(PAIRS)
def test_the_papers_form_is_scikit_learns_macro_jaccard_and_recall(pairs: Pairs) -> None:
    """Absent classes count as 0 (zero_division), each batch by itself, then the mean."""
    from sklearn.metrics import jaccard_score, recall_score

    tally, mious, mpas = Tally(3), [], []
    for truth, prediction in pairs:
        tally.add(truth, prediction)
        known = truth != 255
        if known.any():
            how = {"average": "macro", "labels": [0, 1, 2], "zero_division": 0}
            mious.append(jaccard_score(truth[known], prediction[known], **how))
            mpas.append(recall_score(truth[known], prediction[known], **how))
    if mious:
        assert (tally.paper.miou, tally.paper.mpa) == pytest.approx((np.mean(mious), np.mean(mpas)))
    else:
        assert math.isnan(tally.paper.miou)


def test_nothing_taken_in() -> None:
    tally = Tally(2)
    assert tally.scores.pixels == 0
    assert tally.samples == ()
    assert math.isnan(tally.paper.miou)
    assert math.isnan(tally.boundaries.mean_f1)
