from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from affine import Affine

from napari_geofm.core.survey import Survey
from napari_geofm.io.opening import open_survey

__all__ = ["image", "moon_map", "write_map"]


def write_map(
    path: Path,
    shape: tuple[int, int] = (480, 960),
    *,
    step: float = 0.25,
    corner: tuple[float, float] = (-120.0, 60.0),
    crs: str = "+proj=longlat +R=1737400",
    **profile: Any,
) -> Path:
    """Write a map in degrees, of ones."""
    transform = Affine(step, 0, corner[0], 0, -step, corner[1])
    plain = {"driver": "GTiff", "height": shape[0], "width": shape[1], "count": 1, "dtype": "uint8", "crs": crs}
    with rasterio.open(path, "w", **(plain | {"transform": transform} | profile)) as file:
        file.write(np.ones(shape, np.uint8), 1)
    return path


@pytest.fixture
def moon_map(tmp_path: Path) -> Survey:
    return open_survey(write_map(tmp_path / "moon.tif"))


@pytest.fixture
def image(tmp_path: Path) -> Survey:
    from PIL import Image

    Image.fromarray(np.ones((300, 400), np.uint8)).save(tmp_path / "picture.png")
    return open_survey(tmp_path / "picture.png")
