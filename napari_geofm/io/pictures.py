"""PNG pictures of sections and feature maps."""

from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.io.atomic import replacing

__all__ = ["OPACITY", "blended", "tinted", "upscaled", "upscaled_numbers", "write_gray", "write_rgb"]

_Number = TypeVar("_Number", np.uint8, np.float32)

OPACITY = 0.55
"""How strongly a colour covers the amplitudes below it."""


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


def blended(gray: NDArray[np.float32], values: NDArray[np.uint8], table: ClassTable) -> NDArray[np.float32]:
    """Return classes in their colours over amplitudes, float32 ``(rows, columns, 3)``, 0 to 1.

    Parameters
    ----------
    gray
        float32, ``(rows, columns)``, 0 black to 1 white.
    values
        Outside classes of the same shape, 255 for none: there the amplitudes show as they are.
    table
        Colours.
    """
    palette = np.zeros((256, 3), np.float32)
    palette[: len(table)] = np.array(table.rgb, np.float32).reshape(-1, 3) / 255
    shown = (values != UNLABELLED).astype(np.float32) * np.float32(OPACITY)
    return _mixed(gray, palette[values], shown)


def tinted(gray: NDArray[np.float32], share: NDArray[np.float32], colour: tuple[int, int, int]) -> NDArray[np.float32]:
    """Return amplitudes tinted in one colour, the more the larger ``share`` (0 to 1; NaN: not at all)."""
    strength = np.nan_to_num(np.clip(share, 0, 1), nan=0.0).astype(np.float32)
    return _mixed(gray, np.array(colour, np.float32) / np.float32(255), np.float32(1.4 * OPACITY) * strength)


def _mixed(
    gray: NDArray[np.float32], colours: NDArray[np.float32], strength: NDArray[np.float32]
) -> NDArray[np.float32]:
    share = strength[..., None]
    return share * colours + (1 - share) * gray[..., None]


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
    return _resized(colours, token_px, shape)


def upscaled_numbers(tokens: NDArray[np.float32], token_px: float, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return a map of numbers, float32 ``(tokens down, tokens across)``, likewise."""
    return _resized(np.ascontiguousarray(tokens, np.float32), token_px, shape)


def _resized(tokens: NDArray[_Number], token_px: float, shape: tuple[int, int]) -> NDArray[_Number]:
    from PIL import Image

    box = (0.0, 0.0, min(tokens.shape[1], shape[1] / token_px), min(tokens.shape[0], shape[0] / token_px))
    image = Image.fromarray(tokens).resize((shape[1], shape[0]), Image.Resampling.BILINEAR, box=box)
    return np.asarray(image)


def _write(array: NDArray[np.uint8], path: Path, *, overwrite: bool) -> None:
    from PIL import Image

    with replacing(path, overwrite=overwrite) as beside, beside.open("wb") as stream:
        Image.fromarray(array).save(stream, format="PNG", optimize=True)
