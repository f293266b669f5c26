"""``geofm ingest``: make a fast copy of a volume, or write a recording as it is after processing."""

import dataclasses
from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path
from napari_geofm.cli.processing import reading_of
from napari_geofm.cli.running import run_job
from napari_geofm.cli.segy import chosen_options
from napari_geofm.errors import UsageError
from napari_geofm.jobs.copy_recording_spec import CopyRecordingSpec
from napari_geofm.jobs.ingest_spec import IngestCostSpec, IngestSpec

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Copy, or with ``--estimate`` say what it would take."""
    file, output = Path(arguments.file).expanduser(), output_path(arguments.output, arguments.file)
    if arguments.process or arguments.bad_channels or output.suffix.lower() == ".nc":
        return _recording(arguments, file, output)
    options = chosen_options(arguments, file)
    if arguments.estimate:
        cost = run_job(IngestCostSpec(file, output, options), arguments)
        fits = "" if cost.n_bytes < cost.free else ", which is too little"
        free = f"{cost.free / 1e6:,.0f} MB are free{fits}"
        line = f"{output}: about {max(1.0, cost.seconds):.0f} s and {cost.n_bytes / 1e6:,.0f} MB; {free}"
        return Result(dataclasses.asdict(cost), [line])
    found = run_job(IngestSpec(file, output, arguments.overwrite, arguments.resume, options), arguments)
    kept = f", {found.parts_kept} of {found.parts} parts from the interrupted run" if found.parts_kept else ""
    lines = [f"{found.output}: {found.n_bytes / 1e6:,.0f} MB in {found.seconds:.1f} s{kept}. {found.words}"]
    if found.copy_ms:
        times = f"{found.source_ms:,.0f} ms from the file, {found.copy_ms:,.0f} ms from the copy"
        lines.append(f"A crossline read for the first time: {times}.")
    return Result(dataclasses.asdict(found), lines)


def _recording(arguments: Namespace, file: Path, output: Path) -> Result:
    """Write a recording."""
    if arguments.resume or arguments.estimate:
        msg = "--resume and --estimate belong to fast copies of volumes (.zarr); leave them out for a recording"
        raise UsageError(msg)
    spec = CopyRecordingSpec(file, output, arguments.overwrite, reading_of(arguments, file))
    found = run_job(spec, arguments, counted=True)
    size = f"{found.shape[0]} channels x {found.shape[1]} samples at {found.rate_hz:.6g} Hz"
    line = f"{found.output}: {size}, {found.n_bytes / 1e6:,.1f} MB in {found.seconds:.1f} s"
    return Result(dataclasses.asdict(found), [line])
