"""A relief as a camera above sees it under a low sun."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.relief import Sun, gradients, incidence

__all__ = ["shade"]


def shade(
    elevation_m: NDArray[np.floating], pixel_m: float, azimuth_degrees: float, height_degrees: float
) -> NDArray[np.float64]:
    """Return how bright a relief is under a sun, with cast shadows.

    Lommel-Seeliger for a camera at the zenith (e.g. Hapke 2012, ch. 8), relative to level ground.

    Parameters
    ----------
    elevation_m
        ndarray, shape (rows, columns), in m, north up.
    pixel_m
        Size of a pixel in m.
    azimuth_degrees, height_degrees
        Of the sun: clockwise from north, and above the horizon.

    Returns
    -------
    ndarray of float64
        1 on level ground, 0 in shadow.
    """
    azimuth, height = np.deg2rad(azimuth_degrees), np.deg2rad(height_degrees)
    north, east = np.cos(azimuth), np.sin(azimuth)
    down, right = gradients(elevation_m, pixel_m, pixel_m)
    emission = 1 / np.sqrt(1 + down**2 + right**2)
    light = np.clip(incidence(down, right, Sun(azimuth_degrees, height_degrees)), 0, None)
    brightness = light / (light + emission) * (1 + np.sin(height)) / np.sin(height)
    return np.asarray(brightness * ~_in_shadow(elevation_m, pixel_m, (-north, east), np.tan(height)))


def _in_shadow(
    elevation_m: NDArray[np.floating], pixel_m: float, toward: tuple[float, float], slope: float
) -> NDArray[np.bool_]:
    """Return where something towards the sun stands higher than its rays."""
    shadow = np.zeros(elevation_m.shape, np.bool_)
    rows, columns = elevation_m.shape
    # A shadow is never longer than the relief is high; 200 steps bound the work on jagged ground.
    most = int(min(np.ptp(elevation_m) / (slope * pixel_m) + 1, 200, rows - 1, columns - 1))
    for step in range(1, most + 1):
        dr, dc = round(toward[0] * step), round(toward[1] * step)
        here = np.s_[max(0, -dr) : rows - max(0, dr), max(0, -dc) : columns - max(0, dc)]
        there = np.s_[max(0, dr) : rows - max(0, -dr), max(0, dc) : columns - max(0, -dc)]
        shadow[here] |= elevation_m[there] > elevation_m[here] + np.hypot(dr, dc) * pixel_m * slope
    return shadow
