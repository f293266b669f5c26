"""Strokes by script stay inside the regions that they stand for."""

from itertools import pairwise

import numpy as np
import pytest

from napari_geofm.gui.tour import stroke_paths
from napari_geofm.samples import SeismicSampleSpec, make_seismic

MARGIN = 3.0


def test_strokes_stay_inside_by_their_margin() -> None:
    sample = make_seismic(SeismicSampleSpec(inlines=8, crosslines=128, samples=128))
    truth = np.ascontiguousarray(sample.facies[3].T)
    paths = stroke_paths(truth, MARGIN)
    assert len({number for number, _ in paths}) >= 4
    for number, path in paths:
        for (row, column), (next_row, next_column) in pairwise(path):
            for part in np.linspace(0, 1, 9):
                here = round(row + part * (next_row - row)), round(column + part * (next_column - column))
                assert truth[here] == number


def test_a_class_too_thin_gets_none_and_no_stroke_is_longer_than_asked() -> None:
    truth = np.zeros((60, 200), np.uint8)
    truth[30:32] = 1
    paths = stroke_paths(truth, MARGIN, most=3)
    assert {number for number, _ in paths} == {0}
    assert all(path[-1][1] - path[0][1] <= 60 for _, path in paths)


@pytest.mark.parametrize("value", [255, 4])
def test_of_one_region(value: int) -> None:
    paths = stroke_paths(np.full((40, 50), value, np.uint8), MARGIN)
    assert bool(paths) == (value != 255)
