import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from napari_geofm.core.das.runs import Runs, joined_in_time, runs_in

EVENTS = np.isin(np.arange(256), [1, 2])
MASKS = hnp.arrays(np.uint8, st.tuples(st.integers(1, 5), st.integers(1, 12)), elements=st.sampled_from([0, 1, 2, 255]))


@given(MASKS)
def test_runs_hold_every_sample_of_an_event_class_and_no_other(mask: np.ndarray) -> None:
    found = runs_in(mask, EVENTS, first=50)
    again = np.zeros_like(mask)
    for kind, channel, start, stop in zip(found.kind, found.channel, found.start, found.stop, strict=True):
        assert not again[channel, start - 50 : stop - 50].any()
        again[channel, start - 50 : stop - 50] = kind
    np.testing.assert_array_equal(again, np.where(EVENTS[mask], mask, 0))


@given(MASKS, st.integers(1, 11))
def test_pages_give_the_runs_of_the_whole(mask: np.ndarray, cut: int) -> None:
    samples = np.random.default_rng(0).standard_normal(mask.shape).astype(np.float32)
    whole, size = joined_in_time(runs_in(mask, EVENTS, samples=samples), 0)
    parts = [
        runs_in(mask[:, some], EVENTS, first, samples=samples[:, some])
        for first, some in ((0, slice(0, cut)), (cut, slice(cut, None)))
        if mask[:, some].size
    ]
    paged, sizes = joined_in_time(Runs.together(parts), 0)
    np.testing.assert_array_equal(paged.start, whole.start)
    np.testing.assert_array_equal(paged.stop, whole.stop)
    np.testing.assert_array_equal(paged.peak, whole.peak)
    np.testing.assert_array_equal(sizes, size)


def test_a_run_knows_its_peak_confidence_and_whether_samples_are_missing() -> None:
    mask = np.array([[0, 1, 1, 0, 1, 0]], np.uint8)
    samples = np.array([[9.0, -3.0, 2.0, np.nan, 1.0, 5.0]], np.float32)
    sure = np.array([[0.1, 0.5, 0.9, 0.2, 0.4, 0.1]])
    found = runs_in(mask, EVENTS, confidence=sure, samples=samples)
    np.testing.assert_allclose(found.peak, [3.0, 1.0])
    np.testing.assert_allclose(found.confidence, [1.4, 0.4])
    assert found.gap.tolist() == [True, True]
    assert runs_in(mask, EVENTS, samples=np.nan_to_num(samples)).gap.tolist() == [False, False]


def test_the_ramp_of_the_probabilities_gives_an_edge_between_samples_and_its_error() -> None:
    time = np.arange(100)
    steep, gentle = (np.clip(0.5 + (time - 40.3) / width, 0, 1) for width in (4, 40))
    rising = np.stack([steep, gentle])
    chances = np.stack([1 - rising, rising])
    found = runs_in(chances.argmax(axis=0).astype(np.uint8), EVENTS, probabilities=chances)
    np.testing.assert_allclose(found.edge, [40.3, 40.3], atol=1e-6)
    assert found.ramp[1] > 2 * found.ramp[0] > 2.0


def test_gaps_are_bridged_up_to_their_length_and_behind_a_vehicle() -> None:
    mask = np.zeros((1, 60), np.uint8)
    mask[0, [*range(10, 20), *range(23, 30)]] = 1
    assert joined_in_time(runs_in(mask, EVENTS), 2)[0].size == 2
    assert joined_in_time(runs_in(mask, EVENTS), 3)[0].size == 1
    mask[0, 20:23] = 2
    vehicles = np.arange(256) == 2
    runs, size = joined_in_time(runs_in(mask, EVENTS), 0, vehicles)
    assert runs.kind.tolist() == [1, 2]
    assert (runs.start[0], runs.stop[0], size[0]) == (10, 30, 17)
    mask[0, 20:60] = 2
    mask[0, 55:] = 1
    assert (joined_in_time(runs_in(mask, EVENTS), 0, vehicles)[0].kind == 1).sum() == 2
