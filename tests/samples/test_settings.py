"""Settings drawn at random."""

import numpy as np

from napari_geofm.samples import FACIES, SeismicSampleSpec, make_seismic
from napari_geofm.samples.settings import draw_setting


def test_the_same_numbers_draw_the_same_setting_and_others_another() -> None:
    first, again, other = (draw_setting(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert len(first.facies) == len(FACIES)
    assert draw_setting(np.random.default_rng(1), known_facies=True).facies == FACIES


def test_a_survey_is_made_in_each() -> None:
    for seed in range(6):
        setting = draw_setting(np.random.default_rng(seed))
        spec = SeismicSampleSpec(seed, 2, 64, 96, inline_step=60, setting=setting)
        sample = make_seismic(spec)
        assert np.isfinite(sample.amplitude).all()
        assert sample.amplitude.std() > 0
        assert np.unique(sample.facies).size >= 3
        np.testing.assert_array_equal(make_seismic(spec).amplitude, sample.amplitude)
