from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.paging import Paging
from napari_geofm.core.survey import Survey
from napari_geofm.session import label_counts
from napari_geofm.session.label_counts import LabelCounts, steps_of
from napari_geofm.session.touched import CHUNK, Touched

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


def test_after_a_crash_what_nobody_wrote_to_is_not_read(tmp_path: Path) -> None:
    """The labels of a recording of a year: some hundred gigabytes of nothing, which take minutes to read."""
    shape, file = (1000, 300_000_000), tmp_path / "labels.npy"
    np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=shape).flush()
    values = np.load(file, mmap_mode="r+")
    values[500, 7000:7100] = 3
    paging = Paging(shape, (1000, 5000), 1)
    counts = LabelCounts.scanned(values, (4, 0), paging)
    assert counts.pages is not None
    assert (counts.pages.pages(), counts.pages.at(1)[2]) == ([1], 100)
    assert (counts.positions(0).tolist(), counts.of_class(2), counts.highest()) == ([125], 100, 2)
    (run,) = Touched.scanned(values, counts.labelled_blocks()).runs()
    first = 500 * shape[1] + 7000
    assert run.start <= first < first + 100 <= run.stop
    assert run.stop - run.start <= 2 * CHUNK


def test_a_large_block_with_few_labels_is_counted_as_a_small_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape, file = (6, 100_000), tmp_path / "labels.npy"
    np.lib.format.open_memmap(file, mode="w+", dtype=np.uint8, shape=shape).flush()
    values = np.load(file, mmap_mode="r+")
    values[1, 50_000:50_010], values[5, 99_990:], values[4, 7] = 2, 1, 4
    whole = LabelCounts.scanned(np.array(values), (2, 0)).arrays()
    monkeypatch.setattr(label_counts, "_LARGE", 0)
    parts = LabelCounts.scanned(values, (2, 0)).arrays()
    for name, counts in whole.items():
        np.testing.assert_array_equal(parts[name][:, 1:], counts[:, 1:])
