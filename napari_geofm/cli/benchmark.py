"""``geofm benchmark``: the paper's protocol on its data."""

import dataclasses
from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path
from napari_geofm.cli.running import run_job, where_of
from napari_geofm.core.paper_tasks import NETWORKS, TASKS
from napari_geofm.errors import CancelledError
from napari_geofm.jobs.benchmark_spec import BenchmarkSpec

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Train and score networks as the paper did, and write a table beside its Table S2."""
    spec = BenchmarkSpec(
        data=Path(arguments.data).expanduser(),
        output=output_path(arguments.output),
        tasks=tuple(dict.fromkeys(arguments.task or TASKS)),
        networks=tuple(dict.fromkeys(arguments.decoder or NETWORKS)),
        seeds=tuple(dict.fromkeys(arguments.seeds)),
        epochs=arguments.epochs,
        loss=arguments.loss or "",
        validation=arguments.validation,
        fetch=arguments.fetch,
        resume=arguments.resume,
        overwrite=arguments.overwrite,
        where=where_of(arguments),
    )
    try:
        found = run_job(spec, arguments)
    except CancelledError:
        msg = f"Interrupted; what is finished lies in {spec.output}, and --resume goes on from there."
        raise CancelledError(msg) from None
    lines = found.table.read_text(encoding="utf-8").splitlines()
    if not found.complete and not found.failures:
        lines.append(f"Ended early with {len(found.runs)} runs; --resume goes on from there.")
    return Result(dataclasses.asdict(found), lines, status=int(bool(found.failures)))
