"""Requests through the engine: answers in the window's thread, one sentence for what fails, silence for the rest."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from napari_geofm.compute.worker_compute import WorkerCompute
from napari_geofm.gui import engine as engine_module
from napari_geofm.gui.engine import Engine
from napari_geofm.io.opening import open_survey, options_of
from napari_geofm.io.segy import SegyOptions
from napari_geofm.jobs.ingest_spec import IngestSpec
from tests.compute.lookout import left_over, stands_at
from tests.compute.toys import UNDER, Fail, Forever, Train, View
from tests.io.segy.build import write
from tests.io.segy.test_gathers import gathers

LONG_MS = 20_000


class Heard:
    """What callbacks were told, and in which thread."""

    def __init__(self) -> None:
        self.news: list[tuple[str, Any]] = []
        self.threads: set[threading.Thread] = set()

    def __call__(self, what: str) -> Callable[..., None]:
        def hear(*values: Any) -> None:
            self.threads.add(threading.current_thread())
            self.news.append((what, values[0] if values else None))

        return hear

    def of(self, what: str) -> list[Any]:
        return [value for name, value in self.news if name == what]


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def engine(qapp: object) -> Iterator[Engine]:
    engine = Engine(WorkerCompute(threads=1, patience=0.3, bodies_under=UNDER))
    yield engine
    engine.close()
    assert left_over() == []


def test_a_view_is_answered_in_the_thread_of_the_window(engine: Engine, heard: Heard, qtbot: QtBot) -> None:
    engine.view(View(7), "a", heard("done"), heard("failed"))
    assert heard.news == []  # never within the call, however quick the worker is
    qtbot.waitUntil(lambda: heard.news == [("done", 7)], timeout=LONG_MS)
    assert heard.threads == {threading.main_thread()}


def test_what_was_replaced_or_cancelled_is_not_heard_of(
    engine: Engine, heard: Heard, qtbot: QtBot, tmp_path: Path
) -> None:
    engine.view(View(1, tmp_path / "gate"), "first", heard("first"), heard("failed"))
    stands_at(tmp_path / "gate")
    engine.view(View(2), "a", heard("older"), heard("failed"))
    engine.view(View(3), "a", heard("newer"), heard("failed"))
    engine.view(View(4), "b", heard("cancelled"), heard("failed")).cancel()
    (tmp_path / "gate").touch()
    qtbot.waitUntil(lambda: heard.of("newer") == [3], timeout=LONG_MS)
    assert heard.news == [("first", 1), ("newer", 3)]


def test_a_view_cancelled_while_its_answer_is_on_the_way_is_not_heard_of(
    engine: Engine, heard: Heard, qtbot: QtBot
) -> None:
    done = engine.view(View(1), "a", heard("done"))
    assert done.wait(20)
    # It is over: a cancel comes too late, and changes nothing.
    done.cancel()
    qtbot.waitUntil(lambda: heard.of("done") == [1], timeout=LONG_MS)


def test_what_fails_is_told_in_one_sentence(
    engine: Engine, heard: Heard, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "tell", heard("told"))
    engine.view(Fail("label"), "a", heard("done"), heard("failed"))
    engine.view(Fail("label"), "b", heard("done"))
    engine.job(Fail("memory"), heard("progress"), heard("done"), heard("job failed"))
    qtbot.waitUntil(lambda: len(heard.of("told")) == len(heard.of("job failed")) == 1, timeout=LONG_MS)
    assert heard.of("failed") == ["Labels hold class 9; the model has 3; choose another model."] == heard.of("told")
    assert heard.of("done") == []
    (line,) = heard.of("job failed")
    assert "Out of memory" in line
    assert "\n" not in line


def test_a_job_reports_and_ends(engine: Engine, heard: Heard, qtbot: QtBot) -> None:
    busy: list[bool] = []
    engine.busy_changed.connect(busy.append)
    engine.job(Train(3), heard("progress"), heard("done"), heard("failed"), heard("over"))
    assert engine.busy
    qtbot.waitUntil(lambda: heard.of("over") == [None], timeout=LONG_MS)
    assert [progress.done for progress in heard.of("progress")] == [0, 1, 2]
    assert [name for name, _ in heard.news[-2:]] == ["done", "over"]
    assert (busy, engine.busy) == ([True, False], False)
    assert heard.threads == {threading.main_thread()}


def test_a_cancelled_job_is_over_and_silent(engine: Engine, heard: Heard, qtbot: QtBot) -> None:
    job = engine.job(Forever(), heard("progress"), heard("done"), heard("failed"), heard("over"))
    qtbot.waitUntil(lambda: len(heard.of("progress")) > 3, timeout=LONG_MS)
    before = time.monotonic()
    job.cancel()
    qtbot.waitUntil(lambda: heard.of("over") == [None], timeout=LONG_MS)
    assert time.monotonic() - before < 1.0
    count = len(heard.news)
    qtbot.wait(100)
    assert len(heard.news) == count
    assert heard.of("done") == heard.of("failed") == []


def test_what_is_asked_for_ahead_fails_in_silence_and_waits_for_views(
    engine: Engine, heard: Heard, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "tell", heard("told"))
    failed = engine.ahead(Fail("label"), "a")
    ahead = engine.ahead(View(1, tmp_path / "gate"), "b", heard("ahead"))
    stands_at(tmp_path / "gate")
    engine.view(View(2), "c", heard("view"))
    qtbot.waitUntil(lambda: heard.of("view") == [2], timeout=LONG_MS)
    assert not ahead.over
    (tmp_path / "gate").touch()
    qtbot.waitUntil(lambda: heard.of("ahead") == [1], timeout=LONG_MS)
    assert failed.state == "failed"
    assert heard.of("told") == []


def test_a_closed_engine_tells_nothing_more(heard: Heard, qtbot: QtBot) -> None:
    engine = Engine(WorkerCompute(threads=1, patience=0.3, bodies_under=UNDER))
    engine.view(View(1), "a", heard("done")).wait(20)
    engine.job(Forever(), heard("progress"), heard("done"))
    engine.close()
    qtbot.wait(50)
    assert heard.news == []
    assert left_over() == []


PROGRAM = """
import sys
import numpy as np
from qtpy.QtCore import QCoreApplication
import napari_geofm.jobs.view_specs
from napari_geofm.jobs.specs import FeaturesSpec
from napari_geofm.gui.engine import Engine
import pathlib

def main():
    application = QCoreApplication([])
    found = []
    np.save(sys.argv[1], np.zeros((3, 20, 20), np.float32))
    engine = Engine()
    assert engine._compute is None  # the worker is started with the first request, not with the window
    def failed(why):
        found.append(why)
        application.quit()
    # Too small a thing to need weights: a file that is not there; its refusal comes from the worker.
    engine.view(FeaturesSpec(pathlib.Path(sys.argv[1] + ".missing.npy")), "a", found.append, failed)
    application.exec()
    engine.close()
    print(found)
    print(sorted({"torch", "timm", "peft", "sklearn"} & set(sys.modules)))

if __name__ == "__main__":
    main()
"""


def test_the_windows_process_holds_no_torch(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path / "a.npy")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer, loaded = done.stdout.splitlines()
    assert "missing.npy" in answer
    assert loaded == "[]"


def test_who_asks_after_the_end_starts_no_worker(heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(engine_module, "WorkerCompute", start)
    engine = Engine()
    engine.close()
    handles = [
        engine.view(View(7), "a", heard("done"), heard("failed")),
        engine.ahead(View(7), "a", heard("done")),
        engine.job(Train(1), heard("progress"), heard("done"), heard("failed")),
    ]
    assert {handle.state for handle in handles} == {"cancelled"}
    assert not engine.busy
    assert heard.news == []


def test_two_windows_read_one_file_in_two_ways(qtbot: QtBot, heard: Heard, tmp_path: Path) -> None:
    values, traces = gathers(20, 30, n_samples=40)
    file = write(tmp_path / "gathers.sgy", traces)
    with WorkerCompute(threads=1) as compute:
        windows = {}
        for offset in (500, 700):
            survey = open_survey(file, options=SegyOptions(offset=offset), remembered=False)
            windows[offset] = Engine(compute)
            windows[offset].surveyed = (survey.path, options_of(survey))
        for offset, engine in windows.items():
            spec = IngestSpec(file, tmp_path / f"{offset}.zarr")
            engine.job(spec, heard("progress"), heard(str(offset)), heard("failed"))
        qtbot.waitUntil(lambda: bool((heard.of("500") and heard.of("700")) or heard.of("failed")), timeout=LONG_MS)
        assert heard.of("failed") == []
        for offset, place in ((500, 2), (700, 3)):
            copy = open_survey(tmp_path / f"{offset}.zarr")
            np.testing.assert_array_equal(copy.data.values, values[:, :, place])
        for engine in windows.values():
            engine.close()
