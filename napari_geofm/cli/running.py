"""How verbs run a job: in this process or on a cluster, with progress on stderr and Ctrl+C as cancel."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from napari_geofm.cli.output import reporter
from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Progress
from napari_geofm.jobs.spec import JobSpec
from napari_geofm.jobs.specs import Where

if TYPE_CHECKING:
    from napari_geofm.compute.cluster import ClusterCompute

__all__ = ["run_job", "where_of"]

R = TypeVar("R")


def where_of(arguments: Namespace) -> Where:
    """Return where the common options say to compute."""
    weights = getattr(arguments, "weights", None)
    return Where(arguments.device, arguments.precision, Path(weights).expanduser() if weights else None)


def run_job(spec: JobSpec[R], arguments: Namespace, *, counted: bool = False) -> R:
    """Run ``spec`` to its end and return its result; ``counted``: show progress only where it tells how much there is.

    What is refused after a look at the input then has its one line alone on stderr.
    """
    report = reporter(arguments)

    def some(news: Progress) -> None:
        if report is not None and (news.total > 0 or not counted):
            report(news)

    with _compute_of(arguments) as compute:
        return compute.run(spec, some if report is not None else None)


def _compute_of(arguments: Namespace) -> "LocalCompute | ClusterCompute":
    """Return where the job runs: here, or on the cluster that was named."""
    address = getattr(arguments, "scheduler", None)
    if not address:
        return LocalCompute()
    from napari_geofm.compute.cluster import ClusterCompute

    return ClusterCompute(address)
