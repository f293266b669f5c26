import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from napari_geofm.core.examples import Example
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.jobs.holdout import SEVERAL, hold_out

CLASSES = 4
SHAPE = (12, 16)
Stroke = tuple[int, int, int, int, bool]
STROKES = st.lists(
    st.tuples(
        st.integers(0, CLASSES - 1), st.integers(0, SHAPE[0] - 1), st.integers(0, SHAPE[1] - 4), st.integers(1, 4),
        st.booleans(),
    ),
    min_size=1,
    max_size=9,
)  # fmt: skip
SECTIONS = st.lists(STROKES, min_size=1, max_size=6)


def example_of(strokes: list[Stroke], place: int) -> Example:
    """Return a section with horizontal strokes ``(class, row, column, length, by hand)``; later ones cover others."""
    labels, human = np.full(SHAPE, UNLABELLED, np.uint8), np.full(SHAPE, UNLABELLED, np.uint8)
    for number, row, column, length, by_hand in strokes:
        where = (row, slice(column, column + length))
        labels[where] = number
        human[where] = number if by_hand else UNLABELLED
    return Example(np.zeros(SHAPE, np.float32), labels, human, str(place), f"inline={place}", np.ones(SHAPE, bool))


def classes_of(examples: list[Example]) -> set[int]:
    return {int(number) for example in examples for number in example.labels[example.labels != UNLABELLED]}


def strokes_of(labels: NDArray[np.uint8], number: int) -> list[NDArray[np.bool_]]:
    marked = np.asarray(ndimage.label(labels == number, np.ones((3, 3)))[0])
    return [marked == stroke for stroke in range(1, int(marked.max(initial=0)) + 1)]


@given(SECTIONS, st.integers(0, 99))
@settings(max_examples=150)
def test_every_class_keeps_labels_and_only_human_strokes_are_scored(sections: list[list[Stroke]], seed: int) -> None:
    given_ = [example_of(strokes, place) for place, strokes in enumerate(sections)]
    by_name = {example.name: example for example in given_}
    training, validation = hold_out(given_, CLASSES, seed)
    assert classes_of(training) == classes_of(given_)
    taught = {example.name: example.labels for example in training}
    for example in validation:
        scored = example.human != UNLABELLED
        assert scored.any()
        # What is scored was drawn by a human, and is not learned from.
        np.testing.assert_array_equal(example.human[scored], by_name[example.name].human[scored])
        if example.name in taught:
            assert (taught[example.name][scored] == UNLABELLED).all()
    for example in training:
        kept = example.labels != UNLABELLED
        np.testing.assert_array_equal(example.labels[kept], by_name[example.name].labels[kept])


@given(SECTIONS, st.integers(0, 99))
def test_the_same_seed_holds_out_the_same(sections: list[list[Stroke]], seed: int) -> None:
    given_ = [example_of(strokes, place) for place, strokes in enumerate(sections)]
    for one, other in zip(hold_out(given_, CLASSES, seed), hold_out(given_, CLASSES, seed), strict=True):
        assert [example.name for example in one] == [example.name for example in other]
        for left, right in zip(one, other, strict=True):
            np.testing.assert_array_equal(left.labels, right.labels)
            np.testing.assert_array_equal(left.human, right.human)


@given(st.lists(STROKES, min_size=1, max_size=SEVERAL - 1), st.integers(0, 99))
def test_of_few_sections_whole_strokes_are_held_out_and_half_a_class_at_most(
    sections: list[list[Stroke]], seed: int
) -> None:
    given_ = [example_of(strokes, place) for place, strokes in enumerate(sections)]
    training, validation = hold_out(given_, CLASSES, seed)
    assert [example.name for example in training] == [example.name for example in given_]
    spared = {example.name: example.human for example in validation}
    for example in given_:
        held = spared.get(example.name, np.full(SHAPE, UNLABELLED, np.uint8))
        for number in range(CLASSES):
            for stroke in strokes_of(example.human, number):
                assert (held[stroke] == number).all() or (held[stroke] == UNLABELLED).all()
            assert (held == number).sum() <= 0.5 * (example.human == number).sum()


def section_of_all(place: int) -> Example:
    return example_of([(number, 3 * number, 2, 4, True) for number in range(CLASSES)], place)


def test_of_three_sections_on_a_whole_one_is_held_out() -> None:
    for count, spared in ((3, 1), (5, 1), (10, 2)):
        training, validation = hold_out([section_of_all(place) for place in range(count)], CLASSES, seed=4)
        assert (len(training), len(validation)) == (count - spared, spared)
        assert not {example.name for example in training} & {example.name for example in validation}


def test_a_section_that_alone_has_a_class_is_never_held_out() -> None:
    only = example_of([(2, 5, 5, 4, True), (0, 9, 5, 4, True)], 7)
    others = [example_of([(0, 1, 1, 4, True), (1, 5, 1, 4, True)], place) for place in range(3)]
    for seed in range(20):
        training, validation = hold_out([only, *others], CLASSES, seed)
        assert only.name in {example.name for example in training}
        assert len(validation) == 1


def test_where_no_section_can_be_spared_strokes_are() -> None:
    sections = [example_of([(number, 1, 1, 4, True), (number, 9, 9, 4, True)], number) for number in range(3)]
    training, validation = hold_out(sections, 3, seed=0)
    assert [int((example.labels != UNLABELLED).sum()) for example in training] == [4, 4, 4]
    assert [int((example.human != UNLABELLED).sum()) for example in validation] == [4, 4, 4]


def test_one_stroke_of_each_class_is_learned_and_nothing_scored() -> None:
    training, validation = hold_out([section_of_all(0)], CLASSES, seed=0)
    assert validation == []
    np.testing.assert_array_equal(training[0].labels, section_of_all(0).labels)


def test_labels_that_no_human_drew_are_never_scored() -> None:
    sections = [dataclasses.replace(section_of_all(place), human=np.full(SHAPE, 255, np.uint8)) for place in range(5)]
    training, validation = hold_out(sections, CLASSES, seed=0)
    assert (len(training), validation) == (5, [])


def test_a_complete_section_spares_a_strip_that_holds_background_too() -> None:
    """Where the rest of a section is background, a model that sees foreground everywhere must not score 1."""
    labels = np.zeros((40, 60), np.uint8)
    labels[10:20, 5:55] = 1
    complete = Example(np.zeros((40, 60), np.float32), labels, labels, "k", "s", np.ones((40, 60), bool))
    (kept,), (held,) = hold_out([complete], 2, seed=0)
    assert set(np.unique(held.human)) == {0, 1, 255}
    assert set(np.unique(kept.labels)) == {0, 1, 255}
    assert not ((kept.labels != 255) & (held.human != 255)).any()
    columns = (held.human != 255).any(axis=0)
    assert columns.sum() == 12
    assert (held.human[:, columns] == labels[:, columns]).all()


def test_a_complete_section_of_one_small_body_is_learned_whole() -> None:
    labels = np.zeros((40, 60), np.uint8)
    labels[10:20, 28] = 1
    complete = Example(np.zeros((40, 60), np.float32), labels, labels, "k", "s", np.ones((40, 60), bool))
    (kept,), held = hold_out([complete], 2, seed=0)
    assert held == []
    assert (kept.labels == labels).all()
