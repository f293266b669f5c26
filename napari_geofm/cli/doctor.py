"""``geofm doctor``: does everything work on this machine, and how quickly."""

import dataclasses
import math
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.cli.checkup import CHECKS, Checkup, Finding
from napari_geofm.cli.output import Result, reporter
from napari_geofm.cli.running import where_of
from napari_geofm.core.progress import Progress
from napari_geofm.errors import DeviceError
from napari_geofm.jobs.view_specs import DeviceSpec

if TYPE_CHECKING:
    from napari_geofm.compute.base import Compute
    from napari_geofm.samples import SeismicSample

__all__ = ["examine", "prepare", "run"]

SIDE = 280
"""Traces and samples of the survey that is worked on: 20 tokens a side."""

RUN_PX = 40
"""Longest single stroke of a class."""


def run(arguments: Namespace) -> Result:
    """Check a worker process as the viewer starts it, on the GPU where there is one or it is asked for."""
    from napari_geofm.compute.worker_compute import WorkerCompute

    where = where_of(arguments)
    if arguments.gpu:
        where = dataclasses.replace(where, device="cuda")
    with WorkerCompute() as compute:
        try:
            found = compute.run(DeviceSpec(where))
        except DeviceError as error:
            return _result([Finding(name, "not run", str(error)) for name in CHECKS])
        with tempfile.TemporaryDirectory(prefix="geofm-doctor-") as folder:
            return _result(examine(arguments, compute, Path(folder), is_gpu=found.is_gpu))


def examine(arguments: Namespace, compute: "Compute", folder: Path, *, is_gpu: bool) -> list[Finding]:
    """Return the findings of all checks.

    Parameters
    ----------
    arguments
        Where to compute, and whether to tell how it goes.
    compute
        What is checked.
    folder
        An empty folder.
    is_gpu
        Whether the device is a GPU.
    """
    report = reporter(arguments)
    where = where_of(arguments)
    where = dataclasses.replace(where, device="cuda") if is_gpu else where
    checkup = Checkup(compute, where, folder, prepare(folder), is_gpu)
    told = dataclasses.replace(checkup, tell=lambda name: report(Progress(text=name)) if report is not None else None)
    return list(told.run())


def prepare(folder: Path) -> "SeismicSample":
    """Write a small survey, strokes on an inline (``strokes.npy``), and a single one for each class (``single.npy``).

    Of single strokes none can be held out, so that what is kept is the last state, which has been trained.
    """
    from napari_geofm.samples import SeismicSampleSpec, draw_strokes, make_seismic, write_segy

    sample = make_seismic(SeismicSampleSpec(inlines=3, crosslines=SIDE, samples=SIDE))
    write_segy(sample, folder / "survey.sgy")
    truth = np.ascontiguousarray(sample.facies[1].T)
    for name, drawn in (("strokes", draw_strokes(truth, 0.02, 0)), ("single", _single_strokes(truth))):
        labels = np.full(sample.facies.shape, 255, np.uint8)
        labels[1] = drawn.T
        np.save(folder / f"{name}.npy", labels)
    return sample


def _single_strokes(truth: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return one level stroke for each class that occurs, where the class reaches farthest along a row."""
    drawn = np.full(truth.shape, 255, np.uint8)
    for number in np.unique(truth[truth != 255]):
        inside = np.pad(truth == number, ((0, 0), (1, 1))).astype(np.int8)
        steps = np.diff(inside, axis=1)
        rows, starts = np.nonzero(steps == 1)
        lengths = np.nonzero(steps == -1)[1] - starts
        longest = int(lengths.argmax())
        first = int(starts[longest])
        drawn[rows[longest], first : first + min(RUN_PX, int(lengths[longest]))] = number
    return drawn


def _result(findings: list[Finding]) -> Result:
    width = max(len(finding.check) for finding in findings)
    lines = [
        f"{finding.check:<{width}}  {finding.outcome:<8}{_time(finding):>8}  {finding.remark}" for finding in findings
    ]
    missing = [finding.check for finding in findings if finding.outcome == "not run"]
    if missing:
        lines.append(f"Not run: {', '.join(missing)}.")
    healthy = all(finding.outcome == "ok" for finding in findings if finding.outcome != "not run")
    ran = any(finding.outcome == "ok" for finding in findings)
    data = {"healthy": healthy and ran, "findings": [dataclasses.asdict(finding) for finding in findings]}
    return Result(data, lines, status=0 if healthy and ran else 1)


def _time(finding: Finding) -> str:
    return "" if math.isnan(finding.seconds) else f"{finding.seconds:.1f} s"
