"""Ask for more memory than there is: to see that a worker survives it."""

from dataclasses import dataclass, field
from typing import ClassVar

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.jobs.spec import JobSpec, Lane
from napari_geofm.jobs.specs import Where

__all__ = ["ExhaustSpec", "run"]


@dataclass(frozen=True, slots=True)
class ExhaustSpec(JobSpec[str]):
    """Take half of the device's free memory and then ask for more than it has; the result tells that it was given."""

    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.exhaust:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "asking for too much memory"


def run(spec: ExhaustSpec, control: Control) -> Job[str]:
    """Ask for too much.

    Raises
    ------
    Exception
        Whatever the device says to it: that is what this is for.
    """
    from napari_geofm.nets.devices import choose_device, exhaust

    yield Progress(0, 1, "asking for too much memory")
    control.check()
    exhaust(choose_device(spec.where.device))
    return "More memory was given than there is."
