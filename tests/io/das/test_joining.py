import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.errors import GeometryError
from napari_geofm.io.das.header import DasHeader, DasTraits, Run
from napari_geofm.io.das.joining import join
from napari_geofm.io.das.stamps import runs_of

DAY = 86_400 * 10**9


def header(start_ns: int, samples: int, step_ns: float = 1e6) -> DasHeader:
    traits = DasTraits("x", "1", "distance", 4, 0.0, 1.0, (), "m", step_ns, "", "", None, True)
    return DasHeader(traits, (Run(0, samples, start_ns),))


def names(headers: list[DasHeader]) -> list[str]:
    return [f"{number}.h5" for number in range(len(headers))]


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30)), min_size=1, max_size=12), st.randoms())
def test_every_sample_lies_where_its_time_says(parts: list[tuple[int, int]], random: object) -> None:
    starts, place = [], 0
    for count, gap in parts:
        starts.append((place, count))
        place += count + gap
    shuffled = list(starts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    headers = [header(7 * DAY + begin * 1_000_000, count) for begin, count in shuffled]
    grid = join(headers, names(headers))
    assert (grid.start_ns, grid.step_ns, grid.jitter, grid.overlaps) == (7 * DAY, 1e6, 0.0, ())
    assert grid.size == starts[-1][0] + starts[-1][1]
    assert list(zip(grid.begins.tolist(), grid.counts.tolist(), strict=True)) == starts
    assert [shuffled[file] for file in grid.files.tolist()] == starts
    assert sum(gap.end - gap.begin for gap in grid.gaps) == sum(gap for _, gap in parts[:-1])


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 40)), min_size=1, max_size=10), st.integers(0, 90))
def test_samples_that_are_there_twice_are_used_once(parts: list[tuple[int, int]], low: int) -> None:
    headers = [header(begin * 1_000_000, count) for begin, count in parts]
    grid = join(headers, names(headers))
    first = min(begin for begin, _ in parts)
    covered = np.zeros(200, np.bool_)
    for begin, count in parts:
        covered[begin - first : begin - first + count] = True
    found = np.zeros(200, np.int64)
    for begin, count, within, file in zip(grid.begins, grid.counts, grid.firsts, grid.files, strict=True):
        found[begin : begin + count] += 1
        assert parts[file][0] - first + within == begin
    np.testing.assert_array_equal(found, covered)
    reach = {place for place in range(low, low + 5) if place < grid.size and covered[place]}
    seen = {
        place
        for piece in grid.pieces(low, low + 5)
        for place in range(int(grid.begins[piece]), int(grid.begins[piece] + grid.counts[piece]))
    }
    assert reach <= seen
    for overlap in grid.overlaps:
        earlier, later = parts[overlap.earlier][0], parts[overlap.later][0]
        assert earlier + overlap.earlier_first == later + overlap.later_first


def test_starts_that_jitter_by_parts_of_a_sample_leave_no_gap() -> None:
    jitter = np.random.default_rng(0).integers(-200_000, 200_000, 100)
    headers = [header(DAY + number * 60_000 * 1_000_000 + int(off), 60_000) for number, off in enumerate(jitter)]
    grid = join(headers, names(headers))
    assert (grid.gaps, grid.overlaps, grid.size) == ((), (), 6_000_000)
    assert 0.05 < grid.jitter < 0.5
    assert grid.step_ns == 1e6


def test_a_step_that_the_headers_round_is_found_from_the_starts() -> None:
    step = 1e9 / 3000
    # Ten minutes a file, a day of them: of the rounded step a file ends 1.8 samples off its true end.
    headers = [header(DAY + round(number * 1_800_000 * step), 1_800_000, 333_333.0) for number in range(144)]
    grid = join(headers, names(headers))
    assert (grid.gaps, grid.overlaps) == ((), ())
    assert grid.step_ns == pytest.approx(step, rel=1e-12)
    assert grid.drift < 0.01


def test_a_clock_that_drifts_is_told() -> None:
    wander = np.cumsum(np.random.default_rng(2).choice([-300_000, 300_000, 300_000], 400))
    headers = [header(DAY + number * 1_000_000_000 + int(off), 1000) for number, off in enumerate(wander.tolist())]
    grid = join(headers, names(headers))
    assert (grid.gaps, grid.overlaps) == ((), ())
    assert grid.drift > 1


def test_a_clock_that_was_not_set_is_named() -> None:
    headers = [header(20_000 * DAY, 1000), header(0, 1000), header(20_000 * DAY + 10**9, 1000)]
    with pytest.raises(GeometryError, match=r"0\.h5 starts 20,000 days after 1\.h5 .*1970-01-01.*a clock was not set"):
        join(headers, names(headers))


def test_a_hundred_thousand_files_are_joined_at_once() -> None:
    headers = [header(DAY + number * 60_000 * 1_000_000, 60_000) for number in range(100_000)]
    grid = join(headers, names(headers))
    assert grid.size == 6_000_000_000
    assert list(grid.pieces(5_999_999_999, 6_000_000_000)) == [99_999]


@given(st.integers(2, 300), st.sampled_from([1_000_000, 333_333, 500_006]), st.data())
def test_stamps_are_cut_at_gaps(count: int, step: int, data: st.DataObject) -> None:
    breaks = data.draw(st.lists(st.integers(1, count - 1), max_size=max(0, count // 40), unique=True).map(sorted))
    places = np.arange(count)
    for number, at in enumerate(breaks):
        places[at:] += 5 + number
    found = runs_of(places * step + 12)
    assert found is not None
    assert found.step_ns == pytest.approx(step, rel=1e-9)
    assert [run.first for run in found.runs] == [0, *breaks]
    assert [run.start_ns for run in found.runs] == [int(places[at]) * step + 12 for at in (0, *breaks)]
