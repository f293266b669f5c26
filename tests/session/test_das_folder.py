"""A session on a folder of DAS files whose recording is long: nothing of its size is held in memory."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.io.opening import open_survey
from napari_geofm.session import Session
from tests.io.das.recorder import STEP_NS, noise, write

SAMPLES = 500_000_000


@pytest.mark.usefixtures("own_cache")
def test_labels_of_a_recording_of_days(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write(tmp_path / "run/a.h5", noise(2, 10_000))
    write(tmp_path / "run/b.h5", noise(2, 10_000), (SAMPLES - 10_000) * STEP_NS)
    # What is imported on the way is not of the recording.
    open_survey(tmp_path / "run")
    tracemalloc.start()
    survey = open_survey(tmp_path / "run")
    session = Session(survey)
    session.set_classes(ClassTable.named(["noise", "event"]))
    assert survey.shape == (2, SAMPLES)
    assert session.stretch.high > 0
    paging = survey.paging()
    at = survey.page(paging.box(paging.count - 1))
    painted = session.labels_at(at)
    painted[-50:, 1] = 2
    assert session.record(at, painted, what="stroke") == 50
    session.save()
    session.close()
    again = Session(open_survey(tmp_path / "run"))
    found = again.labels_at(at)
    assert (int((found == 2).sum()), int((found != 0).sum())) == (50, 50)
    again.close()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6
    # What nobody labelled takes no space on the disk either.
    used = sum(file.stat().st_blocks * 512 for file in tmp_path.rglob("*") if file.is_file())
    assert used < 50e6
    assert np.isnan(survey.section(survey.page(paging.box(paging.count // 2))).values).all()
