"""What is told of work that the worker does: progress, time left, cancel, how it ended."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QPushButton

from napari_geofm.core.progress import Progress
from napari_geofm.errors import OutputError
from napari_geofm.gui.parts.job_box import JobBox, JobWords
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.jobs.export_spec import ExportSpec
from tests.gui.conftest import FakeEngine, told
from tests.gui.mouse import press

SPEC = ExportSpec(Path("line.sgy"), Path("labels"), Path("out.sgy"))


@pytest.fixture
def box(engine: FakeEngine, qtbot: QtBot) -> JobBox:
    words = JobWords("a file is being written", "Stop writing", "Cancelled; nothing was written.")
    made = JobBox(engine, StepButton("Export…", "Write"), words, after=QPushButton("Folder"))  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.show()
    return made


def run(box: JobBox, engine: FakeEngine) -> None:
    box.run(SPEC, "Writing out.sgy…", lambda path: f"{path.name} written.")


def test_from_start_to_end(box: JobBox, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr("napari_geofm.gui.parts.time_left.time.monotonic", lambda: clock[0])
    run(box, engine)
    (job,) = engine.jobs
    assert job.progress is not None
    assert (box.note.text(), box.bar.isVisible(), box.bar.maximum()) == ("Writing out.sgy…", True, 0)
    assert box.start.reason == "a file is being written"
    job.progress(Progress(2, 10, "reading inline=1000"))
    assert (box.note.text(), box.bar.value()) == ("Reading inline 1000", 200)
    clock[0] += 6
    job.progress(Progress(4, 10, "reading inline=1020"))
    assert box.note.text() == "Reading inline 1020, 18 s left"
    job.progress(Progress(0, 20, "writing out.sgy"))
    assert box.note.text() == "Writing out.sgy"
    job.done(Path("out.sgy"))
    assert (box.note.text(), box.bar.isVisible(), box.running) == ("out.sgy written.", False, False)
    assert box.start.isEnabled()


def test_what_is_left_of_cancelled_work_says_nothing(box: JobBox, engine: FakeEngine) -> None:
    run(box, engine)
    press(box.cancel)
    first = engine.jobs[0]
    assert first.cancelled
    assert box.note.text() == "Cancelled; nothing was written."
    assert not box.cancel.isVisible()
    run(box, engine)
    first.done(Path("old.sgy"))
    assert box.running
    assert box.note.text() == "Writing out.sgy…"


def test_a_result_that_came_before_the_cancel_is_told(box: JobBox, engine: FakeEngine) -> None:
    run(box, engine)
    press(box.cancel)
    engine.jobs[0].done(Path("out.sgy"))
    assert box.note.text() == "out.sgy written."


def test_failures_of_the_work_and_of_what_is_made_of_it(box: JobBox, engine: FakeEngine) -> None:
    run(box, engine)
    failed = engine.jobs[0].failed
    assert failed is not None
    failed("Cannot write out.sgy: the disk is full; free some")
    assert "disk is full" in told()[-1]
    assert (box.note.text(), box.start.isEnabled()) == ("", True)

    def refuse(_path: Path) -> str:
        msg = "Output out.sgy exists; choose another name"
        raise OutputError(msg)

    box.run(SPEC, "Writing…", refuse)
    engine.jobs[1].done(Path("out.sgy"))
    assert "exists" in told()[-1]
    assert not box.running


def test_a_reason_comes_back_when_the_work_is_over(box: JobBox, engine: FakeEngine) -> None:
    run(box, engine)
    box.allow("nothing is labelled yet")
    assert box.start.reason == "a file is being written"
    engine.jobs[0].done(Path("out.sgy"))
    assert box.start.reason == "nothing is labelled yet"
