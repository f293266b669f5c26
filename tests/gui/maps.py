"""A small map of elevation open in a viewer."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from napari_geofm.gui.workspace import Workspace
from napari_geofm.session import Session
from tests.gui.conftest import FakeEngine
from tests.io.raster.build import MOON, placed, write_tif

__all__ = ["HILL", "elevation_file", "opened_map"]

HILL = (60, 40)
"""Row and column of the top of a hill of 2,000 m."""


def elevation_file(folder: Path, name: str = "dem.tif", **profile: Any) -> Path:
    """Write a map of degrees by twentieths, with one hill, and no data in a corner."""
    rows, columns = np.mgrid[:120, :160]
    heights = 2000 * np.exp(-((rows - HILL[0]) ** 2 + (columns - HILL[1]) ** 2) / 300) + 0.01 * rows
    heights[:10, :10] = -9999
    where = placed(0.05, -0.05, c=20.0, f=63.0)
    chosen = {"crs": MOON, "transform": where, "nodata": -9999} | profile
    return write_tif(folder / name, heights.astype(np.float32), **chosen)


@contextmanager
def opened_map(make_napari_viewer: Callable[..., Any], file: Path, qtbot: QtBot) -> Iterator[Workspace]:
    """Open an image in a viewer whose engine answers to nobody."""
    session = Session.open(file)
    viewer = make_napari_viewer()
    workspace = Workspace(viewer, session, FakeEngine())  # type: ignore[arg-type]
    qtbot.waitUntil(lambda: workspace.view.section is not None, timeout=10_000)
    yield workspace
    workspace.close()
