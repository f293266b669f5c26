"""What a worker does for the viewer's scripts: the bare encoder, as a request beside the viewer's own."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.region import At
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = ["BareEncoderSpec", "encode"]


@dataclass(frozen=True, slots=True)
class BareEncoderSpec(JobSpec[float]):
    """Seconds that the encoder alone takes for a section, windows and all.

    Attributes
    ----------
    file, at
        The section.
    """

    file: Path
    at: At = field(default_factory=At)

    body: ClassVar[str] = "benchmarks.viewer_bodies:encode"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "timing the encoder"


def encode(spec: BareEncoderSpec, control: Control) -> Job[float]:
    """Time the encoder in this process."""
    from napari_geofm.core.recipe import AUTO
    from napari_geofm.jobs.sight import sight_of, tuning_of
    from napari_geofm.jobs.specs import Where
    from napari_geofm.jobs.workbench import workbench

    bench = workbench()
    survey = bench.survey(spec.file)
    # The network that the viewer's maps are made with.
    sight = sight_of(bench, Where(), tuning=tuning_of(AUTO, survey))
    extractor = sight.extractor
    picture = bench.stretch(survey, sight.recipe.input.percent).apply(survey.section(spec.at).values)
    control.check()
    yield Progress(0, 0, "timing the encoder")
    begin = time.perf_counter()
    extractor(picture)
    return time.perf_counter() - begin
