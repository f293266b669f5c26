from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.typing import NDArray

from napari_geofm.core.amplitude import GRAY, SAMPLED_SECTIONS, Stretch, fit_stretch, sample_places, survey_stretch
from napari_geofm.core.survey import Survey

VALUES = arrays(
    np.float32,
    array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=20),
    elements=st.one_of(
        st.floats(width=32, allow_nan=False, allow_subnormal=False, allow_infinity=False),
        st.sampled_from([0.0, np.nan, np.inf]),
    ),
)


@given(VALUES, st.floats(51, 100), st.booleans())
def test_every_picture_lies_between_black_and_white(
    values: NDArray[np.float32], percent: float, symmetric: bool
) -> None:
    stretch = fit_stretch(values, percent, symmetric=symmetric)
    assert stretch.low < stretch.high
    picture = stretch.apply(values)
    assert picture.dtype == np.float32
    assert picture.shape == values.shape
    assert np.isfinite(picture).all()
    assert ((picture >= 0) & (picture <= 1)).all()
    assert (picture[np.isnan(values)] == GRAY).all()
    if symmetric:
        assert stretch.low == -stretch.high
        np.testing.assert_allclose(stretch.apply(np.zeros(1, np.float32)), GRAY, atol=1e-6)


def test_seismic_is_stretched_around_zero_and_a_relief_is_not() -> None:
    values = np.concatenate([np.linspace(10, 20, 1001), [np.nan, np.inf, -np.inf]]).astype(np.float32)
    assert fit_stretch(values, 100, symmetric=True) == Stretch(-20.0, 20.0)
    assert fit_stretch(values, 100, symmetric=False) == Stretch(10.0, 20.0)
    inner = fit_stretch(values, 90, symmetric=False)
    assert (inner.low, inner.high) == pytest.approx((11.0, 19.0))
    picture = inner.apply(np.array([0, 11, 15, 19, 99], np.float32))
    np.testing.assert_allclose(picture, [0, 0, 0.5, 1, 1], atol=1e-6)


@pytest.mark.parametrize(
    ("values", "symmetric", "expected"),
    [
        ([], True, Stretch(-1.0, 1.0)),
        ([np.nan, np.nan], True, Stretch(-1.0, 1.0)),
        ([0.0, 0.0], True, Stretch(-1.0, 1.0)),
        ([], False, Stretch(0.0, 1.0)),
        ([7.0, 7.0], False, Stretch(6.0, 8.0)),
        # Nearly everything is zero: the percentile is 0, and the largest amplitude is the next best.
        ([0.0] * 999 + [5.0], True, Stretch(-5.0, 5.0)),
        ([3.0] * 999 + [5.0], False, Stretch(3.0, 5.0)),
    ],
)
def test_poor_samples_have_a_stretch_too(values: list[float], symmetric: bool, expected: Stretch) -> None:
    assert fit_stretch(np.array(values, np.float32), 99, symmetric=symmetric) == expected


def survey_of(values: NDArray[np.float32], kind: str) -> Survey:
    dims = ("inline", "crossline", "twt") if values.ndim == 3 else ("row", "column")
    coords = {name: np.arange(size) for name, size in zip(dims, values.shape, strict=True)}
    return Survey(kind, xr.DataArray(values, coords, dims), Path("survey"), "0")


@settings(max_examples=25)
@given(st.tuples(st.integers(1, 40), st.integers(1, 3), st.integers(1, 3)))
def test_a_volume_is_sampled_from_end_to_end(shape: tuple[int, int, int]) -> None:
    survey = survey_of(np.zeros(shape, np.float32), "seismic-3d")
    picked = [place[0] for place in sample_places(survey)]
    assert picked[0] == 0
    assert picked[-1] == shape[0] - 1
    assert picked == sorted(set(picked), key=lambda place: place if isinstance(place, int) else -1)
    assert len(picked) == min(shape[0], SAMPLED_SECTIONS)


@settings(max_examples=25)
@given(st.tuples(st.integers(1, 9000), st.integers(1, 9000)))
def test_an_image_is_sampled_from_corner_to_corner(shape: tuple[int, int]) -> None:
    # A view of one number: an image of any size without its memory.
    survey = survey_of(np.broadcast_to(np.zeros(1, np.float32), shape), "image")
    places = sample_places(survey)
    spans = [
        [part.indices(size) for part, size in zip(p, shape, strict=True) if isinstance(part, slice)] for p in places
    ]
    for axis, size in enumerate(shape):
        assert min(span[axis][0] for span in spans) == 0
        assert max(span[axis][1] for span in spans) == size
    assert sum(np.prod([stop - start for start, stop, _ in span]) for span in spans) <= 2**24


def test_the_same_survey_has_the_same_stretch_and_a_dead_trace_no_say() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(9, 12, 50)).astype(np.float32)
    survey = survey_of(values, "seismic-3d")
    stretch = survey_stretch(survey, 99.0)
    assert stretch == survey_stretch(survey, 99.0)
    assert stretch.high == pytest.approx(2.576, abs=0.2)
    values[:, ::2] = np.nan
    assert survey_stretch(survey_of(values, "seismic-3d"), 99.0).high == pytest.approx(stretch.high, rel=0.1)
    assert survey_stretch(survey_of(np.full((3, 2, 2), np.nan, np.float32), "seismic-3d"), 99.0) == Stretch(-1.0, 1.0)
