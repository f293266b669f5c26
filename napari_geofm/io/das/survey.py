"""A recording, of one file or many, becomes a survey."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.even_axis import EvenAxis
from napari_geofm.core.even_coordinate import even_coordinate
from napari_geofm.core.survey import Survey
from napari_geofm.io.das.header import DasHeader
from napari_geofm.io.das.instants import instant
from napari_geofm.io.das.recording import Recording
from napari_geofm.io.lazy import lazy_variable, read_box

__all__ = ["survey_of"]

DIMS = ("distance", "time")


def survey_of(
    path: Path, version: str, recording: Recording, headers: Sequence[DasHeader], odd: tuple[str, ...]
) -> Survey:
    """Return the survey of a recording.

    Parameters
    ----------
    path
        The file or folder.
    version
        Its fingerprint.
    recording
        Reads the samples.
    headers
        Of its files.
    odd
        What the user should know.
    """
    import xarray as xr

    grid, traits = recording.grid, headers[0].traits
    said = next((each.traits for each in headers if each.traits.units or each.traits.quantity), traits)
    gauges = {each.traits.gauge_length_m for each in headers} - {None}
    attrs: dict[str, Any] = {
        "units": said.units,
        "quantity": said.quantity,
        "start_utc": instant(grid.start_ns, 9) if traits.dated else "",
        "files": len(headers),
        "gaps": [[gap.begin * grid.step_ns / 1e9, gap.end * grid.step_ns / 1e9] for gap in grid.gaps],
    }
    if len(gauges) == 1:
        attrs["gauge_length_m"] = gauges.pop()
    variable = lazy_variable(DIMS, recording.shape, np.dtype(np.float32), recording.read, attrs)
    along = ("distance", traits.distances, {"units": traits.fibre_units})
    if headers[0].uneven is None:
        axis = EvenAxis("time", grid.size, grid.step_ns, per=1e9, units="s")
        coords = even_coordinate(axis).assign(distance=along)
    else:
        coords = xr.Coordinates({"distance": along, "time": ("time", headers[0].uneven, {"units": "s"})})
    data = xr.DataArray(variable, coords, name="amplitude")
    vendors = sorted({each.traits.vendor for each in headers})
    words = f"DAS recording ({', '.join(vendors)}"
    words = f"{words}, {len(headers)} files)" if path.is_dir() else f"{words})"

    def direct(places: tuple[int | slice, ...]) -> Any:
        return read_box(places, recording.shape, recording.read)

    return Survey("das", data, path, version, words, None, odd, direct=direct)
