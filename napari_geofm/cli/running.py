"""How verbs run a job: in this process, with progress on stderr and Ctrl+C as cancel."""

from argparse import Namespace
from pathlib import Path
from typing import TypeVar

from napari_geofm.cli.output import reporter
from napari_geofm.compute.local import LocalCompute
from napari_geofm.jobs.spec import JobSpec
from napari_geofm.jobs.specs import Where

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
    if report is None or not counted:
        return LocalCompute().run(spec, report)
    return LocalCompute().run(spec, lambda news: report(news) if news.total > 0 else None)
