"""The reader's thread: the newest request wins, the window never waits, what fails is told in words."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from qtpy.QtWidgets import QApplication

from napari_geofm.core.region import At
from napari_geofm.errors import AxisError
from napari_geofm.gui.canvas.reading import PATIENCE_S, Reader


@pytest.fixture
def made(qtbot: QtBot) -> Iterator[Callable[[Callable[[At], Any]], Reader]]:
    readers: list[Reader] = []

    def make(read: Callable[[At], Any]) -> Reader:
        readers.append(Reader(read))
        return readers[-1]

    yield make
    for each in readers:
        each.close()


def at(number: int) -> At:
    return At("inline", number)


def test_of_many_requests_the_first_and_the_newest_are_read(
    made: Callable[[Callable[[At], Any]], Reader], qtbot: QtBot
) -> None:
    begun, go_on, read = threading.Event(), threading.Event(), []

    def reading(place: At) -> Any:
        read.append(place)
        begun.set()
        go_on.wait(10)
        assert threading.current_thread() is not threading.main_thread()
        return place, None

    reader, shown = made(reading), []
    reader.done.connect(lambda section, _: shown.append(section))
    reader.ask(at(1))
    assert begun.wait(5)
    for number in range(2, 40):
        reader.ask(at(number))
    go_on.set()
    qtbot.waitUntil(lambda: bool(shown), timeout=5000)
    assert read == [at(1), at(39)]
    assert shown == [at(39)]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AxisError("inline 7 does not occur; the nearest is 8"), "the nearest is 8"),
        (OSError(5, "Input/output error"), "check the disk"),
        (RuntimeError("bad chunk"), "may be damaged there"),
    ],
)
def test_what_fails_is_told_and_the_next_is_read(
    made: Callable[[Callable[[At], Any]], Reader], qtbot: QtBot, error: Exception, words: str
) -> None:
    def reading(place: At) -> Any:
        if place == at(7):
            raise error
        return place, None

    reader = made(reading)
    with qtbot.waitSignal(reader.failed, timeout=5000) as failed:
        reader.ask(at(7))
    assert words in failed.args[0]
    assert "Traceback" not in failed.args[0]
    with qtbot.waitSignal(reader.done, timeout=5000) as done:
        reader.ask(at(8))
    assert done.args[0] == at(8)


def test_nothing_is_told_after_closing(made: Callable[[Callable[[At], Any]], Reader], qtbot: QtBot) -> None:
    begun, go_on, shown = threading.Event(), threading.Event(), []

    def reading(place: At) -> Any:
        begun.set()
        go_on.wait(10)
        return place, None

    reader = made(reading)
    reader.done.connect(lambda section, _: shown.append(section))
    reader.ask(at(1))
    assert begun.wait(5)
    go_on.set()
    reader.close()
    qtbot.wait(50)
    assert shown == []


def test_what_is_read_quickly_comes_before_the_window_is_drawn(
    made: Callable[[Callable[[At], Any]], Reader], qtbot: QtBot
) -> None:
    reader, shown = made(lambda place: (place, None)), []
    reader.done.connect(lambda section, _: shown.append(section))
    reader.ask(at(1))
    # One turn of the event loop, without a moment for the thread: it has read already.
    QApplication.sendPostedEvents()
    assert shown == [at(1)]


def test_the_window_waits_for_a_slow_disk_once(made: Callable[[Callable[[At], Any]], Reader], qtbot: QtBot) -> None:
    go_on, taken = threading.Event(), []

    def slow(place: At) -> Any:
        go_on.wait(10)
        return place, None

    reader, shown = made(slow), []
    reader.done.connect(lambda section, _: shown.append(section))
    for number in range(1, 30):
        before = time.perf_counter()
        reader.ask(at(number))
        taken.append(time.perf_counter() - before)
    # Patience for the first one only; the others come while it is being read.
    assert sum(each > PATIENCE_S / 2 for each in taken) <= 3
    go_on.set()
    qtbot.waitUntil(lambda: bool(shown), timeout=5000)
    assert shown == [at(29)]


def test_the_next_section_is_read_ahead(qtbot: QtBot) -> None:
    read: list[At] = []
    shown: list[At] = []

    def reading(place: At) -> Any:
        read.append(place)
        return place, None

    def beyond(before: At, after: At) -> At | None:
        there = 2 * int(after.value or 0) - int(before.value or 0)
        return at(there) if there < 8 else None

    reader = Reader(reading, beyond)
    reader.done.connect(lambda section, _: shown.append(section))
    try:
        for number, ahead in ((1, []), (3, [at(5)]), (5, [at(7)]), (7, []), (6, [at(5)])):
            known = len(read)
            reader.ask(at(number))
            qtbot.waitUntil(lambda number=number: shown[-1:] == [at(number)], timeout=5000)  # type: ignore[misc]
            wanted = ([] if number in {5, 7} else [at(number)]) + ahead
            qtbot.waitUntil(lambda wanted=wanted, known=known: read[known:] == wanted, timeout=5000)  # type: ignore[misc]
        qtbot.wait(60)
        assert shown == [at(1), at(3), at(5), at(7), at(6)]
        assert read == [at(1), at(3), at(5), at(7), at(6), at(5)]
    finally:
        reader.close()


def test_what_is_being_read_ahead_is_not_read_twice(qtbot: QtBot) -> None:
    begun, go_on, read = threading.Event(), threading.Event(), []

    def reading(place: At) -> Any:
        read.append(place)
        if place == at(3):
            begun.set()
            go_on.wait(10)
        return place, None

    shown: list[At] = []
    reader = Reader(reading, lambda before, after: at(3) if after == at(2) else None)
    reader.done.connect(lambda section, _: shown.append(section))
    try:
        reader.ask(at(1))
        reader.ask(at(2))
        qtbot.waitUntil(begun.is_set, timeout=5000)
        reader.ask(at(3))
        go_on.set()
        qtbot.waitUntil(lambda: shown[-1:] == [at(3)], timeout=5000)
        qtbot.wait(60)
        assert read == [at(1), at(2), at(3)]
    finally:
        go_on.set()
        reader.close()


def test_what_was_read_ahead_of_a_file_that_changed_is_read_anew(qtbot: QtBot) -> None:
    read: list[At] = []
    state = ["as opened"]

    def reading(place: At) -> Any:
        read.append(place)
        return (place, state[0]), None

    shown: list[Any] = []
    reader = Reader(reading, lambda _, after: at(int(after.value or 0) + 1), lambda: state[0])
    reader.done.connect(lambda section, _: shown.append(section))
    try:
        reader.ask(at(1))
        qtbot.waitUntil(lambda: len(shown) == 1, timeout=5000)
        reader.ask(at(2))
        qtbot.waitUntil(lambda: read[-1:] == [at(3)], timeout=5000)
        qtbot.waitUntil(lambda: reader._ahead is not None, timeout=5000)
        state[0] = "changed"
        reader.ask(at(3))
        qtbot.waitUntil(lambda: shown[-1:] == [(at(3), "changed")], timeout=5000)
    finally:
        reader.close()
