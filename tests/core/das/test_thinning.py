"""The grid of a decimated recording in the recording's own, either way."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing
from napari_geofm.core.das.thinned_labels import ThinnedNumbers, ThinnedVotes, on_grid_of
from napari_geofm.core.das.thinning import Thinning, thinned_by
from napari_geofm.core.labels import LabelSet
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError
from napari_geofm.io.processed import processed
from tests.fibre import recording

GRIDS = Thinning((2, 4), (7, 30), (3, 8))


def survey(words: str = "decimate 4; stack 2", shape: tuple[int, int] = (7, 203)) -> Survey:
    source = recording(np.random.default_rng(0).standard_normal(shape))
    return processed(source, Processing(Chain.parse(words)))


def test_the_grids_of_a_survey() -> None:
    found = Thinning.of(survey())
    assert found == Thinning((2, 4), (7, 203), (3, 51))
    assert Thinning.of(survey("median")) is None


@given(st.integers(1, 9), st.integers(1, 9), st.integers(9, 40), st.integers(9, 40))
def test_each_sample_is_stood_for_once(stacks: int, thins: int, channels: int, samples: int) -> None:
    grids = Thinning((stacks, thins), (channels, samples), (channels // stacks, -(-samples // thins)))
    for axis in (0, 1):
        near = grids.nearest(axis, np.arange(grids.own[axis]))
        for place in range(grids.fewer[axis]):
            one = tuple(slice(place, place + 1) if each == axis else slice(0, 1) for each in (0, 1))
            part = grids.standing((one[0], one[1]))[axis]
            np.testing.assert_array_equal(np.flatnonzero(near == place), np.arange(part.start, part.stop))


def test_what_is_repeated_stands_at_its_time() -> None:
    fewer = np.arange(24).reshape(3, 8)
    every = (slice(0, 3), slice(0, 8))
    whole = GRIDS.repeated(fewer, every, (slice(0, 7), slice(0, 30)))
    assert whole.shape == (7, 30)
    np.testing.assert_array_equal(whole[:6:2, ::4], fewer)
    np.testing.assert_array_equal(whole[6], whole[5])
    # A part of the one is the same part of the other.
    box = GRIDS.around((slice(3, 6), slice(9, 21)))
    np.testing.assert_array_equal(GRIDS.repeated(fewer[box], box, (slice(3, 6), slice(9, 21))), whole[3:6, 9:21])


def test_thin_strokes_and_single_channels_are_not_lost() -> None:
    labels = np.full((7, 30), 255, np.uint8)
    labels[3, 11:13] = 2
    labels[0, 20:24], labels[1, 22:26] = 1, 0
    thinned = ThinnedVotes(labels, GRIDS)
    found = thinned[:]
    assert found.shape == thinned.shape == (3, 8)
    assert found[1].tolist() == [255, 255, 255, 2, 255, 255, 255, 255]
    assert found[0, 5:7].tolist() == [1, 0]
    np.testing.assert_array_equal(thinned[1:3, 2:5], found[1:3, 2:5])
    np.testing.assert_array_equal(thinned[1], found[1])
    np.testing.assert_array_equal(thinned[:, 3], found[:, 3])
    np.testing.assert_array_equal(thinned[0:0, 3:4], found[0:0, 3:4])


def test_fractions_are_those_of_the_kept_samples() -> None:
    chances = np.random.default_rng(0).random((2, 7, 30))
    thinned = ThinnedNumbers(chances, GRIDS)
    np.testing.assert_array_equal(thinned[:, :, 2:5], chances[:, :6:2, 8:20:4])
    assert thinned.shape == (2, 3, 8)


def test_labels_of_either_grid_fit() -> None:
    through = survey()
    own = LabelSet(np.zeros((7, 203), np.uint8), ClassTable.numbered(1), np.ones((7, 203), np.uint8))
    found = on_grid_of(own, through)
    found.check_fits(through)
    assert found.origins is not None
    assert (np.asarray(found.origins[:]) == 1).all()
    fewer = LabelSet(np.zeros((3, 51), np.uint8), ClassTable.numbered(1))
    assert on_grid_of(fewer, through) is fewer
    with pytest.raises(LabelError, match="say --process 'decimate 4; stack 2'"):
        fewer.check_fits(recording(np.zeros((7, 203))))


def test_the_steps_between_two_shapes() -> None:
    assert thinned_by((80, 1500), (80, 750)) == "decimate 2"
    assert thinned_by((80, 1500), (79, 1500)) == ""
    assert thinned_by((80, 1500), (160, 1500)) == ""
