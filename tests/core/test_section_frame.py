"""Parts of one section, seen from each other: as if each were cut from the labels of the whole survey."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.display import layout_of
from napari_geofm.core.section_frame import SectionFrame

SHAPE = (4, 9, 7)
VOLUME = np.arange(int(np.prod(SHAPE)), dtype=np.uint8).reshape(SHAPE)
DIMS = ("inline", "crossline", "twt")


@st.composite
def boxes(draw: st.DrawFn) -> tuple[slice, ...]:
    ends = [sorted(draw(st.lists(st.integers(0, size), min_size=2, max_size=2, unique=True))) for size in SHAPE]
    return tuple(slice(low, high) for low, high in ends)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[SectionFrame, SectionFrame]:
    """Return two parts of one section, across any axis, north up or down."""
    across = draw(st.integers(0, 2))
    place = draw(st.integers(0, SHAPE[across] - 1))
    left = [name for name in DIMS if name != DIMS[across]]
    layout = layout_of((left[0], left[1]), flips=frozenset(draw(st.sets(st.sampled_from(left)))))
    one, two = (tuple(place if n == across else part for n, part in enumerate(draw(boxes()))) for _ in range(2))
    return SectionFrame("f", "a", one, layout), SectionFrame("f", "a", two, layout)


def cut(frame: SectionFrame, volume: np.ndarray) -> np.ndarray:
    return frame.layout.to_display(volume[frame.places])


@given(pairs())
def test_one_part_is_seen_from_another_where_both_reach(frames: tuple[SectionFrame, SectionFrame]) -> None:
    one, two = frames
    reached = np.zeros(SHAPE, bool)
    reached[one.places] = True
    wanted = np.where(cut(two, reached), cut(two, VOLUME), 255)
    np.testing.assert_array_equal(one.seen_from(two, cut(one, VOLUME), 255), wanted)


@given(pairs(), boxes())
def test_what_lies_in_a_part_of_the_survey(frames: tuple[SectionFrame, SectionFrame], box: tuple[slice, ...]) -> None:
    inside = np.zeros(SHAPE, bool)
    inside[box] = True
    np.testing.assert_array_equal(frames[0].inside(box), cut(frames[0], inside))


def test_other_sections_and_surveys_do_not_meet() -> None:
    layout = layout_of(("crossline", "twt"))
    here = SectionFrame("f", "inline=1", (0, slice(0, 9), slice(0, 7)), layout)
    assert here.meets(SectionFrame("f", "inline=1", (0, slice(2, 3), slice(0, 7)), layout))
    assert not here.meets(SectionFrame("f", "inline=2", (1, slice(0, 9), slice(0, 7)), layout))
    assert not here.meets(SectionFrame("g", "inline=1", (0, slice(0, 9), slice(0, 7)), layout))
