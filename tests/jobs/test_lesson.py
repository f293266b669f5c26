"""What is learned and what is held out where an earlier model learned before."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.display import layout_of
from napari_geofm.core.examples import Example
from napari_geofm.core.section_frame import SectionFrame
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.io.kept_labels import KeptSection
from napari_geofm.io.label_source import LabelSource
from napari_geofm.jobs.collect import Collection
from napari_geofm.jobs.lesson import Lesson, plan_lesson
from napari_geofm.jobs.recalling import Recalled, Recollection

SHAPE = (40, 60)


def strokes(**rows: int) -> NDArray[np.uint8]:
    """Return a picture with a stroke in a row, as in ``r10=1``."""
    labels = np.full(SHAPE, 255, np.uint8)
    for row, number in rows.items():
        labels[int(row[1:]) : int(row[1:]) + 3, 5:50] = number
    return labels


def example_of(
    labels: NDArray[np.uint8], at: str, source: str, *, earlier: bool = False, top: int = 0, bottom: int = SHAPE[0]
) -> Example:
    """Return labels on a section; ``top`` and ``bottom``: the rows that are looked at."""
    place = SectionPlace(Path("survey"), "f", Path("/", source), at, 0.0, 1.0)
    labels = labels[top:bottom]
    layout = layout_of(("crossline", "twt"))
    frame = SectionFrame("f", at, (int(at.split("=")[1]), slice(0, SHAPE[1]), slice(top, bottom)), layout)
    picture, valid = np.zeros(labels.shape, np.float32), np.ones(labels.shape, bool)
    return Example(picture, labels, labels, f"{at}:{top}:{bottom}", at, valid, place, earlier, frame)


def recalled(
    labels: NDArray[np.uint8], held: NDArray[np.uint8], at: str, source: str = "old", *, top: int = 0
) -> Recalled:
    example = example_of(labels, at, source, earlier=True, top=top)
    assert example.place is not None
    kept = KeptSection(
        example.place, example.labels, example.labels != 255, held[top:] != 255, np.eye(2, dtype=np.int64)
    )
    return Recalled(kept, example)


def read_of(source: str, *, top: int = 0, bottom: int = SHAPE[0], last: int = 9) -> LabelSource:
    """Return a label file that was read: of lines before ``last``, and rows from ``top`` to ``bottom``."""
    return LabelSource(Path("/", source), "f", (slice(0, last), slice(0, SHAPE[1]), slice(top, bottom)))


def planned(
    new: list[Example],
    *earlier: Recalled,
    rehearse: bool = True,
    anew: bool = True,
    read: tuple[LabelSource, ...] = (),
    classes: int = 2,
) -> Lesson:
    collection = Collection(tuple(new), (), ClassTable.numbered(classes), "inline", (), read=read)
    return plan_lesson(collection, classes, 0, Recollection(earlier), rehearse=rehearse, anew=anew)


def labelled(example: Example) -> set[int]:
    """Return the rows in which a picture is labelled."""
    return set(np.flatnonzero((example.labels != 255).any(1)).tolist())


NEW = strokes(r1=0, r5=0, r20=1, r24=1)
OLD = strokes(r10=0, r14=0, r30=1, r34=1)
HELD = strokes(r14=0, r34=1)


def test_another_section_is_learned_again_but_for_what_is_asked() -> None:
    lesson = planned([example_of(NEW, "inline=1", "new")], recalled(OLD, HELD, "inline=2"))
    assert [each.earlier for each in lesson.examples] == [False, True]
    (remembered,) = lesson.remembered
    assert labelled(remembered) == {14, 15, 16, 34, 35, 36}
    assert labelled(lesson.training[1]) == {10, 11, 12, 30, 31, 32}
    assert labelled(lesson.examples[1]) == labelled(lesson.training[1]) | labelled(remembered)
    assert all(labelled(each) <= labelled(lesson.examples[0]) for each in lesson.validation)
    assert labelled(lesson.fresh[0]) == labelled(lesson.validation[0])
    assert lesson.rest == ()


def test_the_same_section_has_both_and_the_newer_where_both_say_something() -> None:
    new = example_of(strokes(r1=0, r5=0, r10=1, r20=1, r24=1), "inline=1", "new")
    lesson = planned([new], recalled(OLD, HELD, "inline=1"))
    now, before = lesson.examples
    assert now is new
    assert before.earlier
    assert labelled(before) == labelled(example_of(OLD, "inline=1", "old")) - {10, 11, 12}
    assert labelled(lesson.remembered[0]).isdisjoint(labelled(lesson.training[0]) | labelled(lesson.training[1]))
    # What was rehearsed on it is no news to the earlier model.
    assert all(labelled(each) <= labelled(new) - {10, 11, 12} for each in lesson.fresh)


def test_held_out_labels_that_were_changed_are_not_asked() -> None:
    lesson = planned([example_of(strokes(r1=0, r14=1, r20=1), "inline=1", "new")], recalled(OLD, HELD, "inline=1"))
    assert lesson.remembered == ()


def test_the_same_file_says_all_that_is_left() -> None:
    now = example_of(strokes(r10=0, r14=0, r34=1), "inline=1", "old")
    read = (read_of("old"),)
    lesson = planned([now], recalled(OLD, HELD, "inline=1"), read=read)
    assert lesson.examples == (now,)
    assert labelled(lesson.remembered[0]) == labelled(example_of(HELD, "inline=1", "old"))
    assert (lesson.changed, lesson.erased) == (0, ())
    edited = example_of(strokes(r10=0, r30=1), "inline=1", "old")
    gone = planned([edited], recalled(OLD, HELD, "inline=1"), read=read)
    assert gone.examples == (edited,)
    assert gone.remembered == ()
    assert gone.changed == (HELD != 255).sum()


def test_without_rehearsal_nothing_is_added_and_all_is_kept() -> None:
    earlier = recalled(OLD, HELD, "inline=2"), recalled(OLD, strokes(), "inline=3")
    lesson = planned([example_of(NEW, "inline=1", "new")], *earlier, rehearse=False)
    assert [each.name for each in lesson.examples] == ["inline=1"]
    assert [each.name for each in lesson.remembered] == ["inline=2"]
    assert lesson.unlearned == (earlier[0].kept,)
    assert lesson.rest == (earlier[1].kept,)


def test_one_stroke_of_each_class_leaves_the_earlier_ones_to_ask() -> None:
    lesson = planned([example_of(strokes(r1=0, r20=1), "inline=1", "new")], recalled(OLD, HELD, "inline=2"))
    assert lesson.validation == ()
    assert len(lesson.remembered) == 1
    assert labelled(lesson.training[1]).isdisjoint(labelled(lesson.remembered[0]))


def test_what_the_tensors_have_learned_does_not_judge_what_comes_of_them() -> None:
    now = example_of(strokes(r1=0, r5=0, r10=0, r14=0, r20=1, r24=1, r30=1, r34=1), "inline=1", "old")
    collection = Collection((now,), (), ClassTable.numbered(2), "inline", (), read=(read_of("old"),))
    earlier = Recollection((recalled(OLD, HELD, "inline=1"),))
    held = set()
    for seed in range(8):
        lesson = plan_lesson(collection, 2, seed, earlier, anew=False)
        (validation,) = lesson.validation
        held |= labelled(validation)
        assert labelled(validation).isdisjoint(labelled(lesson.training[0]))
        assert {10, 30} <= labelled(lesson.training[0])
    assert held == {1, 2, 3, 5, 6, 7, 20, 21, 22, 24, 25, 26}
    # Labels that are all known: nothing can judge.
    same = Collection(
        (example_of(OLD, "inline=1", "old"),), (), ClassTable.numbered(2), "inline", (), read=(read_of("old"),)
    )
    assert plan_lesson(same, 2, 0, earlier, anew=False).validation == ()


def test_labels_of_two_files_on_one_section_stay_apart_and_are_erased_apart() -> None:
    a = recalled(OLD, HELD, "inline=1", "a")
    second = planned([example_of(NEW, "inline=1", "b")], a, read=(read_of("b"),))
    assert [(each.place.labels.name, labelled(each)) for each in second.examples if each.place is not None] == [
        ("b", labelled(example_of(NEW, "inline=1", "b"))),
        ("a", labelled(a.example)),
    ]
    # One generation later b is labelled less: a is neither forgotten nor erased with it.
    b = recalled(NEW, strokes(r5=0), "inline=1", "b")
    now = example_of(strokes(r1=0, r20=1), "inline=1", "b")
    third = planned([now], b, a, read=(read_of("b"),), anew=False)
    assert [labelled(each) for each in third.examples] == [labelled(now), labelled(a.example)]
    assert [labelled(each) for each in third.remembered] == [labelled(example_of(HELD, "inline=1", "a"))]
    assert third.changed == (strokes(r5=0) != 255).sum()


def test_of_two_earlier_files_that_contradict_each_other_the_later_one_wins() -> None:
    later, first = recalled(strokes(r10=1, r14=0), HELD, "inline=1", "b"), recalled(OLD, HELD, "inline=1", "a")
    lesson = planned([example_of(NEW, "inline=2", "c")], later, first, anew=False)
    assert labelled(lesson.examples[2]) == {30, 31, 32, 34, 35, 36}
    # What both held out is asked once.
    assert [labelled(each) for each in lesson.remembered] == [{14, 15, 16}, {34, 35, 36}]


def test_a_section_that_was_erased_all_over_is_not_brought_back() -> None:
    erased = recalled(OLD, HELD, "inline=1")
    new = example_of(NEW, "inline=2", "old")
    lesson = planned([new], erased, read=(read_of("old"),))
    assert lesson.examples == (new,)
    assert (lesson.remembered, lesson.rest) == ((), ())
    assert lesson.erased == (erased.kept.place,)
    # Neither where it is not rehearsed, for a later model.
    assert planned([new], erased, read=(read_of("old"),), rehearse=False).rest == ()


def test_what_a_file_does_not_speak_of_is_not_erased() -> None:
    new = example_of(NEW, "inline=2", "old")
    for read in (read_of("other"), read_of("old", last=1), LabelSource(Path("/old"), "g", read_of("old").box)):
        lesson = planned([new], recalled(OLD, HELD, "inline=1"), read=(read,))
        assert labelled(lesson.examples[1]) == labelled(example_of(OLD, "inline=1", "old"))
        assert lesson.erased == ()
    # Of rows that were not looked at neither.
    lesson = planned([new], recalled(OLD, HELD, "inline=1"), read=(read_of("old", bottom=20),))
    assert labelled(lesson.examples[1]) == {30, 31, 32, 34, 35, 36}


def test_a_part_of_a_section_and_the_whole_meet() -> None:
    new = example_of(strokes(r10=1, r14=0, r20=1), "inline=1", "new", top=8, bottom=25)
    lesson = planned([new], recalled(OLD, HELD, "inline=1"), anew=False)
    assert labelled(lesson.examples[1]) == {30, 31, 32, 34, 35, 36}
    # The held-out labels lie on both by now.
    first, second = lesson.remembered
    assert (first.picture.shape[0], labelled(first)) == (17, {6, 7, 8})
    assert labelled(second) == {34, 35, 36}
    assert all(
        labelled(trained).isdisjoint(labelled(asked))
        for trained, asked in zip(lesson.training, lesson.remembered, strict=True)
    )
    # A probe's answers are kept of all together, and so are compared.
    probe = planned([new], recalled(OLD, HELD, "inline=1"))
    assert [labelled(each) for each in probe.remembered] == [{6, 7, 8}, {34, 35, 36}]
    assert [None if each is None else each.sum() for each in probe.before] == [2, 0]
    assert probe.changed == 0
    other = example_of(strokes(r14=1, r20=1), "inline=1", "new", top=8, bottom=25)
    assert planned([other], recalled(OLD, HELD, "inline=1")).remembered == ()
    # The other way round: a part then, the whole now.
    whole = example_of(strokes(r10=1, r30=0), "inline=1", "new")
    assert labelled(planned([whole], recalled(OLD, HELD, "inline=1", top=8)).examples[1]) == {6, 7, 8, 26, 27, 28}


def test_one_retouched_sample_leaves_the_others_to_be_asked() -> None:
    labels = OLD.copy()
    labels[14, 5] = 1
    now = example_of(labels, "inline=1", "old")
    earlier = recalled(OLD, HELD, "inline=1")
    lesson = planned([now], earlier, read=(read_of("old"),), anew=False)
    assert (lesson.remembered[0].human != 255).sum() == (HELD != 255).sum() - 1
    assert lesson.changed == 1
    assert not ((lesson.training[0].labels != 255) & (lesson.remembered[0].human != 255)).any()
    # What a probe was scored on is asked as a whole or not at all.
    probe = planned([now], earlier, read=(read_of("old"),))
    assert probe.remembered == ()
    assert probe.changed == (HELD != 255).sum()


def test_what_is_only_judged_is_kept_for_later_with_what_is_left_of_it() -> None:
    new = example_of(strokes(r10=1, r34=0, r20=1), "inline=1", "new")
    lesson = planned([new], recalled(OLD, HELD, "inline=1"), rehearse=False, anew=False)
    assert lesson.examples == (new,)
    (kept,) = lesson.unlearned
    assert kept is not None
    assert set(np.flatnonzero((kept.labels != 255).any(1))) == {14, 15, 16, 30, 31, 32}
    assert set(np.flatnonzero(kept.held.any(1))) == {14, 15, 16}
    assert lesson.rest == ()
