"""Jobs on a Dask cluster: on a machine with a GPU, say, that sees the same files under the same names.

One worker does a job from its start to its end. The cluster is one's own: whoever reaches its port can run anything
there.
"""

import dataclasses
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar, cast

from napari_geofm.compute.failure import Failure
from napari_geofm.compute.run import Run
from napari_geofm.core.progress import Control, Progress
from napari_geofm.errors import CancelledError, JobError, UsageError
from napari_geofm.jobs.spec import JobSpec

__all__ = ["ClusterCompute", "absolute"]

R = TypeVar("R")
T = TypeVar("T")

ANSWER_S = 10
"""Seconds in which a scheduler has to answer."""
LOOK_S = 0.5
"""Seconds between two looks at whether the job is to end, each of which goes to the scheduler and back."""
TELL_S = 0.2
"""Seconds between two reports."""


class ClusterCompute:
    """Runs each job on a worker of a cluster.

    Parameters
    ----------
    address
        The scheduler's, as ``"tcp://host:8786"``.
    bodies_under
        Further modules that bodies may lie under, each ending in a dot.

    Raises
    ------
    UsageError
        When Dask is not installed, or no scheduler answers.
    """

    def __init__(self, address: str, *, bodies_under: tuple[str, ...] = ()) -> None:
        try:
            from distributed import Client
        except ImportError:
            msg = f"--scheduler {address} needs Dask, which is not installed; pip install 'napari-geofm[dask]'"
            raise UsageError(msg) from None
        self._bodies_under = bodies_under
        try:
            self._client: Client = Client(address, timeout=ANSWER_S, set_as_default=False)
        except (OSError, TimeoutError, ValueError) as error:
            why = " ".join(str(error).split())[:120]
            msg = f"--scheduler {address}: no Dask scheduler answers ({why}); start one, or leave --scheduler out"
            raise UsageError(msg) from None

    def run(self, spec: JobSpec[R], report: Callable[[Progress], None] | None = None) -> R:
        """Run ``spec`` on a worker, hand progress to ``report`` (in a thread of Dask's), and return the result.

        The first Ctrl+C asks the body to cancel, which it does at its next look; the second leaves it to itself.

        Raises
        ------
        CancelledError
            After Ctrl+C.
        GeoFMError
            Whatever the body refuses; JobError for anything unexpected, and for a worker that was lost.
        """
        from distributed import Event

        name = f"geofm-{uuid.uuid4().hex}"

        def heard(event: tuple[float, Any]) -> None:
            if report is not None:
                # The cluster adds to a message who sent it.
                report(Progress(**event[1]["progress"]))

        self._client.subscribe_topic(name, heard)
        try:
            future = self._client.submit(
                _done_there, absolute(spec), name, self._bodies_under, key=name, pure=False, retries=0
            )
            outcome = self._waited(future, Event(name, client=self._client))
        finally:
            self._client.unsubscribe_topic(name)
        if isinstance(outcome, Failure):
            raise outcome.error()
        return cast("R", outcome)

    def close(self) -> None:
        """Leave the cluster, which goes on."""
        self._client.close()

    def __enter__(self) -> "ClusterCompute":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _waited(self, future: Any, cancel: Any) -> object:
        """Return what the worker found; Ctrl+C sets ``cancel``."""
        asked = False
        while True:
            try:
                return future.result(timeout=LOOK_S)
            except TimeoutError:
                continue
            except KeyboardInterrupt:
                if asked:
                    raise CancelledError("Interrupted; the cluster ends the job at its next look.") from None
                asked = True
                cancel.set()
            except Exception as error:
                why = " ".join(str(error).split())[:200]
                msg = f"The cluster lost the job ({type(error).__name__}: {why}); look at its workers' logs, try again."
                raise JobError(msg) from error


def absolute(value: T) -> T:
    """Return a spec whose paths are absolute: a worker's folder is another one."""
    if isinstance(value, Path):
        return cast("T", value.absolute())
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return cast("T", tuple(absolute(each) for each in value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        own = {each.name: getattr(value, each.name) for each in dataclasses.fields(value) if each.init}
        changed = {name: absolute(each) for name, each in own.items()}
        if any(changed[name] is not each and changed[name] != each for name, each in own.items()):
            return cast("T", dataclasses.replace(value, **changed))
    return value


def _done_there(spec: JobSpec[Any], name: str, bodies_under: tuple[str, ...]) -> object:
    """Do a job in a worker of the cluster; return its result, or why there is none."""
    from distributed import Event, get_worker

    worker, flag = get_worker(), Event(name)
    looked, told, cancelled = time.monotonic(), 0.0, False

    def look() -> bool:
        nonlocal looked, cancelled
        if not cancelled and time.monotonic() - looked > LOOK_S:
            looked, cancelled = time.monotonic(), bool(flag.is_set())
        return cancelled

    run = Run(spec, Control(look), bodies_under)
    try:
        while (news := run.step()) is not None:
            if time.monotonic() - told > TELL_S:
                told = time.monotonic()
                plain = dataclasses.asdict(news) | {"numbers": dict(news.numbers)}
                worker.log_event(name, {"progress": plain})
    except BaseException as error:  # noqa: BLE001 (what a body raises may not be one that can be pickled)
        return Failure.of(error, spec.title)
    else:
        return run.result
    finally:
        run.close()
