from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.errors import CancelledError, LabelError
from napari_geofm.jobs.find_events import run, run_window
from napari_geofm.jobs.find_events_spec import FindEventsSpec, FindWindowEventsSpec
from napari_geofm.samples.das import DAS_CLASSES, DasSample, DasSampleSpec, make_das, write_das

CLASSES = ClassTable.named(DAS_CLASSES)


@pytest.fixture(scope="module")
def sample() -> DasSample:
    return make_das(DasSampleSpec(seed=1, channels=80, samples=1500))


@pytest.fixture
def file(sample: DasSample, tmp_path: Path) -> Path:
    write_das(sample, tmp_path / "fibre.h5")
    np.save(tmp_path / "mask.npy", sample.classes)
    return tmp_path / "fibre.h5"


def test_a_window_gives_the_events_in_it_where_they_are_in_the_recording(file: Path, sample: DasSample) -> None:
    whole = run_to_end(run(FindEventsSpec(file, CLASSES, file.with_name("mask.npy")), Control()))
    p = next(event for event in whole.events if whole.name(event) == "P wave")
    low, high = round(100 * p.start_s) - 100, round(100 * p.end_s) + 60
    mask = sample.classes[10:70, low:high]
    sure = np.full(mask.shape, 0.5, np.float32)
    found = run_to_end(
        run_window(FindWindowEventsSpec(file, CLASSES, mask=mask, sure=sure, first=(10, low)), Control())
    )
    again = next(event for event in found.events if found.name(event) == "P wave")
    assert again.first >= 10
    assert again.last <= 69
    shared = slice(again.first - p.first, again.last - p.first + 1)
    assert np.nanmedian(np.abs(again.onset_s - p.onset_s[shared])) < 0.02
    assert again.confidence == pytest.approx(0.5)


def test_it_is_cancelled_and_nothing_to_look_in_is_told(file: Path) -> None:
    control = Control()
    control.cancel()
    with pytest.raises(CancelledError):
        run_to_end(run(FindEventsSpec(file, CLASSES, file.with_name("mask.npy")), control))
    with pytest.raises(LabelError, match="label or predict first"):
        run_to_end(run(FindEventsSpec(file, CLASSES), Control()))
    with pytest.raises(LabelError, match="label or predict first"):
        run_to_end(run_window(FindWindowEventsSpec(file, CLASSES), Control()))
