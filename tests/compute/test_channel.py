"""Parcels, segments and the channel, both ends in this process."""

import errno
import os
import sys
import threading
from collections.abc import Iterator
from multiprocessing import Pipe
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from napari_geofm.compute import segments as module
from napari_geofm.compute.channel import Channel, Message
from napari_geofm.compute.parcel import Parcel
from napari_geofm.compute.segments import Segments
from tests.compute.lookout import segments

Ends = tuple[Channel, Channel]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Parent's and worker's end."""
    here, there = Pipe()
    prefix = f"geofm{os.getpid():x}_t"
    parent, worker = Channel(here, prefix, parent=True), Channel(there, prefix, parent=False)
    yield parent, worker
    worker.close()
    parent.close()


def carry(source: Channel, target: Channel, content: object) -> Message:
    """Send ``content``, from a thread of its own since large messages by the pipe wait for their reader."""
    thread = threading.Thread(target=source.send, args=("done", 7, Parcel.pack(content)))
    thread.start()
    message = target.receive()
    thread.join()
    assert message is not None
    return message


@given(sizes=st.lists(st.integers(0, 60_000), max_size=5), upwards=st.booleans())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_arrives_is_what_was_sent(ends: Ends, sizes: list[int], upwards: bool) -> None:
    source, target = ends[::-1] if upwards else ends
    arrays = [np.arange(size, dtype=np.uint8) for size in sizes]
    message = carry(source, target, arrays)
    assert (message.kind, message.task) == ("done", 7)
    for one, other in zip(message.unpack(), arrays, strict=True):
        np.testing.assert_array_equal(one, other, strict=True)
        assert one.flags.writeable
    while source.connection.poll():
        assert source.receive() is None  # releases
    assert segments() == []


def test_no_room_in_shared_memory_goes_by_the_pipe(ends: Ends, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(name: str, size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module, "_reserve", full)
    array = np.random.default_rng(0).normal(size=400_000)
    for source, target in (ends, ends[::-1]):
        np.testing.assert_array_equal(carry(source, target, array).unpack(), array)
        assert segments() == []


def test_message_without_content(ends: Ends) -> None:
    ends[0].send("withdraw", 3)
    message = ends[1].receive()
    assert message == Message("withdraw", 3)
    assert message.unpack() is None


@pytest.mark.skipif(sys.platform != "linux", reason="shared memory can be listed on Linux only")
def test_the_parent_frees_what_nobody_read(ends: Ends) -> None:
    parent, worker = ends
    parent.send("job", 1, Parcel.pack(np.zeros(100_000)))
    worker.send("done", 1, Parcel.pack(np.zeros(100_000)))
    assert len(segments()) == 2
    worker.close()
    parent.close()
    assert segments() == []


def test_sweep_finds_a_segment_without_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform != "linux":
        pytest.skip("shared memory can be listed on Linux only")
    prefix = f"geofm{os.getpid():x}_s"
    Path("/dev/shm", f"{prefix}1").touch()
    Segments(prefix).sweep()
    assert segments() == []
