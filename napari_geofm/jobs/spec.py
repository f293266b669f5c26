"""What a job is asked to do, without doing it: specs travel between processes, bodies stay in the worker."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from inspect import isgenerator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeVar, cast

from napari_geofm.core.progress import Control, Job
from napari_geofm.errors import JobError

if TYPE_CHECKING:
    from napari_geofm.io.file_options import FileOptions

__all__ = ["HOUSE", "Body", "JobSpec", "Lane", "load_body", "start_body"]

R = TypeVar("R")
Lane = Literal["view", "job", "ahead"]
Body = Callable[["JobSpec[R]", Control], Job[R]]
"""A generator function: takes the spec and the flags to look at, yields progress, returns the result."""

HOUSE = "napari_geofm."
"""Bodies lie in this package; nothing else can be named by a spec."""


@dataclass(frozen=True, slots=True)
class JobSpec(Generic[R]):
    """Base of all specs: a frozen, slotted, picklable dataclass that neither holds nor imports torch.

    A concrete spec is decorated the same way, names its body and the type of its result::

        @dataclass(frozen=True, slots=True)
        class FinetuneSpec(JobSpec[FinetuneResult]):
            body: ClassVar[str] = "napari_geofm.jobs.finetune:run"
            lane: ClassVar[Lane] = "job"
            title: ClassVar[str] = "training"
            survey: Path

    The body is a generator function ``run(spec, control)``. It yields :class:`~napari_geofm.core.progress.Progress`
    (often enough to be answered to, some twenty times a second at most) and returns its result; results are made of
    numpy arrays and plain dataclasses, never of torch tensors, since the process that asks has no torch.
    Between two yields of a job the worker answers views. A view therefore reads a published model from disk, never
    the module that a job has in training, whose state (train or eval mode, switched-off adapters) is not its to change.

    Attributes
    ----------
    body
        Where the body is, as ``"package.module:function"``, below ``napari_geofm``.
    lane
        ``"view"``: the newest request replaces the waiting one; ``"job"``: queued, one per model at a time;
        ``"ahead"``: a view that nobody waits for yet, done while there is no other and begun anew when one comes.
    title
        What the body does, as it reads after "while": ``"training"``.
    reads
        The field that says how the file in the field ``file`` is read; empty where no survey is.
    model
        Folder or name of the model that the job writes, the key of "one job per model"; None where it writes none.
    """

    body: ClassVar[str] = ""
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "working"
    reads: ClassVar[str] = ""
    model: str | None = field(default=None, kw_only=True)

    def as_read(self, file: Path, options: "FileOptions | None") -> Self:
        """Return the spec with ``options`` for the survey in ``file``, unless it says itself how that is read.

        One file may be open in two windows, read in two ways: by another offset, say. The process that does the work
        knows of that only what the spec says.
        """
        if not self.reads or getattr(self, "file", None) != file or getattr(self, self.reads) is not None:
            return self
        changes: dict[str, Any] = {self.reads: options}
        return replace(self, **changes)


def load_body(spec: JobSpec[R], bodies_under: tuple[str, ...] = ()) -> Body[R]:
    """Return the function that does what ``spec`` asks for, importing its module.

    Parameters
    ----------
    spec
        The spec; its class names the body.
    bodies_under
        Further module prefixes that bodies may lie under, each ending in a dot; tests name their own here.

    Raises
    ------
    JobError
        When the body lies elsewhere, or is not there.
    """
    module, _, name = spec.body.partition(":")
    who = f"{type(spec).__name__} names the body {spec.body!r}"
    if not module.startswith((HOUSE, *bodies_under)) or not name:
        raise JobError(f"{who}; a body is a 'module:function' below {HOUSE.rstrip('.')}; correct the spec.")
    found = getattr(importlib.import_module(module), name, None)
    if not callable(found):
        raise JobError(f"{who}, which has no such function; correct the spec.")
    return cast("Body[R]", found)


def start_body(spec: JobSpec[R], control: Control, bodies_under: tuple[str, ...] = ()) -> Job[R]:
    """Return the generator that does what ``spec`` asks for, not yet begun.

    Raises
    ------
    JobError
        When the body is not there or is no generator function.
    """
    job: Any = load_body(spec, bodies_under)(spec, control)
    if not isgenerator(job):
        raise JobError(f"{spec.body!r} returned {type(job).__name__}; a body is a generator function; let it yield.")
    return cast("Job[R]", job)
