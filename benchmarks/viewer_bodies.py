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
    from napari_geofm.core.recipe import Recipe
    from napari_geofm.jobs.workbench import ALL_TAPS, workbench

    bench, recipe = workbench(), Recipe()
    survey = bench.survey(spec.file)
    extractor = bench.extractor(recipe, "auto", "auto").with_taps(ALL_TAPS)
    picture = bench.stretch(survey, recipe.input.percent).apply(survey.section(spec.at).values)
    control.check()
    yield Progress(0, 0, "timing the encoder")
    begin = time.perf_counter()
    extractor(picture)
    return time.perf_counter() - begin
