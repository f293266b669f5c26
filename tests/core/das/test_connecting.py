import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy.ndimage import label

from napari_geofm.core.das.connecting import connected
from napari_geofm.core.das.runs import runs_in

EVENTS = np.isin(np.arange(256), [1, 2])
MASKS = hnp.arrays(np.uint8, st.tuples(st.integers(1, 7), st.integers(1, 12)), elements=st.sampled_from([0, 1, 2]))


@given(MASKS)
def test_without_gaps_runs_connect_as_pixels_do(mask: np.ndarray) -> None:
    found = runs_in(mask, EVENTS)
    numbers = connected(found, 0, 0)
    one, other = (label(mask == kind, np.ones((3, 3)))[0] for kind in (1, 2))
    pixels = one + np.where(other > 0, other + 100, 0)
    of_runs = pixels[found.channel, found.start]
    assert len(set(zip(numbers.tolist(), of_runs.tolist(), strict=True))) == len(set(numbers)) == len(set(of_runs))


def test_gaps_in_time_and_channels_are_bridged() -> None:
    mask = np.zeros((8, 40), np.uint8)
    mask[0, 5:10] = mask[3, 12:20] = 1
    runs = runs_in(mask, EVENTS)
    assert connected(runs, 2, 2).tolist() == [0, 0]
    assert connected(runs, 1, 2).tolist() == [0, 1]
    assert connected(runs, 2, 1).tolist() == [0, 1]


def test_an_event_goes_on_behind_a_vehicle_but_not_behind_quiet_channels() -> None:
    mask = np.zeros((12, 40), np.uint8)
    mask[[0, 1, 10, 11], 10:20] = 1
    assert len(set(connected(runs_in(mask, EVENTS), 0, 0).tolist())) == 2
    mask[2:10, :] = 2
    vehicles = np.arange(256) == 2
    runs = runs_in(mask, EVENTS)
    assert len(set(connected(runs, 0, 0, vehicles)[runs.kind == 1].tolist())) == 1
    mask[5] = 0
    runs = runs_in(mask, EVENTS)
    assert len(set(connected(runs, 0, 0, vehicles)[runs.kind == 1].tolist())) == 2
