"""Import the heavy libraries ahead of use, so that the first real request does not wait for them."""

import importlib
from dataclasses import dataclass
from typing import ClassVar

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import JobError
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = ["WarmSpec", "run"]


@dataclass(frozen=True, slots=True)
class WarmSpec(JobSpec[tuple[str, ...]]):
    """Import ``modules`` where bodies run; the result is their names."""

    body: ClassVar[str] = "napari_geofm.jobs.warm:run"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "loading the libraries"
    modules: tuple[str, ...] = ("torch", "timm")


def run(spec: WarmSpec, control: Control) -> Job[tuple[str, ...]]:
    """Import one module after the other.

    Raises
    ------
    JobError
        When one is missing or damaged.
    """
    for done, name in enumerate(spec.modules):
        control.check()
        yield Progress(done, len(spec.modules), f"loading {name}")
        try:
            importlib.import_module(name)
        except ImportError as error:
            raise JobError(f"{name} cannot be imported ({error}); install napari-geofm again.") from error
    return spec.modules
