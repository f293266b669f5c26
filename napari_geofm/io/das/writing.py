"""A recording, as it is after processing, in a file of its own: netCDF as the package xdas writes it."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Job, Progress
from napari_geofm.core.survey import Survey
from napari_geofm.errors import OutputError, UsageError

__all__ = ["RECORDING_ENDINGS", "require_recording_name", "write_recording"]

RECORDING_ENDINGS = (".nc",)
"""Endings of the files that are written."""

_PART = 2**22
"""Samples that are read and written at once."""

_ALONG = "time: time_indices time_values {0}: {0}_indices {0}_values"


def require_recording_name(path: Path) -> None:
    """Refuse names of other formats.

    Raises
    ------
    OutputError
        When the ending is another.
    """
    if path.suffix.lower() not in RECORDING_ENDINGS:
        msg = f"Output {path.name}: a recording is written as {', '.join(RECORDING_ENDINGS)} (netCDF as of xdas)"
        raise OutputError(msg)


def write_recording(survey: Survey, path: Path, check: Callable[[], None] = lambda: None) -> Job[None]:
    """Write a recording, part by part; gaps stay gaps.

    Parameters
    ----------
    survey
        A recording, sampled evenly.
    path
        The file, which is not there yet.
    check
        Called before each part; what it raises ends it.

    Raises
    ------
    UsageError
        When it is no recording, or its samples are not evenly spaced.
    """
    import h5netcdf

    if survey.kind != "das":
        raise UsageError(f"{survey.path.name} is {survey.kind}; only recordings are written so")
    runs = _runs(survey)
    distance, attrs = survey.axis("distance"), survey.data.attrs
    fibre = "distance" if distance.units else "channel"
    with h5netcdf.File(path, "w") as file:
        file.attrs["Conventions"] = "CF-1.9"
        file.dimensions = {"time": sum(stop - start for start, stop in runs), fibre: distance.size}
        _put_time(file, survey, runs)
        places = distance.values.astype(np.float64)
        straight = places.size < 3 or np.allclose(np.diff(places, 2), 0.0, atol=1e-6 * abs(float(np.ptp(places))))
        kept = np.unique([0, places.size - 1]) if straight else np.arange(places.size)
        _put_ties(file, fibre, kept, places[kept])
        block = max(1, _PART // max(1, distance.size))
        sides = (min(file.dimensions["time"].size, block, 4096), min(distance.size, 1024))
        samples = file.create_variable("samples", ("time", fibre), np.float32, chunks=sides)
        samples.attrs["coordinate_interpolation"] = _ALONG.format(fibre)
        for word, value in (("units", attrs.get("units")), ("quantity", attrs.get("quantity"))):
            if value:
                samples.attrs[word] = str(value)
        if attrs.get("gauge_length_m"):
            samples.attrs["gauge_length"], samples.attrs["gauge_length_units"] = float(attrs["gauge_length_m"]), "m"
        done, total = 0, sum(stop - start for start, stop in runs)
        for low, high in _parts(runs, block):
            yield Progress(done, total, f"writing {survey.path.name}")
            check()
            samples[done : done + high - low] = survey.read((slice(None), slice(low, high))).T
            done += high - low


def _parts(runs: list[tuple[int, int]], block: int) -> Iterator[tuple[int, int]]:
    for start, stop in runs:
        for low in range(start, stop, block):
            yield low, min(low + block, stop)


def _put_time(file: Any, survey: Survey, runs: list[tuple[int, int]]) -> None:
    """Write the times of the first and last sample of each run."""
    axis = survey.axis("time")
    ends = np.array([place for start, stop in runs for place in (start, stop - 1)])
    stored = np.cumsum([0, *(stop - start for start, stop in runs)])
    ties = np.array([place for low, high in pairwise(stored.tolist()) for place in (low, high - 1)])
    step_ns = (float(axis.last) - float(axis.first)) / max(1, axis.size - 1) * 1e9
    passed = np.rint(float(axis.first) * 1e9 + ends * step_ns).astype(np.int64)
    _, first = np.unique(ties, return_index=True)
    start = str(survey.data.attrs.get("start_utc", ""))
    if not start:
        _put_ties(file, "time", ties[first], passed[first] / 1e9)
        return
    whole = np.datetime64(start.removesuffix("Z"), "ns")
    second = whole.astype("datetime64[s]")
    shift = int((whole - second.astype("datetime64[ns]")).astype(np.int64))
    variable = _put_ties(file, "time", ties[first], passed[first] + shift)
    variable.attrs["units"] = f"nanoseconds since {str(second).replace('T', ' ')}"
    variable.attrs["calendar"] = "proleptic_gregorian"


def _put_ties(file: Any, name: str, indices: NDArray[Any], values: NDArray[Any]) -> Any:
    """Write tie points: straight lines between them give the labels of all."""
    file.dimensions[f"{name}_points"] = indices.size
    file.create_variable(f"{name}_indices", (f"{name}_points",), np.int64, data=indices.astype(np.int64))
    return file.create_variable(f"{name}_values", (f"{name}_points",), values.dtype, data=values)


def _runs(survey: Survey) -> list[tuple[int, int]]:
    """Return the first sample, and the one behind the last, of what lies between gaps.

    Raises
    ------
    UsageError
        When the samples are not evenly spaced.
    """
    axis = survey.axis("time")
    if axis.size < 2 or axis.step is None:
        msg = f"{survey.path.name}: its samples are not evenly spaced in time; only even ones are written"
        raise UsageError(msg)
    step = (float(axis.last) - float(axis.first)) / (axis.size - 1)
    runs, begin = [], 0
    for low, high in survey.data.attrs.get("gaps", []):
        start, stop = (min(axis.size, max(0, int(np.ceil((each - axis.first) / step - 1e-6)))) for each in (low, high))
        # Beside a gap a sample of several may still be one: those that hold nothing are blank, and stay so.
        if start > begin:
            runs.append((begin, start))
        begin = max(begin, stop)
    return [*runs, (begin, axis.size)] if begin < axis.size else runs
