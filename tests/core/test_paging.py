import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.paging import LARGEST, Paging

SHAPES = st.tuples(st.integers(1, 90), st.integers(1, 90))
SIDES = st.tuples(st.integers(1, 40), st.integers(1, 40))


@st.composite
def pagings(draw: st.DrawFn) -> Paging:
    shape, sides = draw(SHAPES), draw(SIDES)
    return Paging(shape, (min(shape[0], sides[0]), min(shape[1], sides[1])), draw(st.integers(0, 1)))


@given(pagings())
def test_pages_cover_every_sample_once_and_know_it(paging: Paging) -> None:
    count = np.zeros(paging.shape, np.int64)
    for number, box in enumerate(paging.boxes()):
        count[box] += 1
        rows, columns = (part.ravel() for part in np.mgrid[box])
        assert (paging.numbers(rows, columns) == number).all()
    assert (count == 1).all()
    assert number + 1 == paging.count


@given(pagings())
def test_a_page_is_at_least_half_as_long_as_others(paging: Paging) -> None:
    for box in paging.boxes():
        for part, side, size in zip(box, paging.sides, paging.shape, strict=True):
            assert min(size, side / 2) <= part.stop - part.start < 1.5 * side + 1


@given(pagings(), st.data())
def test_those_that_meet_a_box_are_found(paging: Paging, data: st.DataObject) -> None:
    ends = [sorted(data.draw(st.lists(st.integers(0, size), min_size=2, max_size=2))) for size in paging.shape]
    box = (slice(*ends[0]), slice(*ends[1]))
    inside = np.zeros(paging.shape, bool)
    inside[box] = True
    found = [number for number, page in enumerate(paging.boxes()) if inside[page].any()]
    assert paging.meeting(box) == found


@given(pagings(), st.data())
def test_stepping_goes_through_all_pages_and_back(paging: Paging, data: st.DataObject) -> None:
    pages = list(paging.boxes())
    place = data.draw(st.integers(0, len(pages) - 1))
    count = data.draw(st.integers(-5, 5))
    assert paging.stepped(pages[place], count) == pages[min(max(0, place + count), len(pages) - 1)]


def test_a_window_between_pages_goes_on_by_its_own_length() -> None:
    paging = Paging((10, 1000), (10, 100), 1)
    there = paging.stepped((slice(0, 10), slice(130, 170)), 1)
    assert there == (slice(0, 10), slice(170, 210))
    assert paging.stepped((slice(0, 10), slice(930, 990)), 1)[1] == slice(940, 1000)
    assert paging.beyond((slice(0, 10), slice(130, 170)), there) == (slice(0, 10), slice(210, 250))


def test_what_lies_beyond_is_the_next_in_the_direction_of_travel() -> None:
    paging = Paging((400, 400), (100, 100))
    at = [paging.box(number) for number in range(16)]
    assert paging.beyond(at[5], at[6]) == at[7]
    assert paging.beyond(at[6], at[5]) == at[4]
    assert paging.beyond(at[1], at[5]) == at[9]
    assert paging.beyond(at[14], at[15]) is None
    assert paging.beyond(at[3], at[12]) is None


@pytest.mark.parametrize(
    ("kind", "shape", "step", "sides", "counts"),
    [
        ("das", (1000, 3_600_000), 0.001, (1000, 2000), (1, 1800)),
        ("das", (240, 30_000), 0.01, (240, 2000), (1, 15)),
        ("das", (240, LARGEST), 0.01, (240, LARGEST), (1, 1)),
        ("das", (10_000, 9000), 0.002, (2000, 2500), (5, 4)),
        ("image", (40_000, 40_000), 1.0, (2000, 2000), (20, 20)),
        ("image", (LARGEST, LARGEST), 1.0, (LARGEST, LARGEST), (1, 1)),
        ("image", (1000, 10_000), 1.0, (1000, 2000), (1, 5)),
        ("seismic-2d", (20_000, 1500), 1.0, (20_000, 1500), (1, 1)),
    ],
)
def test_what_is_long_or_large_has_pages(
    kind: str, shape: tuple[int, int], step: float, sides: tuple[int, int], counts: tuple[int, int]
) -> None:
    paging = Paging.of(kind, shape, step=step)
    assert (paging.sides, paging.counts) == (sides, counts)


def test_the_length_can_be_chosen() -> None:
    assert Paging.of("das", (10, 3000), down=1, step=0.01, length=500).counts == (1, 6)
    assert Paging.of("image", (3000, 2000), length=500).counts == (6, 4)


@given(st.sets(st.integers(0, 29)), st.sampled_from([0, 1]))
def test_hulls_hold_the_pages_and_nothing_else(numbers: set[int], down: int) -> None:
    paging = Paging((53, 62), (10, 10), down=down)
    expected, found = np.zeros(paging.shape, int), np.zeros(paging.shape, int)
    numbers &= set(range(paging.count))
    for number in numbers:
        expected[paging.box(number)] += 1
    for box in paging.hulls(numbers):
        found[box] += 1
    np.testing.assert_array_equal(found, expected)


def test_a_day_that_is_predicted_is_one_box() -> None:
    paging = Paging.of("das", (5000, 86_400_000), down=1, step=0.001)
    assert paging.count == 86_400
    assert paging.hulls(range(paging.count)) == [paging.whole]
