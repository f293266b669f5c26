"""What is done ahead: never in the way, begun anew, forgotten when something else is wanted ahead."""

import threading
from pathlib import Path

from napari_geofm.compute.ledger import Ledger
from napari_geofm.compute.worker_compute import WorkerCompute
from tests.compute.lookout import LONG, reached, stands_at
from tests.compute.test_ledger import begin, handle, sent
from tests.compute.toys import Die, Forever, Train, View


def test_a_view_goes_first_and_what_was_done_ahead_is_begun_anew(compute: WorkerCompute, tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    begun, report = threading.Semaphore(0), "computing a view"
    ahead = compute.submit_ahead(View(1, gate))
    ahead.on_progress(lambda progress: begun.release() if progress.text == report else None)
    assert begun.acquire(timeout=LONG)
    stands_at(gate)
    # The gate is shut, so that this is answered only because what stands before it makes way.
    assert compute.submit_view(View(2)).result(LONG) == 2
    assert begun.acquire(timeout=LONG)
    assert not ahead.over
    gate.touch()
    assert ahead.result(LONG) == 1
    assert compute.status().restarts == 0


def test_a_job_goes_first_and_trains_beside_what_is_done_ahead(compute: WorkerCompute, tmp_path: Path) -> None:
    ahead = compute.submit_ahead(View(1, tmp_path / "gate"))
    stands_at(tmp_path / "gate")
    job = compute.submit_job(Forever())
    assert reached(job, "training, step 0").wait(LONG)
    (tmp_path / "gate").touch()
    assert ahead.result(LONG) == 1
    assert not job.over
    job.stop()
    job.result(LONG)


def test_the_newest_of_a_key_alone_lives_though_the_older_has_begun(compute: WorkerCompute, tmp_path: Path) -> None:
    older = compute.submit_ahead(View(1, tmp_path / "never"))
    other = compute.submit_ahead(View(2), key="other")
    stands_at(tmp_path / "never")
    newest = compute.submit_ahead(View(3))
    assert older.state == "superseded"
    assert [other.result(LONG), newest.result(LONG)] == [2, 3]
    assert compute.status().restarts == 0


def test_a_cancel_needs_no_new_worker(compute: WorkerCompute, tmp_path: Path) -> None:
    ahead = compute.submit_ahead(View(1, tmp_path / "never"))
    stands_at(tmp_path / "never")
    assert compute.status().state == "ready"  # what is done ahead does not show as work
    ahead.cancel()
    assert compute.submit_ahead(View(2), key="other").result(LONG) == 2
    assert compute.status().restarts == 0


def test_a_killed_worker_is_followed_by_one_that_does_it(compute: WorkerCompute, tmp_path: Path) -> None:
    ahead = compute.submit_ahead(View(1, tmp_path / "gate"))
    stands_at(tmp_path / "gate")
    job = compute.submit_job(Die("kill"))
    assert job.wait(LONG)
    (tmp_path / "gate").touch()
    assert ahead.result(LONG) == 1
    assert compute.status().restarts == 1


def test_what_kills_its_worker_twice_is_given_up(compute: WorkerCompute) -> None:
    ahead = compute.submit_ahead(Die("kill"))
    assert ahead.wait(LONG)
    assert ahead.state == "failed"
    assert compute.submit_view(View(1)).result(LONG) == 1


def test_closing_does_not_wait_for_it(compute: WorkerCompute, tmp_path: Path) -> None:
    ahead = compute.submit_ahead(View(1, tmp_path / "never"))
    stands_at(tmp_path / "never")
    compute.close()
    assert ahead.state == "cancelled"


def test_the_ledger_withdraws_what_has_begun_ahead() -> None:
    ledger = Ledger()
    first, second = handle(10), handle(11)
    ledger.add_view(first, "a", "ahead")
    ledger.add_view(handle(12), "a")
    assert sent(ledger) == [("ahead", 10), ("view", 12)]
    begin(ledger, 10)
    assert ledger.add_view(second, "a", "ahead") == [first]
    first.drop("superseded", "Replaced.")
    assert sent(ledger) == [("withdraw", 10), ("ahead", 11)]
    assert sent(ledger) == []


def test_a_training_is_not_starved(compute: WorkerCompute) -> None:
    job = compute.submit_job(Train(50))
    aheads = [compute.submit_ahead(View(number), key=str(number)) for number in range(20)]
    assert job.result(LONG) == 49
    assert [each.result(LONG) for each in aheads] == list(range(20))
