"""Label pictures in colour: which colour is which class."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.errors import LabelError
from napari_geofm.io.arrays import open_picture

__all__ = ["MISFIT_SHARE", "SNAP_DISTANCE", "ColourPicture", "colour_table"]

SNAP_DISTANCE = 32.0
"""Euclidean distance in RGB (0..255 each) up to which a pixel takes the nearest class's colour; beyond, unlabelled.

Edges that an image program has smoothed, and the noise of JPEG, lie within it."""

MISFIT_SHARE = 0.05
"""Share of pixels beyond :data:`SNAP_DISTANCE` above which a picture does not fit a class table."""

_FLAT_COLOURS = 32
"""A picture with at most this many colours is flat: each is a class, however rare."""

_SMALLEST_SHARE = 0.001
"""In a picture with more colours, smoothed ones among them, those with less than this share of pixels are no class."""


@dataclass(frozen=True, slots=True, eq=False)
class ColourPicture:
    """Pixels of a label picture in colour.

    Attributes
    ----------
    name
        The file's name, for messages.
    codes
        ndarray of int32, shape ``(rows, columns)``: red * 65536 + green * 256 + blue; -1 where transparent.
    """

    name: str
    codes: NDArray[np.int32]

    @classmethod
    def of(cls, path: Path, picture: Any) -> "ColourPicture":
        """Take the pixels of a PIL picture of any colour mode."""
        pixels = np.asarray(picture.convert("RGBA")).astype(np.int32)
        codes = (pixels[..., 0] << 16) | (pixels[..., 1] << 8) | pixels[..., 2]
        return cls(path.name, np.where(pixels[..., 3] == 0, np.int32(-1), codes))

    def class_codes(self) -> NDArray[np.int32]:
        """Return the colours that are classes, sorted.

        Raises
        ------
        LabelError
            When they are more than 254, or do not make up the picture: a photograph.
        """
        found, counts = np.unique(self.codes[self.codes >= 0], return_counts=True)
        if found.size > _FLAT_COLOURS:
            large = counts >= _SMALLEST_SHARE * self.codes.size
            covered = counts[large].sum() >= (1.0 - MISFIT_SHARE) * counts.sum()
            if not covered or int(large.sum()) > 254:
                msg = (
                    f"{self.name} has {found.size} colours: a photograph, not labels; "
                    "draw each class in one flat colour, or give --classes names.csv"
                )
                raise LabelError(msg)
            found = found[large]
        return found

    def classes(self, table: ClassTable) -> NDArray[np.uint8]:
        """Return class numbers, uint8, 255 where transparent or unlike any class's colour.

        Colours are matched exactly, or else snapped to the nearest within :data:`SNAP_DISTANCE`. White means unlabelled
        unless a class is white or nearly so.

        Raises
        ------
        LabelError
            When more than 5 % of the pixels are unlike any class's colour.
        """
        found, where = np.unique(self.codes, return_inverse=True)
        numbers = np.full(found.size, UNLABELLED, np.uint8)
        palette = np.array(table.rgb, np.float64).reshape(-1, 3)
        colours = np.stack([(found >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(np.float64)
        distance = np.linalg.norm(colours[:, None, :] - palette[None, :, :], axis=2)
        near = (distance.min(axis=1) <= SNAP_DISTANCE) & (found >= 0)
        numbers[near] = distance.argmin(axis=1)[near]
        counts = np.bincount(where.ravel(), minlength=found.size)
        stray = ~near & (found >= 0) & (found != 0xFFFFFF)
        if counts[stray].sum() > MISFIT_SHARE * self.codes.size:
            worst = found[stray][counts[stray].argmax()]
            msg = (
                f"{self.name} has pixels of colour #{worst:06x}, which is no class's; the classes are "
                f"{', '.join(f'{info.name} {info.colour}' for info in table)[:160]}; give --classes that fits"
            )
            raise LabelError(msg)
        return numbers[where].reshape(self.codes.shape)


def colour_table(paths: Iterable[Path | str]) -> ClassTable:
    """Return one class table for many label pictures: every class colour of any of them, sorted by red, green, blue.

    Parameters
    ----------
    paths
        Pictures in colour. In a picture with more than 32 colours (smoothed edges) only those with at least 0.1 % of
        the pixels are classes.

    Returns
    -------
    ClassTable
        Classes named by their colour (``#1446f5``).

    Raises
    ------
    LabelError
        When a picture is a photograph, or there are more than 254 colours.
    """
    codes: set[int] = set()
    for path in paths:
        file = Path(path)
        codes.update(ColourPicture.of(file, open_picture(file)).class_codes().tolist())
    if not 0 < len(codes) <= 254:
        msg = f"The label pictures have {len(codes)} colours in all; there can be 1 to 254 classes"
        raise LabelError(msg)
    return ClassTable(tuple(ClassInfo(f"#{code:06x}", f"#{code:06x}") for code in sorted(codes)))
