"""What is said of earlier labels that were edited since."""

import dataclasses
from pathlib import Path

import numpy as np

from napari_geofm.core.examples import Example
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.jobs.guarding import told_of_edits
from napari_geofm.jobs.lesson import Lesson


def test_edits_are_told_in_a_line_each() -> None:
    nothing = Lesson((), (), ())
    assert told_of_edits("base", nothing) == ()
    # Where nothing at all is asked the verdict says why.
    edited = dataclasses.replace(nothing, changed=7)
    assert told_of_edits("base", edited) == ()
    labels = np.zeros((2, 3), np.uint8)
    example = Example(np.zeros((2, 3), np.float32), labels, labels, "k", "inline=1", labels == 0)
    (line,) = told_of_edits("base", dataclasses.replace(edited, remembered=(example,)))
    assert line == "Not asked: held-out samples of base whose labels were edited since (7)."
    gone = tuple(
        SectionPlace(Path("s"), "f", Path(f"/l/{name}.npy"), f"inline={at}", 0.0, 1.0)
        for name, at in (("a", 1), ("a", 2), ("b", 3), ("a", 4))
    )
    (line,) = told_of_edits("base", dataclasses.replace(nothing, erased=gone))
    assert line == (
        "Erased since base and not learned again: inline=1, inline=2, inline=3 and 1 more (nothing is labelled there "
        "in a.npy, b.npy any more)."
    )
