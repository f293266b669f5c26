"""A folder to which files come: what was made of a part that did not change serves on."""

import os
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processing import Processing
from napari_geofm.core.survey import Survey
from napari_geofm.io.das import read_das_folder
from napari_geofm.io.processed import processed
from napari_geofm.io.stretches import stretch_of
from napari_geofm.jobs.picture import picture_key
from tests.io.das.recorder import STEP_NS, noise, write

pytestmark = pytest.mark.usefixtures("own_cache")


def names(survey: Survey, *starts: int, length: int = 200) -> list[str]:
    """Return what pictures of all channels are called in caches."""
    stretch = stretch_of(survey, 99.0)
    every = slice(0, survey.shape[0])
    return [picture_key(survey, (every, slice(start, start + length)), stretch) for start in starts]


def test_pictures_of_files_that_are_as_they_were_keep_their_names(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    write(folder / "b.h5", noise(6, 400, 1), 400 * STEP_NS)
    write(folder / "c.h5", noise(6, 400, 2), 800 * STEP_NS)
    survey = read_das_folder(folder)
    before, across = names(survey, 0, 100, 600), names(survey, 300)
    # Louder, so that a stretch that was fitted anew would be another.
    write(folder / "d.h5", 50 * noise(6, 400, 3), 1200 * STEP_NS)
    grown = read_das_folder(folder)
    assert grown.fingerprint != survey.fingerprint
    assert names(grown, 0, 100, 600, 300) == before + across
    assert stretch_of(grown, 99.0) == stretch_of(survey, 99.0)
    (beyond,) = names(grown, 700)
    assert beyond not in before
    write(folder / "a.h5", noise(6, 400, 4))
    assert names(read_das_folder(folder), 400, 500, 1000, 700) == before + across
    # A file that is another one has other pictures, and what it shares with its neighbour too.
    write(folder / "c.h5", noise(6, 400, 5), 800 * STEP_NS)
    os.utime(folder / "c.h5", ns=(1, 1))
    again = names(read_das_folder(folder), 400, 500, 1000, 700)
    assert again[:2] == before[:2]
    assert not {*again[2:]} & {*before, *across}


@pytest.mark.parametrize("change", ["many times as long", "two others"])
def test_what_is_another_recording_is_fitted_anew(tmp_path: Path, change: str) -> None:
    folder = tmp_path / "run"
    for number in range(2):
        write(folder / f"{number}.h5", noise(4, 200, number), number * 200 * STEP_NS)
    fitted = stretch_of(read_das_folder(folder), 99.0)
    if change == "two others":
        for number in range(2):
            write(folder / f"{number}.h5", 10 * noise(4, 200, number), number * 200 * STEP_NS)
            os.utime(folder / f"{number}.h5", ns=(1, 1))
    else:
        write(folder / "2.h5", 10 * noise(4, 1400, 2), 400 * STEP_NS)
    assert stretch_of(read_das_folder(folder), 99.0).high > 2 * fitted.high


def test_what_goes_through_a_chain_is_named_by_all_that_it_is_made_of(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for number in range(4):
        write(folder / f"{number}.h5", noise(6, 1000, number), number * 1000 * STEP_NS)
    filtered = Processing(Chain.parse("bandpass 50-200 Hz"))
    before = processed(read_das_folder(folder), filtered)
    first, last = names(before, 500, 3700)
    write(folder / "4.h5", noise(6, 1000, 4), 4000 * STEP_NS)
    grown = processed(read_das_folder(folder), filtered)
    assert names(grown, 500) == [first]
    # A filter looks beyond the window, where there is something now.
    assert names(grown, 3700) != [last]
    np.testing.assert_array_equal(
        grown.read((slice(0, 6), slice(500, 700))), before.read((slice(0, 6), slice(500, 700)))
    )
    assert names(read_das_folder(folder), 500) != [first]
    other = processed(read_das_folder(folder), Processing(Chain.parse("bandpass 50-100 Hz")))
    assert names(other, 500) != [first]


def test_what_was_fitted_to_a_recording_stays(tmp_path: Path) -> None:
    folder, chain = tmp_path / "run", Processing(Chain.parse("detrend constant; median; scale robust; root"))
    for number in range(2):
        write(folder / f"{number}.h5", noise(6, 1000, number), number * 1000 * STEP_NS)
    before = processed(read_das_folder(folder), chain)
    (first,), part = names(before, 500), before.read((slice(0, 6), slice(500, 700)))
    write(folder / "2.h5", 7 + 50 * noise(6, 1000, 4), 2000 * STEP_NS)
    grown = processed(read_das_folder(folder), chain)
    assert names(grown, 500) == [first]
    np.testing.assert_array_equal(grown.read((slice(0, 6), slice(500, 700))), part)
    # The ends of a straight line are elsewhere now: it is fitted anew.
    line = processed(read_das_folder(folder), Processing(Chain.parse("detrend linear")))
    assert line.content is None
