"""The lanes, cancel and stop of the worker process."""

import time
from pathlib import Path

import pytest

from napari_geofm.compute.worker_compute import WorkerCompute
from napari_geofm.errors import CancelledError, JobError
from tests.compute.lookout import LONG, reached, stands_at
from tests.compute.toys import UNDER, Forever, Plain, Train, View


def test_view_is_answered_while_a_job_trains(compute: WorkerCompute, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    job = compute.submit_job(Train(3, {1: gate}))
    assert reached(job, "training, step 1").wait(LONG)
    early = compute.submit_view(View(1))
    gate.touch()
    assert early.result(LONG) == 1
    assert job.result(LONG) == 2

    endless = compute.submit_job(Forever())
    assert reached(endless, "training, step 3").wait(LONG)
    assert [compute.submit_view(View(value)).result(LONG) for value in range(5)] == [0, 1, 2, 3, 4]
    assert endless.state == "running"
    endless.stop()
    endless.result(LONG)


def test_newest_view_replaces_the_waiting_one_of_its_key(compute: WorkerCompute, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    begun = compute.submit_view(View(1, gate))
    assert reached(begun, "computing a view").wait(LONG)
    older = compute.submit_view(View(2))
    other = compute.submit_view(View(3), key="other")
    newest = compute.submit_view(View(4))
    assert older.state == "superseded"
    with pytest.raises(CancelledError, match="newer"):
        older.result(0)
    gate.touch()
    assert [begun.result(LONG), other.result(LONG), newest.result(LONG)] == [1, 3, 4]
    assert older.state == "superseded"


def test_jobs_queue_and_a_model_has_one_at_a_time(compute: WorkerCompute, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    first = compute.submit_job(Train(1, {0: gate}, model="facies"))
    second = compute.submit_job(Train(2, model="salt"))
    assert reached(first, "training, step 0").wait(LONG)
    with pytest.raises(JobError, match=r"Model 'facies' is busy \(training, step 0\); .* cancel"):
        compute.submit_job(Train(1, model="facies"))
    status = compute.status()
    assert (status.state, status.doing, status.waiting, status.restarts) == ("busy", "training, step 0", 1, 0)
    assert second.state == "waiting"
    gate.touch()
    assert [first.result(LONG), second.result(LONG)] == [0, 1]
    assert compute.submit_job(Train(1, model="facies")).result(LONG) == 0


def test_stop_keeps_the_best(compute: WorkerCompute) -> None:
    job = compute.submit_job(Train(1_000_000))
    assert reached(job, "training, step 5").wait(LONG)
    job.stop()
    assert 5 <= job.result(LONG) < 999_999
    assert job.state == "done"
    assert compute.status().restarts == 0


def test_stop_of_a_job_that_has_not_begun_cancels_it(compute: WorkerCompute, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    first = compute.submit_job(Train(1, {0: gate}))
    second = compute.submit_job(Train(1))
    second.stop()
    assert second.state == "cancelled"
    gate.touch()
    assert first.result(LONG) == 0


def test_cancel_is_over_at_once_and_a_body_that_looks_keeps_its_worker(compute: WorkerCompute, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    job = compute.submit_job(Train(1, {0: tmp_path / "never"}, closed=closed))
    stands_at(tmp_path / "never")
    pid = compute.status().pid
    job.cancel()
    assert job.state == "cancelled"
    assert compute.submit_view(View(5)).result(LONG) == 5
    assert closed.exists()
    assert (compute.status().pid, compute.status().restarts) == (pid, 0)


def test_cancel_of_a_deaf_body_restarts_the_worker_and_reruns_what_waits(
    compute: WorkerCompute, tmp_path: Path
) -> None:
    job = compute.submit_job(Train(1, {0: tmp_path / "never"}, deaf=True, model="facies"))
    stands_at(tmp_path / "never")
    view = compute.submit_view(View(6))
    queued = compute.submit_job(Train(3))
    pid = compute.status().pid
    before = time.monotonic()
    job.cancel()
    with pytest.raises(CancelledError):
        job.result(0)
    assert time.monotonic() - before < 0.1
    again = compute.submit_job(Train(2, model="facies"))
    assert [view.result(LONG), queued.result(LONG), again.result(LONG)] == [6, 2, 1]
    status = compute.status()
    assert status.pid != pid
    assert status.restarts == 1
    assert job.state == "cancelled"


def test_cancel_of_a_waiting_request_disturbs_nobody(compute: WorkerCompute, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    job = compute.submit_job(Train(1, {0: gate}))
    assert reached(job, "training, step 0").wait(LONG)
    view, queued = compute.submit_view(View(1)), compute.submit_job(Train(1))
    view.cancel()
    queued.cancel()
    gate.touch()
    assert job.result(LONG) == 0
    assert (view.state, queued.state, compute.status().restarts) == ("cancelled", "cancelled", 0)


def test_cancel_of_a_deaf_view_waits_for_a_job_rather_than_lose_it(compute: WorkerCompute, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    job = compute.submit_job(Forever())
    assert reached(job, "training, step 0").wait(LONG)
    view = compute.submit_view(View(1, gate, deaf=True))
    stands_at(gate)
    view.cancel()
    assert not job.wait(0.6)  # twice the patience
    gate.touch()
    job.stop()
    assert job.result(LONG) > 0
    assert compute.status().restarts == 0


def test_cancel_of_a_deaf_view_alone_restarts_the_worker(compute: WorkerCompute, tmp_path: Path) -> None:
    view = compute.submit_view(View(1, tmp_path / "never", deaf=True))
    stands_at(tmp_path / "never")
    view.cancel()
    assert compute.submit_view(View(2)).result(LONG) == 2
    assert compute.status().restarts == 1


def test_a_view_that_was_left_ends_at_its_next_look_and_the_worker_stays(
    compute: WorkerCompute, tmp_path: Path
) -> None:
    """What the next view needs is in the worker: it is not killed, however long the look takes to come."""
    gate = tmp_path / "gate"
    left = compute.submit_view(View(1, gate, deaf=True), key="prediction")
    stands_at(gate)
    pid = compute.status().pid
    left.abandon()
    assert left.state == "superseded"
    wanted = compute.submit_view(View(2), key="prediction")
    time.sleep(0.5)  # beyond the patience with a body that is cancelled
    assert (compute.status().pid, wanted.state) == (pid, "waiting")
    gate.touch()
    assert wanted.result(LONG) == 2
    obedient = compute.submit_view(View(1, tmp_path / "never"), key="prediction")
    stands_at(tmp_path / "never")
    obedient.abandon()
    assert compute.submit_view(View(3), key="prediction").result(LONG) == 3
    assert (compute.status().pid, compute.status().restarts) == (pid, 0)


def test_callbacks_hear_all_in_order_and_late_ones_too(compute: WorkerCompute) -> None:
    job = compute.submit_job(Train(4))
    ended: list[str] = []
    job.on_done(lambda handle: ended.append(handle.state))
    assert job.result(LONG) == 3
    heard: list[float] = []
    job.on_progress(lambda progress: heard.append(progress.numbers["loss"]))
    assert heard == [1, 1 / 2, 1 / 3, 1 / 4]
    job.on_done(lambda handle: ended.append("late"))
    compute.submit_view(View(0)).result(LONG)  # the thread that called back has gone on
    assert ended == ["done", "late"] or ended == ["late", "done"]


def test_a_callback_that_fails_is_logged_and_harms_nothing(
    compute: WorkerCompute, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        raise RuntimeError("in the window")

    view = compute.submit_view(View(1))
    view.on_done(broken)
    assert view.result(LONG) == 1
    assert compute.submit_view(View(2)).result(LONG) == 2
    assert "in the window" in caplog.text


def test_result_waits_only_as_long_as_asked(compute: WorkerCompute, tmp_path: Path) -> None:
    view = compute.submit_view(View(1, tmp_path / "gate"))
    with pytest.raises(TimeoutError):
        view.result(0.01)
    (tmp_path / "gate").touch()
    assert view.result(LONG) == 1


def test_close_cancels_what_is_left_even_deaf(tmp_path: Path) -> None:
    compute = WorkerCompute(threads=1, patience=0.2, bodies_under=UNDER)
    job = compute.submit_job(Train(1, {0: tmp_path / "never"}, deaf=True))
    queued = compute.submit_job(Train(1))
    stands_at(tmp_path / "never")
    compute.close()
    compute.close()
    assert (job.state, queued.state, compute.status().state) == ("cancelled", "cancelled", "closed")
    assert compute.status().pid is None
    job.cancel()
    with pytest.raises(JobError, match="closed"):
        compute.submit_view(View(1))


def test_close_lets_an_obedient_body_clean_up(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    with WorkerCompute(threads=1, patience=LONG, bodies_under=UNDER) as compute:
        compute.submit_job(Train(1, {0: tmp_path / "never"}, closed=closed))
        stands_at(tmp_path / "never")
    assert closed.exists()


def test_close_before_the_worker_is_up() -> None:
    WorkerCompute(threads=1, bodies_under=UNDER).close()


def test_a_worker_that_cannot_start_is_given_up_after_three_and_tried_again_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from napari_geofm.compute import keeper

    tried = []

    class Broken:
        def __init__(self, *_: object) -> None:
            tried.append(1)
            raise OSError("no process left")

    with monkeypatch.context() as patch:
        patch.setattr(keeper, "WorkerProcess", Broken)
        compute = WorkerCompute(threads=1, bodies_under=UNDER)
        with compute:
            handle = compute.submit_view(View(1))
            with pytest.raises(JobError, match=r"cannot be started \(no process left\).*try again"):
                handle.result(LONG)
            assert compute.status().state == "failed"
            assert len(tried) in {3, 6}  # three each time it is asked
            patch.undo()
            assert compute.submit_view(View(2)).result(LONG) == 2


def test_a_spec_that_names_no_body_fails_in_one_line(compute: WorkerCompute) -> None:
    with pytest.raises(JobError, match="generator"):
        compute.run(Plain())
