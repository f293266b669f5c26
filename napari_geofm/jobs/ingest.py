"""Body: make a fast copy of a volume, part by part."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import CancelledError, OutputError, UsageError
from napari_geofm.jobs.ingest_spec import IngestCost, IngestCostSpec, IngestResult, IngestSpec

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.copies.writer import CopyWriter
    from napari_geofm.io.segy import SegyOptions

__all__ = ["cost", "run"]

LONG_BYTES = 1e9
"""A copy larger than this is told of in seconds before it begins."""


def cost(spec: IngestCostSpec, control: Control) -> Job[IngestCost]:
    """Reckon what a copy takes.

    Raises
    ------
    GeoFMError
        When the file cannot be read, or is no volume.
    """
    from napari_geofm.io.copies.measuring import copy_cost
    from napari_geofm.io.copies.plan import plan_copy

    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = _source(spec.file, spec.options)
    control.check()
    found = copy_cost(survey, plan_copy(survey), spec.output)
    return IngestCost(found.seconds, found.n_bytes, found.free)


def run(spec: IngestSpec, control: Control) -> Job[IngestResult]:
    """Copy.

    Raises
    ------
    GeoFMError
        When the file cannot be read or is no volume, or the copy cannot be written; finished parts stay.
    """
    from napari_geofm.io.copies.choosing import register
    from napari_geofm.io.copies.measuring import announce, copy_cost, measured_times
    from napari_geofm.io.copies.plan import plan_copy
    from napari_geofm.io.copies.writer import CopyWriter

    began = time.monotonic()
    _require_zarr(spec.output)
    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = _source(spec.file, spec.options)
    plan = plan_copy(survey)
    with CopyWriter(survey, plan, spec.output, overwrite=spec.overwrite, resume=spec.resume) as writer, _told(writer):
        todo = writer.missing()
        size = plan.n_bytes * len(todo) / len(plan.blocks)
        # Of what takes seconds, measuring how long would take a part.
        long = size > LONG_BYTES
        seconds = copy_cost(survey, plan, spec.output).seconds * size / plan.n_bytes if long else 0.0
        yield Progress(0, 0, f"copying {size / 1e6:,.0f} MB, {f'about {seconds:.0f} s' if long else 'a few seconds'}")
        for done, block in enumerate(todo):
            for later in todo[done : done + 2]:
                announce(survey, later.inlines, later.crosslines)
            for part in writer.write(block):
                yield Progress(done + part, len(todo), f"copying {survey.path.name}")
                control.check()
        yield Progress(len(todo), len(todo), "putting the copy in place")
        control.check()
        writer.finish()
    times = measured_times(survey, writer.output)
    register(survey.path, writer.output, times)
    return _result(survey, writer.output, len(plan.blocks), writer.kept, time.monotonic() - began)


@contextmanager
def _told(writer: "CopyWriter") -> Iterator[None]:
    """Say of a copy that was cancelled what of it is still there."""
    try:
        yield
    except CancelledError as error:
        parts, left = len(writer.plan.blocks), len(writer.missing())
        if left == parts:
            raise
        raise CancelledError(
            f"Cancelled; {parts - left} of {parts} parts are kept beside {writer.output}: --resume goes on from there"
        ) from error


def _source(file: Path, options: "SegyOptions | None") -> "Survey":
    """Open a volume by its own file, whatever copies there are of it."""
    from napari_geofm.io.copies.store import is_copy
    from napari_geofm.io.opening import open_survey

    if is_copy(file):
        msg = f"{file.name} is a fast copy already; give the file that it was made of"
        raise UsageError(msg)
    return open_survey(file, copies=False, options=options, remembered=options is None)


def _require_zarr(output: Path) -> None:
    if output.suffix.lower() != ".zarr":
        msg = f"Output {output.name}: a fast copy is a folder whose name ends in .zarr; a DAS recording goes to .nc"
        raise OutputError(msg)


def _result(survey: "Survey", output: Path, parts: int, kept: int, seconds: float) -> IngestResult:
    import psutil

    from napari_geofm.io.copies.choosing import CopyTimes, copy_wins, copy_words, known_copy

    known = known_copy(survey.path)
    times = known.times if known is not None else CopyTimes()
    size, memory = _bytes_of(survey.path), int(psutil.virtual_memory().total)
    return IngestResult(
        output, parts, kept, _bytes_of(output), seconds, times.source_ms, times.copy_ms,
        copy_wins(size, memory, times), copy_words(size, memory, times),
    )  # fmt: skip


def _bytes_of(path: Path) -> int:
    """Return the bytes of a file or a folder; holes in files, where no trace is, take none."""
    files = (each for each in path.rglob("*") if each.is_file()) if path.is_dir() else (path,)
    return sum(min(each.st_size, 512 * getattr(each, "st_blocks", each.st_size)) for each in map(Path.stat, files))
