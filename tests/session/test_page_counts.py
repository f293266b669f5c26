import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.paging import Paging
from napari_geofm.session.label_counts import LabelCounts
from napari_geofm.session.page_counts import PageCounts
from napari_geofm.session.run_change import Runs

PAGING = st.builds(Paging, st.just((30, 41)), st.tuples(st.integers(1, 30), st.integers(1, 41)), st.integers(0, 1))


def counted(values: np.ndarray, paging: Paging) -> LabelCounts:
    return LabelCounts.scanned(values, (7, 0), paging)


def same(one: PageCounts | None, two: PageCounts | None) -> bool:
    assert one is not None
    assert two is not None
    pages = range(one.paging.count)
    return one.pages() == two.pages() and all(np.array_equal(one.at(page), two.at(page)) for page in pages)


@given(PAGING, st.integers(0, 10**6), st.floats(0, 1))
def test_counts_of_pages_follow_strokes(paging: Paging, seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, paging.shape).astype(np.uint8) * (rng.random(paging.shape) < share)
    counts = counted(values, paging)
    flat = np.flatnonzero(rng.random(paging.shape) < 0.3).astype(np.int64)
    before = values.reshape(-1)[flat]
    after = rng.integers(0, 4, flat.size).astype(np.uint8)
    values.reshape(-1)[flat] = after
    counts.change(flat, before, after)
    assert same(counts.pages, counted(values, paging).pages)
    assert counts.pages is not None
    for page, box in enumerate(paging.boxes()):
        assert (page in counts.pages.pages()) == bool(values[box].any())
    table = np.arange(256).astype(np.uint8)
    table[3] = 1
    counts.renumber(table)
    assert same(counts.pages, counted(table[values], paging).pages)
    known = LabelCounts.restored(paging.shape, counts.arrays(), (7, 0), paging)
    assert known is not None
    assert same(counts.pages, known.pages)


@given(PAGING, st.integers(0, 10**6))
def test_counts_of_pages_follow_runs_there_and_back(paging: Paging, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = np.flatnonzero(rng.random(30) < 0.5)
    starts, ends = np.sort(rng.integers(0, 42, (2, rows.size)), axis=0)
    some = ends > starts
    rows, starts, lengths = rows[some], starts[some], (ends - starts)[some]
    values = np.zeros(paging.shape, np.uint8)
    counts = counted(values, paging)
    after = rng.integers(1, 4, rows.size).astype(np.uint8)
    nothing = np.zeros_like(after)
    runs = Runs(rows * 41 + starts, lengths, nothing, after, nothing, nothing)
    for row, start, length, number in zip(rows, starts, lengths, after, strict=True):
        values[row, start : start + length] = number
    if rows.size:
        counts.change_runs(runs, back=False)
        assert same(counts.pages, counted(values, paging).pages)
        counts.change_runs(runs, back=True)
    assert counts.pages is not None
    assert counts.pages.pages() == ([] if rows.size else counts.pages.pages())
