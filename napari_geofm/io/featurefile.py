"""Feature maps as .npz."""

from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.features import FeatureMap
from napari_geofm.io.atomic import replacing

__all__ = ["write_features"]


def write_features(found: FeatureMap, path: Path, *, overwrite: bool = False) -> None:
    """Write a feature map.

    Parameters
    ----------
    found
        Taps and what was fed.
    path
        A ``.npz``. It holds ``tap3``, ``tap6``, ... (float32, ``(channels, tokens down, tokens across)``), ``image``
        as fed (float32, ``(3, height, width)``), ``shape`` (rows and columns of the section), ``zoom``,
        ``windows`` (int64, ``(n, 4)``: first row, first column, height, width, in tokens) and ``overlap`` (tokens).
        With one window each tap is the encoder's output for ``image``; with several it is the mean of the windows'
        outputs, weighted linearly over the overlap.

    Raises
    ------
    OutputError
        When the file exists and ``overwrite`` is False, or cannot be written.
    """
    boxes = np.array([[w.top, w.left, w.height, w.width] for w in found.windows], np.int64).reshape(-1, 4)
    arrays: dict[str, Any] = {f"tap{block}": tap for block, tap in found.taps.items()}
    with replacing(path, overwrite=overwrite) as beside, beside.open("wb") as stream:
        np.savez(
            stream,
            image=found.image,
            shape=np.array(found.shape),
            zoom=np.array(found.zoom),
            windows=boxes,
            overlap=np.array(found.overlap),
            **arrays,
        )
