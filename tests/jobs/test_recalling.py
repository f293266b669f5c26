"""Which of an earlier model's sections are read again."""

from pathlib import Path

import numpy as np

from napari_geofm.core.section_place import SectionPlace
from napari_geofm.io.kept_labels import KeptSection
from napari_geofm.jobs.recalling import MOST, thinned


def section_of(number: int) -> KeptSection:
    labels = np.full((4, 5), 255, np.uint8)
    labels[0, 0] = number
    nothing = np.zeros(labels.shape, bool)
    return KeptSection(SectionPlace(Path("a"), "f", Path("l"), "inline=1", 0.0, 1.0), labels, nothing, nothing)


def test_few_are_all_taken() -> None:
    sections = [section_of(0)] * MOST
    assert thinned(sections, 1) == tuple(sections)


def test_of_many_those_are_taken_that_spread_over_all_and_hold_every_class() -> None:
    sections = [section_of(0) for _ in range(10 * MOST)]
    sections[7] = section_of(1)
    found = thinned(sections, 3)
    assert len(found) == MOST + 1
    assert found[0] is sections[0]
    assert found[-1] is sections[-1]
    assert any(each is sections[7] for each in found)
