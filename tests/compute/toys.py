"""Specs and bodies for the tests of compute. A gate is a file: a body that stands before it goes on once it exists.

That it stands there it tells by another file, so that no test needs to guess the time.
"""

import ctypes
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import CancelledError, LabelError
from napari_geofm.jobs.spec import JobSpec, Lane

UNDER = ("tests.",)


def wait_for(gate: Path, looks: Callable[[], None] = lambda: None) -> None:
    gate.with_suffix(".reached").touch()
    for _ in range(20_000):
        looks()
        if gate.exists():
            return
        time.sleep(0.001)
    raise AssertionError(f"nobody opened {gate}")


def deaf_ear(gate: Path, control: Control) -> Callable[[], None]:
    """Return a look at ``control`` that tells of a cancel by a file, and otherwise ignores it."""

    def look() -> None:
        try:
            control.check()
        except CancelledError:
            gate.with_suffix(".heard").touch()

    return look


@dataclass(frozen=True, slots=True)
class View(JobSpec[int]):
    """Returns ``value``; before that stands at ``gate``, deaf or not to a cancel."""

    body: ClassVar[str] = "tests.compute.toys:view"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "computing a view"
    value: int
    gate: Path | None = None
    deaf: bool = False


def view(spec: View, control: Control) -> Job[int]:
    yield Progress(0, 1, "computing a view")
    if spec.gate is not None:
        wait_for(spec.gate, (lambda: None) if spec.deaf else control.check)
    return spec.value


@dataclass(frozen=True, slots=True)
class Train(JobSpec[int]):
    """Takes ``steps`` steps and returns the last, its best; each step listed in ``gates`` stands at a gate first."""

    body: ClassVar[str] = "tests.compute.toys:train"
    title: ClassVar[str] = "training"
    steps: int
    gates: dict[int, Path] = field(default_factory=dict)
    deaf: bool = False
    closed: Path | None = None


def train(spec: Train, control: Control) -> Job[int]:
    best = -1
    try:
        for step in range(spec.steps):
            yield Progress(step, spec.steps, f"training, step {step}", {"loss": 1 / (step + 1)})
            if step in spec.gates:
                wait_for(spec.gates[step], deaf_ear(spec.gates[step], control) if spec.deaf else control.check)
            best = step
            if control.stopping:
                break
    finally:
        if spec.closed is not None:
            spec.closed.touch()
    return best


@dataclass(frozen=True, slots=True)
class Forever(JobSpec[int]):
    """Trains until it is asked to stop, and returns how many steps that were."""

    body: ClassVar[str] = "tests.compute.toys:forever"
    title: ClassVar[str] = "training"


def forever(spec: Forever, control: Control) -> Job[int]:
    step = 0
    while not control.stopping:
        yield Progress(step, 0, f"training, step {step}")
        step += 1
        time.sleep(0.001)
    return step


@dataclass(frozen=True, slots=True)
class Die(JobSpec[None]):
    """Ends its process: by a signal, a segfault, or an exit status; with shared memory made but not told of."""

    body: ClassVar[str] = "tests.compute.toys:die"
    title: ClassVar[str] = "dying"
    how: str


def die(spec: Die, control: Control) -> Job[None]:
    yield Progress(text="dying")
    if spec.how == "segfault":
        ctypes.string_at(0)
    if spec.how == "status":
        os._exit(7)
    os.kill(os.getpid(), signal.SIGKILL)


class AwkwardError(Exception):
    """Cannot be pickled, and cannot be rebuilt from its arguments."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and\n{two}")
        self.lock = threading.Lock()


class OutOfMemoryError(RuntimeError):
    """Named as torch's."""


FAULTS: dict[str, Callable[[], BaseException]] = {
    "runtime": lambda: RuntimeError("the loss\nis gone"),
    "memory": lambda: MemoryError("Unable to allocate 8. TiB"),
    "torch": lambda: OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB."),
    "host": lambda: RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"),
    "device": lambda: RuntimeError("CUDA error: device-side assert triggered"),
    "label": lambda: LabelError("Labels hold class 9; the model has 3; choose another model."),
    "awkward": lambda: AwkwardError(1, 2),
    "exit": lambda: SystemExit(3),
    "stop": lambda: StopIteration(),
}


@dataclass(frozen=True, slots=True)
class Fail(JobSpec[None]):
    """Raises what ``FAULTS`` lists."""

    body: ClassVar[str] = "tests.compute.toys:fail"
    title: ClassVar[str] = "failing"
    fault: str


def fail(spec: Fail, control: Control) -> Job[None]:
    yield Progress()
    error = FAULTS[spec.fault]()
    raise error


@dataclass(frozen=True, slots=True)
class Arrays(JobSpec[dict[str, Any]]):
    """Returns arrays of many kinds, and the one it was given, doubled."""

    body: ClassVar[str] = "tests.compute.toys:arrays"
    title: ClassVar[str] = "making arrays"
    given: NDArray[np.float32]
    size: int = 500_000


def arrays(spec: Arrays, control: Control) -> Job[dict[str, Any]]:
    yield Progress()
    generator = np.random.default_rng(0)
    large = generator.normal(size=(spec.size // 100, 100)).astype(np.float32)
    large[3, 4] = np.nan
    fixed = np.arange(spec.size, dtype=np.int16)
    fixed.flags.writeable = False
    return {
        "large": large,
        "again": large,
        "columns": np.asfortranarray(large),
        "strided": large[::3, ::2],
        "fixed": fixed,
        "small": np.arange(5),
        "empty": np.empty((0, 4)),
        "doubled": spec.given * 2,
        "text": "x" * spec.size,
    }


@dataclass(frozen=True, slots=True)
class Around(JobSpec[dict[str, Any]]):
    """Tells what the process is like where bodies run."""

    body: ClassVar[str] = "tests.compute.toys:around"
    modules: tuple[str, ...] = ()


def around(spec: Around, control: Control) -> Job[dict[str, Any]]:
    import importlib
    import sys

    yield Progress()
    for name in spec.modules:
        importlib.import_module(name)
    return {
        "pid": os.getpid(),
        "threads": os.environ.get("OMP_NUM_THREADS"),
        "nice": os.nice(0),
        "interrupt": signal.getsignal(signal.SIGINT) is signal.SIG_IGN,
        "main": getattr(sys.modules["__main__"], "__file__", None),
        "torch": "torch" in sys.modules,
        "torch_threads": sys.modules["torch"].get_num_threads() if "torch" in sys.modules else None,
    }


@dataclass(frozen=True, slots=True)
class Odd(JobSpec[Any]):
    """Returns what cannot be handed over."""

    body: ClassVar[str] = "tests.compute.toys:odd"
    title: ClassVar[str] = "making odd things"
    what: str


def odd(spec: Odd, control: Control) -> Job[Any]:
    yield Progress()
    if spec.what == "tensor":
        import torch

        return torch.zeros(3)
    return lambda: None


@dataclass(frozen=True, slots=True)
class Plain(JobSpec[int]):
    """Its body is no generator function."""

    body: ClassVar[str] = "tests.compute.toys:plain"


def plain(spec: Plain, control: Control) -> int:
    return 1


@dataclass(frozen=True, slots=True)
class Outside(JobSpec[None]):
    """Names a body that nobody may name."""

    body: ClassVar[str] = "os:getpid"


@dataclass(frozen=True, slots=True)
class Missing(JobSpec[None]):
    """Names a body that is not there."""

    body: ClassVar[str] = "tests.compute.toys:nothing"


@dataclass(frozen=True, slots=True)
class Leak(JobSpec[None]):
    """Makes the worker's next segment, as if it was killed before it told of it, and dies."""

    body: ClassVar[str] = "tests.compute.toys:leak"
    title: ClassVar[str] = "leaking"
    prefix: str


def leak(spec: Leak, control: Control) -> Job[None]:
    from napari_geofm.compute.segments import Segments

    yield Progress()
    Segments(spec.prefix).put([b"x" * 100_000])
    os.kill(os.getpid(), signal.SIGKILL)
