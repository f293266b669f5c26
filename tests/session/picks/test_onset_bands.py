import numpy as np
import pytest

from napari_geofm.core.das.picks import Picks
from napari_geofm.errors import UsageError
from napari_geofm.session.picks.fills import wanted_on
from napari_geofm.session.picks.onset_bands import onset_bands
from tests.fibre import recording

SURVEY = recording(np.zeros((3, 300)))
ONSET = np.array([1.0, np.nan, 2.004])
PICKS = [Picks("P", ONSET, np.full(3, np.nan))]


def test_a_band_from_each_onset_on_and_noise_before_it() -> None:
    bands, said = onset_bands(PICKS, SURVEY, 1, 0.1, noise=0)
    wanted = wanted_on(bands, slice(0, 3), (3, 300))
    assert np.flatnonzero(wanted[0] == 2).tolist() == list(range(100, 110))
    assert np.flatnonzero(wanted[0] == 1).tolist() == list(range(90, 100))
    assert not wanted[1].any()
    assert np.flatnonzero(wanted[2] == 2).tolist() == list(range(201, 211))
    assert said == "2 onsets: 0.1 s from each on, and as long before them"


def test_noise_does_not_lie_over_another_arrival_and_bands_may_end_outside() -> None:
    later = Picks("S", np.array([1.05, np.nan, 2.95]), np.full(3, np.nan))
    bands, _ = onset_bands([*PICKS, later], SURVEY, 1, 0.1, noise=0)
    wanted = wanted_on(bands, slice(0, 3), (3, 300))
    assert np.flatnonzero(wanted[0] == 2).tolist() == list(range(100, 115))
    assert wanted[2, -1] == 2


def test_a_band_has_a_sample_at_least() -> None:
    with pytest.raises(UsageError, match=r"at least a sample, 0\.01 s"):
        onset_bands(PICKS, SURVEY, 1, 0.001)
