"""Body: write labels, a finished prediction or other results in another program's format."""

import dataclasses
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import UsageError
from napari_geofm.jobs.export_spec import ExportSpec
from napari_geofm.jobs.workbench import workbench

if TYPE_CHECKING:
    from napari_geofm.core.labels import ArrayLike
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.results import ResultSpec

__all__ = ["files_of", "run"]

R = TypeVar("R")

OFTEN_S = 0.05
"""Seconds between two reports of a job whose parts are small."""

EVENT_QUANTITIES = ("events", "onsets")
"""What the classes of a fibre recording show."""

IN_CHUNKS = {".zarr", ".npy", ".png"}
"""Endings that are written in whatever parts the source comes in."""


def run(spec: ExportSpec, control: Control) -> Job[Path]:
    """Export; cancelled or failed, everything is as it was.

    Raises
    ------
    GeoFMError
        When the labels cannot be read, or the output cannot be written or exists.
    """
    yield Progress(0, 0, f"reading {spec.labels.name}")
    survey = workbench().survey(spec.file, spec.reading)
    quantity = _quantity(spec, survey)
    if quantity in EVENT_QUANTITIES:
        from napari_geofm.jobs.export_events import events_job

        body = events_job(spec, survey, control, onsets=quantity == "onsets")
    else:
        body = _labels(spec, survey, control) if quantity == "labels" else _numbers(spec, survey, quantity)
    return (yield from _checked(body, control))


def files_of(spec: ExportSpec) -> tuple[Path, ...]:
    """Return the files that an export writes: several where there are several numbers a sample."""
    from napari_geofm.io.results import outputs_of

    survey = workbench().survey(spec.file, spec.reading)
    quantity = _quantity(spec, survey)
    if quantity == "labels" or quantity in EVENT_QUANTITIES:
        return (spec.output,)
    return outputs_of(spec.output, _result(spec, survey, quantity)[1])


def _quantity(spec: ExportSpec, survey: "Survey") -> str:
    from napari_geofm.io.events.quakeml import QUAKEML_ENDINGS
    from napari_geofm.io.result_source import quantity_in

    if spec.output.suffix.lower() in QUAKEML_ENDINGS and not spec.quantity:
        return "events"
    return spec.quantity or quantity_in(spec.labels, survey)


def _checked(job: Job[R], control: Control) -> Job[R]:
    """Run a job, looking at the flags at each of its reports and passing on some twenty a second."""
    told = -OFTEN_S
    try:
        while True:
            try:
                news = next(job)
            except StopIteration as end:
                result: R = end.value
                return result
            control.check()
            if time.monotonic() - told >= OFTEN_S:
                yield news
                told = time.monotonic()
    finally:
        job.close()


def _labels(spec: ExportSpec, survey: "Survey", control: Control) -> Job[Path]:
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.exports import export_job, require_options
    from napari_geofm.io.labels import read_labels

    require_absent(spec.output, overwrite=spec.options.overwrite)
    require_options(spec.output, spec.options)
    labels = read_labels(spec.labels, survey, spec.classes, at=spec.options.at, on_part=control.check)
    options = spec.options
    if spec.between is not None:
        upper, lower = (labels.classes.number(name) for name in spec.between)
        options = dataclasses.replace(options, between=(upper, lower))
    with ExitStack() as stack:
        values = yield from _staged(labels.values, spec, stack)
        return (yield from export_job(values, survey, labels.classes, spec.output, options))


def _numbers(spec: ExportSpec, survey: "Survey", quantity: str) -> Job[Path]:
    """Write fractions or components: a volume of them may be larger than memory."""
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.exports import require_options
    from napari_geofm.io.result_files import notes_of, result_job, write_notes
    from napari_geofm.io.results import outputs_of, require_target
    from napari_geofm.io.section_pictures import draw_planes

    options, picture = spec.options, spec.output.suffix.lower() == ".png"
    require_options(spec.output, options)
    if options.describe:
        raise UsageError(f"--describe names classes; leave it out for {quantity}")
    array, result = _result(spec, survey, quantity)
    if not picture:
        require_target(spec.output, result)
    files = outputs_of(spec.output, result)
    notes = notes_of(spec.output)
    for file in (*files, *notes):
        require_absent(file, overwrite=options.overwrite)
    if picture:
        return draw_planes(array, result, options.at, files, overwrite=options.overwrite)[0]
    with ExitStack() as stack:
        values = yield from _staged(array, spec, stack)
        yield from result_job(values, spec.output, result, overwrite=options.overwrite)
    if notes:
        write_notes(spec.output, result, overwrite=options.overwrite)
    return files[0]


def _result(spec: ExportSpec, survey: "Survey", quantity: str) -> "tuple[ArrayLike, ResultSpec]":
    from napari_geofm.io.result_source import numbers_in, spec_of

    array = numbers_in(spec.labels, survey)
    result = spec_of(spec.labels, array, survey, quantity, spec.classes)
    null = result.null if spec.options.null is None else spec.options.null
    return array, dataclasses.replace(result, sample_format=spec.options.sample_format, null=null)


def _staged(array: "ArrayLike", spec: ExportSpec, stack: ExitStack) -> "Job[ArrayLike]":
    """Return an array that is quickly read slice by slice: one in chunks is unpacked once, beside the output."""
    from napari_geofm.io.result_files import npy_job
    from napari_geofm.io.work_folder import work_folder

    if getattr(array, "chunks", None) is None or spec.output.suffix.lower() in IN_CHUNKS:
        return array
    folder = stack.enter_context(work_folder(spec.output))
    yield Progress(0, 0, f"reading {spec.labels.name}")
    for news in npy_job(array, folder / "data.npy"):
        yield dataclasses.replace(news, text=f"reading {spec.labels.name}")
    found: ArrayLike = np.load(folder / "data.npy", mmap_mode="r", allow_pickle=False)
    return found
