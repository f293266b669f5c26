"""The rules of the lanes, without a process."""

from typing import Any

import pytest

from napari_geofm.compute.handle import Handle
from napari_geofm.compute.ledger import Ledger
from napari_geofm.errors import JobError
from tests.compute.toys import Train, View


def handle(number: int, model: str | None = None) -> Handle[Any]:
    return Handle(number, Train(1, model=model) if number < 10 else View(number))


def sent(ledger: Ledger) -> list[tuple[str, int]]:
    return [(kind, task.number) for kind, task in ledger.due()]


def begin(ledger: Ledger, number: int) -> None:
    task = ledger.get(number)
    assert task is not None
    task.started = True


def test_views_go_at_once_and_jobs_one_by_one() -> None:
    ledger = Ledger()
    ledger.add_job(handle(1))
    ledger.add_job(handle(2))
    assert ledger.add_view(handle(10), "a") == []
    assert ledger.add_view(handle(11), "b") == []
    assert sent(ledger) == [("job", 1), ("view", 10), ("view", 11)]
    assert sent(ledger) == []
    ledger.remove(1)
    assert sent(ledger) == [("job", 2)]


def test_a_view_is_replaced_until_it_begins() -> None:
    ledger = Ledger()
    first, second, third = handle(10), handle(11), handle(12)
    ledger.add_view(first, "a")
    sent(ledger)
    assert ledger.add_view(second, "a") == [first]
    first.drop("superseded", "Replaced.")
    assert sent(ledger) == [("withdraw", 10), ("view", 11)]
    begin(ledger, 11)
    assert ledger.add_view(third, "a") == [first]  # told again, it does not mind
    assert sent(ledger) == [("view", 12)]


def test_a_loss_takes_what_had_begun_and_sends_the_rest_once_more() -> None:
    ledger = Ledger()
    for number in (1, 2):
        ledger.add_job(handle(number))
    ledger.add_view(handle(10), "a")
    sent(ledger)
    begin(ledger, 1)
    assert [task.number for task in ledger.lost()] == [1]
    assert sent(ledger) == [("job", 2), ("view", 10)]  # the job for the first time, the view for the second
    assert [task.number for task in ledger.lost()] == [10]
    assert sent(ledger) == [("job", 2)]
    assert [task.number for task in ledger.lost()] == [2]
    assert len(ledger) == 0


def test_a_kill_for_a_jobs_sake_spares_the_view_under_way() -> None:
    ledger = Ledger()
    job, view = handle(1), handle(10)
    ledger.add_job(job)
    ledger.add_view(view, "a")
    sent(ledger)
    for number in (1, 10):
        begin(ledger, number)
    job.cancel()
    ledger.spare_view()
    assert ledger.lost() == []
    assert sent(ledger) == [("view", 10)]


def test_deadlines_of_views_wait_for_a_job() -> None:
    ledger = Ledger()
    ledger.add_job(handle(1))
    ledger.add_view(handle(10), "a")
    sent(ledger)
    job, view = ledger.get(1), ledger.get(10)
    assert job is not None
    assert view is not None
    job.started = view.started = True
    assert ledger.deadline() is None
    view.deadline = 5.0
    assert ledger.deadline() is None
    job.deadline = 6.0
    assert ledger.deadline() == 5.0
    ledger.remove(10)
    assert ledger.deadline() == 6.0


def test_one_job_per_model() -> None:
    ledger = Ledger()
    first = handle(1, "facies")
    ledger.add_job(first)
    ledger.add_job(handle(2, "salt"))
    ledger.add_job(handle(3))
    ledger.add_job(handle(4))
    with pytest.raises(JobError, match="facies"):
        ledger.add_job(handle(5, "facies"))
    first.cancel()
    ledger.add_job(handle(6, "facies"))
