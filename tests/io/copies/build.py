"""Volumes to copy: of any format, with gaps and dead traces, in either order."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.io.copies.plan import CopyPlan, plan_copy
from napari_geofm.io.copies.writer import CopyWriter
from napari_geofm.io.opening import open_survey
from tests.io.segy.build import cube, write

SHAPE = (70, 45, 50)


def volume(
    path: Path,
    shape: tuple[int, int, int] = SHAPE,
    *,
    code: int = 5,
    crossline_sorted: bool = False,
    holes: bool = True,
) -> NDArray[np.float32]:
    """Write a SEG-Y and return its amplitudes: a corner without traces, and a trace of zeros."""
    ilines, xlines = list(range(1000, 1000 + 2 * shape[0], 2)), list(range(300, 300 + shape[1]))
    values, traces = cube(ilines, xlines, shape[2])
    if holes:
        traces[5 * shape[1] + 3].samples[:] = 0
        # The traces see this memory.
        values = values.copy()
        values[5, 3] = np.nan
        gone = {(i, j) for i in range(34) for j in range(33)} - {(5, 3)}
        values[tuple(np.array(sorted(gone)).T)] = np.nan
        traces = [trace for place, trace in enumerate(traces) if divmod(place, shape[1]) not in gone]
    if crossline_sorted:
        traces.sort(key=lambda trace: (trace.numbers[193], trace.numbers[189]))
    write(path, traces, code=code)
    return values


def copied(source: Path | Survey, output: Path) -> CopyPlan:
    """Make a copy without measuring anything."""
    survey = open_survey(source, copies=False) if isinstance(source, Path) else source
    plan = plan_copy(survey)
    with CopyWriter(survey, plan, output) as writer:
        for block in writer.missing():
            for _ in writer.write(block):
                pass
        writer.finish()
    return plan
