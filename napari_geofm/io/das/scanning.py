"""One file's header, of any vendor that dascore reads, or of xdas."""

from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.das.header import DasHeader, DasTraits, Run, spaced
from napari_geofm.io.das.quietly import quietly
from napari_geofm.io.das.stamps import EvenRuns, nanoseconds, on_grid, runs_of
from napari_geofm.io.das.tdms import what_tdms_lacks
from napari_geofm.io.das.units import in_metres, quantity_and_units, unit_words
from napari_geofm.io.das.vendor import Vendor, read_patch, scan_file, vendor_of
from napari_geofm.io.das.xdas import XDAS, is_xdas, scan_xdas

__all__ = ["scan_header"]

_CHANNEL_DIMS = ("distance", "channel", "depth")
"""What dascore calls the dimension along the fibre, depending on the vendor."""


def scan_header(path: Path, likely: Vendor | None = None) -> DasHeader:
    """Return what one file's header says.

    Parameters
    ----------
    path
        The file.
    likely
        A format that is tried first.

    Raises
    ------
    FormatError
        When the format is not known, or the file is damaged or cut short.
    GeometryError
        When the file holds no recording of channels over time, or several.
    """
    if (likely is None or likely.name == XDAS) and is_xdas(path):
        return scan_xdas(path)
    lack = what_tdms_lacks(path)
    try:
        vendor = vendor_of(path, None if likely is not None and likely.name == XDAS else likely)
    except FormatError:
        if is_xdas(path):
            return scan_xdas(path)
        raise
    summary = scan_file(path, vendor)
    dims = tuple(summary.dim_tuple)
    fibre = next((dim for dim in _CHANNEL_DIMS if dim in dims), "")
    if sorted(dims) != sorted((fibre, "time")):
        msg = f"{path.name} holds {' x '.join(dims)}; a DAS recording is channels (distance) over time"
        raise GeometryError(msg)
    try:
        return _header(path, vendor, summary, fibre, lack)
    except FormatError as error:
        if not lack:
            raise
        msg = f"{path.name} cannot be read as a DAS recording, it is {lack}; copy it anew"
        raise FormatError(msg) from error


def _header(path: Path, vendor: Vendor, summary: Any, fibre: str, lack: str) -> DasHeader:
    """Return the header; of a file that lacks something, after what is left of it could be read."""
    with quietly(path):
        time, along = (summary.coords[dim] for dim in ("time", fibre))
        patch = read_patch(path, vendor) if lack or time.step is None or along.step is None else None
        places = np.asarray(patch.get_coord(fibre).values if patch is not None else along.to_coord().values)
        if patch is not None:
            stamps, dated = nanoseconds(np.asarray(patch.get_coord("time").values))
            grid = runs_of(stamps)
        else:
            grid, dated = _even(time)
            stamps = np.empty(0, np.int64)
        quantity, units = quantity_and_units(summary.data_type, summary.data_units)
        gauge = in_metres(getattr(summary, "gauge_length", None), getattr(summary, "gauge_length_units", None))
        fibre_units = "" if fibre == "channel" else unit_words(along.units) or "m"
    first, spacing, listed = spaced(places.astype(np.float64))
    even, uneven = on_grid(grid, stamps)
    traits = DasTraits(
        vendor.name, vendor.version, fibre, places.size, first, spacing, listed, fibre_units, even.step_ns, quantity,
        units, gauge, dated,
    )  # fmt: skip
    return DasHeader(traits, even.runs, uneven, even.jitter, lack)


def _even(time: Any) -> tuple[EvenRuns, bool]:
    """Return the only run, and whether it is dated, of a time coordinate that dascore knows to be even."""
    count = len(time.to_coord())
    ends, dated = nanoseconds(np.array([time.min, time.max]))
    if count < 2:
        return EvenRuns(0.0, (Run(0, count, int(ends[0])),)), dated
    step = np.asarray(time.step)
    length = float(step.astype("timedelta64[ns]").astype(np.int64)) if step.dtype.kind == "m" else float(step) * 1e9
    return EvenRuns(length, (Run(0, count, int(ends[0])),)), dated
