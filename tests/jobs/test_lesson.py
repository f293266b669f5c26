"""What is learned and what is held out where an earlier model learned before."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.examples import Example
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.io.kept_labels import KeptSection
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


def example_of(labels: NDArray[np.uint8], at: str, source: str, *, earlier: bool = False) -> Example:
    place = SectionPlace(Path("survey"), "f", Path(source), at, 0.0, 1.0)
    picture = np.zeros(SHAPE, np.float32)
    return Example(picture, labels, labels, at, at, np.ones(SHAPE, bool), place, earlier)


def recalled(labels: NDArray[np.uint8], held: NDArray[np.uint8], at: str, source: str = "old") -> Recalled:
    example = example_of(labels, at, source, earlier=True)
    assert example.place is not None
    kept = KeptSection(example.place, labels, labels != 255, held != 255, np.eye(2, dtype=np.int64))
    return Recalled(kept, example)


def planned(new: list[Example], *earlier: Recalled, rehearse: bool = True) -> Lesson:
    collection = Collection(tuple(new), (), ClassTable.numbered(2), "inline", ())
    return plan_lesson(collection, 2, 0, Recollection(earlier), rehearse=rehearse)


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
    (example,) = lesson.examples
    assert not example.earlier
    assert (example.labels[10:13, 5:50] == 1).all()
    assert (example.labels[14:17, 5:50] == 0).all()
    assert labelled(lesson.remembered[0]).isdisjoint(labelled(lesson.training[0]))
    # What was rehearsed on it is no news to the earlier model.
    assert all(labelled(each) <= labelled(new) - {10, 11, 12} for each in lesson.fresh)


def test_held_out_labels_that_were_changed_are_not_asked() -> None:
    lesson = planned([example_of(strokes(r1=0, r14=1, r20=1), "inline=1", "new")], recalled(OLD, HELD, "inline=1"))
    assert lesson.remembered == ()


def test_the_same_file_says_all_that_is_left() -> None:
    now = example_of(strokes(r10=0, r14=0, r34=1), "inline=1", "old")
    lesson = planned([now], recalled(OLD, HELD, "inline=1"))
    assert labelled(lesson.examples[0]) == labelled(now)
    assert labelled(lesson.remembered[0]) == labelled(example_of(HELD, "inline=1", "old"))
    erased = planned([example_of(strokes(r10=0, r30=1), "inline=1", "old")], recalled(OLD, HELD, "inline=1"))
    assert erased.remembered == ()


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
    collection = Collection((now,), (), ClassTable.numbered(2), "inline", ())
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
    same = Collection((example_of(OLD, "inline=1", "old"),), (), ClassTable.numbered(2), "inline", ())
    assert plan_lesson(same, 2, 0, earlier, anew=False).validation == ()
