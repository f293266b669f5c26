"""Bodies that raise, and workers that die."""

import os
import re
import signal
import sys
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.compute.worker_compute import WorkerCompute
from napari_geofm.errors import GeoFMError, JobError, LabelError
from tests.compute.lookout import LONG, reached, segments, stands_at
from tests.compute.toys import UNDER, Arrays, Die, Fail, Forever, Leak, Missing, Odd, Outside, Train, View

LINES = {
    "runtime": (JobError, r"^An unexpected RuntimeError ended failing: the loss is gone; --debug .*\.$"),
    "memory": (JobError, r"^Out of memory while failing \(Unable to allocate 8\. TiB\); choose a smaller .*\.$"),
    "torch": (JobError, r"^Out of memory while failing \(CUDA out of memory\. Tried .*\); choose .*\.$"),
    "host": (JobError, r"^Out of memory while failing .*; choose .*\.$"),
    "label": (LabelError, r"^Labels hold class 9; the model has 3; choose another model\.$"),
    "awkward": (JobError, r"^An unexpected AwkwardError ended failing: 1 and 2; .*\.$"),
    "stop": (JobError, r"^An unexpected RuntimeError ended failing: generator raised StopIteration; .*\.$"),
}


@pytest.mark.parametrize("fault", LINES)
def test_errors_are_the_same_in_both_places(fault: str) -> None:
    kind, line = LINES[fault]
    error = LocalCompute(bodies_under=UNDER).submit_job(Fail(fault)).error
    assert type(error) is kind
    assert re.match(line, str(error))
    with pytest.raises(kind):
        LocalCompute(bodies_under=UNDER).run(Fail(fault))


def test_worker_lives_on_after_each_error(compute: WorkerCompute) -> None:
    for fault, (kind, line) in LINES.items():
        handle = compute.submit_job(Fail(fault))
        with pytest.raises(kind) as caught:
            handle.result(LONG)
        assert type(caught.value) is kind
        assert re.match(line, str(caught.value))
        assert "toys.py" in caught.value.__notes__[0]
        assert "\n" not in str(caught.value)
        assert compute.submit_view(View(1)).result(LONG) == 1
    with pytest.raises(JobError, match="SystemExit"):
        compute.run(Fail("exit"))
    assert compute.status().restarts == 0


def test_worker_is_replaced_after_a_lasting_error_of_the_device(compute: WorkerCompute) -> None:
    with pytest.raises(JobError, match="device-side assert"):
        compute.run(Fail("device"))
    assert compute.submit_view(View(1)).result(LONG) == 1
    assert compute.status().restarts == 1


@pytest.mark.parametrize(
    ("how", "told"),
    [("kill", "signal 9"), ("segfault", f"signal {int(signal.SIGSEGV)}"), ("status", "exit status 7")],
)
def test_a_death_is_one_line_and_is_not_tried_again(compute: WorkerCompute, how: str, told: str) -> None:
    job = compute.submit_job(Die(how))
    queued = compute.submit_job(Train(2))
    with pytest.raises(JobError) as caught:
        job.result(LONG)
    assert str(caught.value) == (
        f"The worker process ended ({told}) while dying; labels and the last good model are untouched; "
        "it has been started again."
    )
    assert queued.result(LONG) == 1
    assert compute.status().restarts == 1


def test_kill_from_outside_in_the_middle_of_a_job(compute: WorkerCompute, tmp_path: Path) -> None:
    job = compute.submit_job(Train(1, {0: tmp_path / "never"}))
    assert reached(job, "training, step 0").wait(LONG)
    waiting = compute.submit_view(View(3))
    pid = compute.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(JobError, match=r"signal 9\) while training, step 0;"):
        job.result(LONG)
    assert waiting.result(LONG) == 3


def test_a_view_that_kills_takes_the_job_along_in_one_line_each(compute: WorkerCompute, tmp_path: Path) -> None:
    job = compute.submit_job(Forever())
    assert reached(job, "training, step 0").wait(LONG)
    view = compute.submit_view(View(1, tmp_path / "never"))
    stands_at(tmp_path / "never")
    pid = compute.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(JobError, match=r"signal 9\) while computing a view;"):
        view.result(LONG)
    with pytest.raises(JobError, match=r"signal 9\) while computing a view;"):
        job.result(LONG)
    assert compute.submit_view(View(2)).result(LONG) == 2


def test_death_of_an_idle_worker_is_not_noticed(compute: WorkerCompute) -> None:
    assert compute.submit_view(View(1)).result(LONG) == 1
    pid = compute.status().pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert compute.submit_view(View(2)).result(LONG) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="shared memory can be listed on Linux only")
def test_a_worker_killed_before_it_tells_of_a_segment_leaves_none(compute: WorkerCompute) -> None:
    worker = compute._keeper._worker
    while worker is None:
        worker = compute._keeper._worker
    prefix = f"{worker.channel._incoming._prefix}"
    with pytest.raises(JobError, match="while leaking"):
        compute.run(Leak(prefix))
    assert compute.submit_view(View(2)).result(LONG) == 2
    assert segments() == []


def test_results_that_cannot_be_handed_over(compute: WorkerCompute) -> None:
    with pytest.raises(JobError, match=r"^The result of making odd things \(function\) cannot be handed over: "):
        compute.run(Odd("function"))
    assert compute.status().restarts == 0


def test_specs_that_cannot_be_handed_over(compute: WorkerCompute) -> None:
    spec = Arrays(given=lambda: None)  # type: ignore[arg-type]
    with pytest.raises(JobError, match="handing over Arrays"):
        compute.run(spec)
    assert compute.run(Arrays(np.ones(3, np.float32), size=1000))["small"].sum() == 10


@pytest.mark.parametrize("spec", [Outside(), Missing()])
def test_bodies_lie_in_the_house(spec: Outside | Missing) -> None:
    with pytest.raises(GeoFMError, match="correct the spec"):
        LocalCompute(bodies_under=UNDER).run(spec)
    with pytest.raises(JobError, match="below napari_geofm"):
        LocalCompute().run(spec)
