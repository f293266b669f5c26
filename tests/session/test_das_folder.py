"""A session on a folder of DAS files whose recording is long: nothing of its size is held in memory."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.finding import EventSource, find_events
from napari_geofm.core.progress import run_to_end
from napari_geofm.core.region import At
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


@pytest.mark.usefixtures("own_cache")
def test_labels_and_events_stay_at_their_times_when_files_come_and_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write(tmp_path / "run/b.h5", noise(12, 400), 400 * STEP_NS)
    session = Session(open_survey(tmp_path / "run"))
    session.set_classes(ClassTable.named(["noise", "event"]))
    painted = session.labels_at(session.survey.whole())
    painted[100:200], painted[10:20, 3] = 2, 1
    session.record(session.survey.whole(), painted, what="stroke")
    mask = np.zeros(session.survey.shape, np.uint8)
    mask[:, 100:200] = 1
    events = run_to_end(find_events(EventSource(mask, session.classes), session.survey))
    session.take_events(events)
    session.set_complete(At("time", 0.1, 0.1), on=True)
    session.set_complete(session.survey.whole(), on=True)
    began = events.utc(events.events[0].start_s)
    session._autosave.back_up()
    session.close()

    write(tmp_path / "run/a.h5", noise(12, 400))
    write(tmp_path / "run/c.h5", noise(12, 300), 800 * STEP_NS)
    grown = Session(open_survey(tmp_path / "run"))
    assert grown.survey.shape == (12, 1100)
    found = grown.labels_at(grown.survey.whole())
    assert np.array_equal(found[400:800], painted)
    assert not found[:400].any()
    assert not found[800:].any()
    assert [count.samples for count in grown.statistics()] == [10, 1200]
    assert any("labels are at their times" in notice for notice in grown.notices)
    assert grown.events is not None
    assert grown.events.utc(grown.events.events[0].start_s) == began
    # What was the whole recording then is one part of it now.
    begin, length = 400 * STEP_NS / 1e9, 400 * STEP_NS / 1e9
    windows = sorted((float(at.value or 0), at.length or 0.0) for at in map(At.parse, grown.complete))
    assert np.ravel(windows) == pytest.approx([begin, length, begin + 0.1, 0.1])
    # A backup of before the files came: its labels, and nothing that was painted since.
    later = found.copy()
    later[:500], later[900:] = 1, 2
    grown.record(grown.survey.whole(), later, what="stroke")
    assert grown.restore(grown.backups[-1]) > 0
    np.testing.assert_array_equal(grown.labels_at(grown.survey.whole()), found)
    grown.undo()
    np.testing.assert_array_equal(grown.labels_at(grown.survey.whole()), later)
    grown.redo()
    grown.close()
    assert not list(grown.folder.glob("labels.damaged*"))

    (tmp_path / "run/a.h5").unlink()
    (tmp_path / "run/b.h5").unlink()
    short = Session(open_survey(tmp_path / "run"))
    assert not short.labels_at(short.survey.whole()).any()
    # What there is no time for any more is not thrown away.
    (kept,) = short.folder.glob("labels.damaged*")
    assert any("1,210 labelled samples of times that are gone" in notice and kept.name in notice
               for notice in short.notices)  # fmt: skip
    short.close()


@pytest.mark.usefixtures("own_cache")
def test_the_window_that_was_looked_at_is_gone_back_to_when_a_file_came_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    write(tmp_path / "run/b.h5", noise(4, 3000), 3000 * STEP_NS)
    whole = Session(open_survey(tmp_path / "run"))
    assert whole.paging is None
    whole.close()
    write(tmp_path / "run/c.h5", noise(4, 9000), 6000 * STEP_NS)
    session = Session(open_survey(tmp_path / "run"))
    session.step(2)
    at, samples = session.place, session.section().values
    assert at.axis == "time"
    session.close()
    write(tmp_path / "run/a.h5", noise(4, 3000))
    grown = Session(open_survey(tmp_path / "run"))
    assert grown.place.length == at.length
    np.testing.assert_array_equal(grown.section().values, samples)
    grown.close()
