"""PNG pictures of sections and feature maps."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.atomic import replacing

__all__ = ["upscaled", "write_gray", "write_rgb"]


def write_gray(picture: NDArray[np.float32], path: Path, *, overwrite: bool = False) -> None:
    """Write a picture (float32, ``(rows, columns)``, 0 black to 1 white) as 8-bit gray PNG.

    Raises
    ------
    OutputError
        When the file exists and ``overwrite`` is False, or cannot be written.
    """
    _write(np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8), path, overwrite=overwrite)


def write_rgb(picture: NDArray[np.uint8], path: Path, *, overwrite: bool = False) -> None:
    """Write colours (uint8, ``(rows, columns, 3)``) as PNG.

    Raises
    ------
    OutputError
        When the file exists and ``overwrite`` is False, or cannot be written.
    """
    _write(picture, path, overwrite=overwrite)


def upscaled(colours: NDArray[np.uint8], token_px: float, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """Return a token map at the size of its section, bilinear.

    Parameters
    ----------
    colours
        uint8, shape ``(tokens down, tokens across, 3)``.
    token_px
        Samples per token; the last row and column of tokens may reach beyond the section.
    shape
        Rows and columns of the section.
    """
    from PIL import Image

    box = (0.0, 0.0, min(colours.shape[1], shape[1] / token_px), min(colours.shape[0], shape[0] / token_px))
    image = Image.fromarray(colours).resize((shape[1], shape[0]), Image.Resampling.BILINEAR, box=box)
    return np.asarray(image)


def _write(array: NDArray[np.uint8], path: Path, *, overwrite: bool) -> None:
    from PIL import Image

    with replacing(path, overwrite=overwrite) as beside, beside.open("wb") as stream:
        Image.fromarray(array).save(stream, format="PNG", optimize=True)
