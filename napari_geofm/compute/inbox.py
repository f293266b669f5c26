"""What a worker has been asked for and has not begun."""

import threading
from collections import deque

from napari_geofm.compute.channel import Message

__all__ = ["Inbox"]


class Inbox:
    """Requests in three lanes, filled by the thread that reads the pipe, emptied by the one that works."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._views: deque[Message] = deque()
        self._jobs: deque[Message] = deque()
        self._aheads: deque[Message] = deque()
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether the worker is to leave."""
        return self._ended

    def put(self, message: Message) -> None:
        """Take in a request."""
        lanes = {"view": self._views, "job": self._jobs, "ahead": self._aheads}
        with self._changed:
            lanes[message.kind].append(message)
            self._changed.notify()

    def withdraw(self, task: int) -> bool:
        """Forget request ``task``; return whether it was here, and so has not begun."""
        with self._changed:
            for lane in (self._views, self._jobs, self._aheads):
                for message in lane:
                    if message.task == task:
                        lane.remove(message)
                        return True
        return False

    def end(self) -> None:
        """Let the worker leave."""
        with self._changed:
            self._ended = True
            self._changed.notify()

    def wait(self) -> None:
        """Wait until there is something to do."""
        with self._changed:
            self._changed.wait_for(lambda: self._views or self._jobs or self._aheads or self._ended)

    @property
    def views(self) -> int:
        """How many views wait."""
        return len(self._views)

    @property
    def pressing(self) -> bool:
        """Whether something waits that is not done ahead."""
        return bool(self._views or self._jobs)

    def next_view(self) -> Message | None:
        """Take out the view that has waited longest."""
        with self._changed:
            return self._views.popleft() if self._views else None

    def next_job(self) -> Message | None:
        """Take out the job that has waited longest."""
        with self._changed:
            return self._jobs.popleft() if self._jobs else None

    def next_ahead(self) -> Message | None:
        """Take out what has waited longest of that which is done ahead."""
        with self._changed:
            return self._aheads.popleft() if self._aheads else None
