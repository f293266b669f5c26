import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.survey import Survey
from napari_geofm.session.label_counts import LabelCounts, steps_of

SHAPES = st.sampled_from([((5, 7, 11), (1, 1, 1)), ((5, 7, 11), (1, 0, 0)), ((50, 9), (7, 0)), ((3, 300), (1, 0))])


@given(SHAPES, st.integers(0, 10**6), st.booleans(), st.floats(0, 1))
def test_counts_kept_up_to_date_equal_counts_taken_anew(
    form: tuple[tuple[int, ...], tuple[int, ...]], seed: int, alike: bool, share: float
) -> None:
    shape, steps = form
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, shape).astype(np.uint8) * (rng.random(shape) < share)
    counts = LabelCounts.scanned(values, steps)
    assert counts.of_class(2) == np.count_nonzero(values == 3)
    flat = np.flatnonzero(values == 2 if alike else rng.random(shape) < 0.3).astype(np.int64)
    before = values.reshape(-1)[flat]
    after = np.full_like(before, 3) if alike else rng.integers(0, 4, flat.size).astype(np.uint8)
    values.reshape(-1)[flat] = after
    counts.change(flat, before, after)
    anew = LabelCounts.scanned(values, steps)
    for name, kept in counts.arrays().items():
        np.testing.assert_array_equal(kept[:, 1:], anew.arrays()[name][:, 1:])
    labelled = np.zeros(shape[0], bool)
    for rows in counts.labelled_blocks():
        labelled[rows] = True
    assert labelled[(values > 0).any(axis=tuple(range(1, len(shape))))].all()
    assert counts.highest() == int(values.max(initial=0)) - 1


@pytest.mark.parametrize(
    ("kind", "dims", "shape", "steps"),
    [
        ("seismic-3d", ("inline", "crossline", "twt"), (3, 4, 5), (1, 1, 1)),
        ("tiles", ("tile", "row", "column"), (3, 4, 5), (1, 0, 0)),
        ("das", ("distance", "time"), (1000, 5), (4, 0)),
        ("image", ("row", "column"), (3, 900), (1, 0)),
    ],
)
def test_what_is_one_section_takes_few_counts(
    kind: str, dims: tuple[str, ...], shape: tuple[int, ...], steps: tuple[int, ...], tmp_path: object
) -> None:
    coords = {name: np.arange(size) for name, size in zip(dims, shape, strict=True)}
    data = xr.DataArray(np.zeros(shape, np.float32), coords, dims)
    assert steps_of(Survey(kind, data, tmp_path, "")) == steps  # type: ignore[arg-type]
