from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from napari_geofm.errors import UsageError
from napari_geofm.samples.seismic import FACIES, SALT, STYLES, SeismicSample, SeismicSampleSpec, make_seismic
from napari_geofm.samples.styles import STREAMS

SMALL = SeismicSampleSpec(seed=3, inlines=3, inline_step=60, crosslines=40, samples=64)


@pytest.fixture(scope="module", params=list(STYLES))
def survey(request: pytest.FixtureRequest) -> SeismicSample:
    spec = SeismicSampleSpec(seed=1, inlines=9, inline_step=50, crosslines=128, samples=192, style=request.param)
    return make_seismic(spec)


def miou(truth: NDArray[np.uint8], prediction: NDArray[np.uint8]) -> float:
    classes = np.union1d(truth, prediction)
    ious = [((truth == k) & (prediction == k)).sum() / ((truth == k) | (prediction == k)).sum() for k in classes]
    return float(np.mean(ious))


def test_same_spec_same_bytes() -> None:
    first, second = make_seismic(SMALL), make_seismic(SMALL)
    assert first.amplitude.tobytes() == second.amplitude.tobytes()
    assert first.facies.tobytes() == second.facies.tobytes()
    assert first.faults.tobytes() == second.faults.tobytes()
    np.testing.assert_array_equal(first.horizons, second.horizons)


@pytest.mark.parametrize("change", [{"seed": 4}, {"style": "foldbelt"}])
def test_another_seed_or_style_is_another_earth(change: dict[str, object]) -> None:
    first, second = make_seismic(SMALL), make_seismic(replace(SMALL, **change))  # type: ignore[arg-type]
    assert (first.facies != second.facies).mean() > 0.1


def test_shapes_and_types(survey: SeismicSample) -> None:
    spec = survey.spec
    shape = (spec.inlines, spec.crosslines, spec.samples)
    for array, kind in ((survey.amplitude, np.float32), (survey.facies, np.uint8), (survey.faults, np.uint8)):
        assert array.shape == shape
        assert array.dtype == kind
    assert survey.salt.shape == shape
    assert survey.salt.dtype == np.uint8
    assert survey.horizons.shape == (6, *shape[:2])
    assert survey.x.shape == survey.y.shape == shape[:2]
    assert survey.inlines[0] == 1000
    assert survey.inlines[-1] == 1000 + 8 * 50
    assert survey.twt_ms[1] == 4.0


def test_amplitudes_are_finite_heavy_tailed_and_not_clipped(survey: SeismicSample) -> None:
    size = np.abs(survey.amplitude).ravel()
    assert np.isfinite(size).all()
    assert (size == size.max()).sum() == 1
    assert size.max() > 8 * size.std()
    kurtosis = (size.astype(float) ** 4).mean() / (size.astype(float) ** 2).mean() ** 2
    assert kurtosis > 4.0  # 3 for a Gaussian


def test_every_facies_occurs_and_units_lie_in_order(survey: SeismicSample) -> None:
    share = np.bincount(survey.facies.ravel(), minlength=len(FACIES)) / survey.facies.size
    assert len(share) == len(FACIES)
    assert share.min() > 0.003
    # Away from salt and faults the units follow one another downwards.
    quiet = ~(survey.salt.any(axis=2) | survey.faults.any(axis=2))
    assert quiet.any()
    steps = np.diff(survey.facies[quiet].astype(int), axis=1)
    assert (steps >= 0).mean() > 0.995


def test_truths_agree(survey: SeismicSample) -> None:
    np.testing.assert_array_equal(survey.salt, survey.facies == SALT)
    assert set(np.unique(survey.faults)) == {0, 1}
    assert not (survey.faults & survey.salt).any()
    assert 0.002 < survey.faults.mean() < 0.1
    # A section with salt and one without: salt is neither everywhere nor nowhere, but in a province of many bodies.
    assert survey.salt.any(axis=(1, 2)).any()
    assert not survey.salt.any(axis=(1, 2)).all() or STYLES[survey.spec.style].salt_bodies > 1
    assert survey.salt.mean() < 0.35


def test_horizons_are_the_bases_of_the_units(survey: SeismicSample) -> None:
    k, i, j = (int(n) for n in np.argwhere(np.isfinite(survey.horizons))[1234])
    sample = int((survey.horizons[k, i, j] - survey.spec.delay_ms) / survey.spec.sample_interval_ms)
    assert survey.facies[i, j, sample] > k
    assert survey.facies[i, j, sample - 1] <= k or survey.salt[i, j, sample - 1]
    assert np.isfinite(survey.horizons).mean() > 0.4


def test_sections_fifty_lines_apart_differ(survey: SeismicSample) -> None:
    copies = [miou(survey.facies[n + 1], survey.facies[n]) for n in range(survey.spec.inlines - 1)]
    assert np.mean(copies) < 0.6


def test_neighbouring_lines_resemble_each_other() -> None:
    sample = make_seismic(replace(SMALL, inlines=2, inline_step=1, crosslines=128, samples=128))
    assert miou(sample.facies[1], sample.facies[0]) > 0.85


def test_facies_have_their_own_texture(survey: SeismicSample) -> None:
    rms = [float(np.sqrt((survey.amplitude[survey.facies == k].astype(float) ** 2).mean())) for k in range(8)]
    names = [facies.name for facies in FACIES]
    # What is transparent is as loud as the noise.
    quiet = 0.6 if STYLES[survey.spec.style].noise < 0.25 else 0.75
    assert rms[names.index("transparent shale")] < quiet * rms[names.index("strong parallel")]
    assert rms[names.index("salt")] < 0.6 * rms[names.index("basement")]


def test_faults_displace_layers() -> None:
    # Across a marked fault the facies of neighbouring traces agree less than elsewhere.
    sample = make_seismic(SeismicSampleSpec(seed=2, inlines=6, inline_step=40, crosslines=128, samples=128))
    differ = sample.facies[:, 3:] != sample.facies[:, :-3]
    marked = sample.faults[:, 1:-2].astype(bool)
    assert differ[marked].mean() > 1.5 * differ[~marked].mean()


def test_minibasins_lie_between_overhanging_bodies_of_salt() -> None:
    sample = make_seismic(SeismicSampleSpec(seed=1, inlines=10, crosslines=256, inline_step=30, style="minibasins"))
    salt = sample.salt.astype(bool)
    columns = np.asarray(salt.any(axis=2))
    assert ndimage.label(salt[..., -1])[1] >= 3
    # Under the heads of the bodies there are layers again.
    assert (~salt[..., -1])[columns].mean() > 0.1
    # The base of a young unit lies deeper away from the salt: the fill there is thicker.
    base = sample.horizons[1]
    far = ndimage.distance_transform_edt(~columns, sampling=(30, 1))
    assert np.nanmean(base[far > 30]) > np.nanmean(base[columns]) + 40


def test_every_style_has_random_numbers_of_its_own() -> None:
    assert set(STREAMS) == {*STYLES, ""}
    assert len(set(STREAMS.values())) == len(STREAMS)


def test_grid_is_rotated_and_regular(survey: SeismicSample) -> None:
    step_i = np.hypot(np.diff(survey.x, axis=0), np.diff(survey.y, axis=0))
    step_j = np.hypot(np.diff(survey.x, axis=1), np.diff(survey.y, axis=1))
    np.testing.assert_allclose(step_i, 12.5 * 50, rtol=1e-9)
    np.testing.assert_allclose(step_j, 12.5, rtol=1e-6)
    across = np.diff(survey.x, axis=0)[0, 0] * np.diff(survey.x, axis=1)[0, 0]
    across += np.diff(survey.y, axis=0)[0, 0] * np.diff(survey.y, axis=1)[0, 0]
    assert abs(across) < 1e-3


def test_structure_does_not_depend_on_how_densely_it_is_cut() -> None:
    fine = make_seismic(replace(SMALL, inlines=4, inline_step=15, crosslines=32))
    coarse = make_seismic(replace(SMALL, inlines=2, inline_step=30, crosslines=32))
    np.testing.assert_array_equal(fine.facies[::2], coarse.facies)
    np.testing.assert_array_equal(fine.amplitude[::2], coarse.amplitude)


@pytest.mark.parametrize("change", [{"style": "lava"}, {"samples": 8}, {"inlines": 0}])
def test_impossible_specs_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        make_seismic(replace(SMALL, **change))  # type: ignore[arg-type]
