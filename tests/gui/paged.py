"""A long recording and a large image that take no room, for tests of what goes through them."""

from pathlib import Path

import numpy as np
import xarray as xr

from napari_geofm.core.survey import Survey

__all__ = ["large_image", "long_recording"]


def long_recording(folder: Path, *, start: str = "2022-06-04T10:00:00.000000000Z", samples: int = 10_000) -> Survey:
    """Return 12 channels at 1 kHz, five windows of 2 s; 0.5 s from 5 s on are a gap."""
    (folder / "das.h5").touch()
    coords = {"distance": 10.0 * np.arange(12), "time": 0.001 * np.arange(samples)}
    values = np.sin(np.arange(samples) / 40).astype(np.float32) * np.ones((12, 1), np.float32)
    values[:, 5000:5500] = np.nan
    data = xr.DataArray(values, coords, ("distance", "time"), name="strain rate", attrs={"start_utc": start})
    data.coords["time"].attrs["units"], data.coords["distance"].attrs["units"] = "s", "m"
    return Survey("das", data, folder / "das.h5", "f" * 32)


def large_image(folder: Path, *, south_up: bool = False) -> Survey:
    """Return 5,000 x 6,000 pixels in degrees, two windows down and three across, brighter to the east."""
    (folder / "map.tif").touch()
    ends = (-10, 10) if south_up else (10, -10)
    coords = {"lat": np.linspace(*ends, 5000), "lon": np.linspace(0, 20, 6000)}
    values = np.broadcast_to(np.linspace(10, 240, 6000, dtype=np.float32), (5000, 6000))
    data = xr.DataArray(values, coords, ("lat", "lon"), name="brightness")
    for name in coords:
        data.coords[name].attrs["units"] = "deg"
    return Survey("image", data, folder / "map.tif", "e" * 32, flips=frozenset({"lat"} if south_up else ()))
