"""Messages between the viewer's process and the worker: short ones by the pipe, large ones through shared memory."""

import contextlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from napari_geofm.compute.parcel import Parcel
from napari_geofm.compute.segments import Segments

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["Channel", "Kind", "Message"]

Kind = Literal[
    "view",  # parent: do this view next
    "job",  # parent: do this job
    "ahead",  # parent: do this view while there is no other
    "withdraw",  # parent: forget the request if it has not begun, or is done ahead
    "end",  # parent: leave
    "ready",  # worker: it listens
    "started",  # worker: the request has begun
    "progress",  # worker: how far it is
    "done",  # worker: its result
    "failed",  # worker: why it has none
    "cancelled",  # worker: it was dropped, begun or not
    "release",  # both, within the channel: the segment was read
]

INLINE = 32 * 1024
"""Bytes up to which a message goes by the pipe whole: less than a pipe holds, so that sending does not block."""
PIECE = 16 * 1024 * 1024
"""Bytes sent at once where shared memory has no room and the pipe must do."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message: what about (``kind``), which request (``task``, 0 for none), and what it carries."""

    kind: Kind
    task: int = 0
    parcel: Parcel | None = None

    def unpack(self) -> Any:
        """Return the object it carries, None where it carries none."""
        return None if self.parcel is None else self.parcel.unpack()


@dataclass(frozen=True, slots=True)
class Envelope:
    """What goes by the pipe for a message: its parts, or where they are and how long each is."""

    kind: Kind
    task: int
    sizes: tuple[int, ...] = ()
    inline: tuple[bytearray, ...] = ()
    segment: int = 0


class Channel:
    """One end of the connection. Any thread may send; a single thread receives.

    Parameters
    ----------
    connection
        This end of the pipe.
    prefix
        Start of the names of shared-memory segments, the same at both ends.
    parent
        Whether this is the parent's end, which unlinks the segments of both directions.
    """

    def __init__(self, connection: "Connection[Any, Any]", prefix: str, *, parent: bool) -> None:
        self.connection = connection
        self._parent = parent
        ours, theirs = ("p", "w") if parent else ("w", "p")
        self._outgoing = Segments(f"{prefix}{ours}")
        self._incoming = Segments(f"{prefix}{theirs}")
        self._sending = threading.Lock()

    def send(self, kind: Kind, task: int = 0, parcel: Parcel | None = None) -> None:
        """Send a message.

        Raises
        ------
        OSError
            When the other side is gone.
        """
        with self._sending:
            if parcel is None:
                self.connection.send(Envelope(kind, task))
            elif sum(parcel.sizes) <= INLINE:
                inline = tuple(bytearray(part) for part in parcel.parts)
                self.connection.send(Envelope(kind, task, inline=inline))
            else:
                self._send_large(kind, task, parcel)

    def receive(self) -> Message | None:
        """Wait for a message and return it, or None for one that concerned the channel alone.

        Raises
        ------
        EOFError, OSError
            When the other side is gone.
        """
        envelope: Envelope = self.connection.recv()
        if envelope.kind == "release":
            self._outgoing.release(envelope.segment, unlink=self._parent)
            return None
        if envelope.inline:
            return Message(envelope.kind, envelope.task, Parcel(envelope.inline))
        if not envelope.sizes:
            return Message(envelope.kind, envelope.task)
        if not envelope.segment:
            return Message(envelope.kind, envelope.task, Parcel.join([self._piped(size) for size in envelope.sizes]))
        parts = self._incoming.take(envelope.segment, envelope.sizes, unlink=self._parent)
        with self._sending, contextlib.suppress(OSError):  # the last words of a process that is gone are heard too
            self.connection.send(Envelope("release", 0, segment=envelope.segment))
        return Message(envelope.kind, envelope.task, Parcel.join(parts))

    def close(self) -> None:
        """Close this end; at the parent's, first unlink whatever the other side left, which must have ended."""
        self._outgoing.release_all(unlink=self._parent)
        if self._parent:
            self._incoming.sweep()
        self.connection.close()

    def _send_large(self, kind: Kind, task: int, parcel: Parcel) -> None:
        try:
            segment = self._outgoing.put(parcel.parts)
        except OSError:  # no room in shared memory: slower, the same result
            self.connection.send(Envelope(kind, task, parcel.sizes))
            for part in parcel.parts:
                for start in range(0, len(part), PIECE):
                    self.connection.send_bytes(memoryview(part)[start : start + PIECE])
        else:
            self.connection.send(Envelope(kind, task, parcel.sizes, segment=segment))

    def _piped(self, size: int) -> bytearray:
        whole = bytearray(size)
        offset = 0
        while offset < size:
            offset += self.connection.recv_bytes_into(whole, offset)
        return whole
