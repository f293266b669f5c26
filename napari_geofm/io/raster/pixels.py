"""The pixels of one raster file, read by window, as numbers with NaN where there is no data."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.gdal import opened
from napari_geofm.io.raster.pds import special_values

__all__ = ["PixelRules", "Pixels"]

_LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in brightness (ITU-R BT.601)."""

_ISIS_SPECIAL = {"int16": (-32752, 32767), "uint16": (3, 65522), "uint8": (1, 254)}
"""Lowest and highest valid stored value of an ISIS cube; the others mean NULL or saturated (ISIS 'Special Pixels')."""

_FLOAT_LOWEST = -3.4028226e38
"""Floats at or below this are special pixels of ISIS, and of those who write the lowest float for no data."""


@dataclass(frozen=True, slots=True, eq=False)
class PixelRules:
    """How the stored bands of a file become one number a pixel.

    Attributes
    ----------
    bands
        Of one the number, of three (red, green, blue) the luminance is taken; from 1.
    alpha
        Band of which 0 means no data, or None.
    masked
        Whether the file carries a mask of valid pixels.
    palette
        float32, shape ``(65536,)``: brightness by stored number; None where numbers are values.
    nodata
        Stored value of no data, or None.
    special
        Further stored values that mean no data.
    isis
        Whether the special pixels of ISIS count as no data.
    """

    bands: tuple[int, ...] = (1,)
    alpha: int | None = None
    masked: bool = False
    palette: NDArray[np.float32] | None = None
    nodata: float | None = None
    special: tuple[float, ...] = ()
    isis: bool = False

    @classmethod
    def of(cls, path: Path, source: Any, band: int | None = None) -> "PixelRules":
        """Decide from the opened file which bands make its brightness.

        Parameters
        ----------
        path
            The file, or its label.
        source
            The opened dataset.
        band
            The one that the user wants; None: the colours, or the first.

        Raises
        ------
        UsageError
            When there is no such band.
        FormatError
            When its numbers are complex.
        """
        from rasterio.enums import ColorInterp, MaskFlags

        if band is not None and band > source.count:
            msg = f"--band {band}: {path.name} has {source.count} band{'s' * (source.count > 1)}"
            raise UsageError(msg)
        meaning = tuple(source.colorinterp)
        alpha = next((number + 1 for number, what in enumerate(meaning) if what == ColorInterp.alpha), None)
        colours = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
        rgb = tuple(meaning.index(what) + 1 for what in colours if what in meaning)
        bands = (band,) if band is not None else rgb if len(rgb) == 3 else (1,)
        stored = source.dtypes[bands[0] - 1]
        if stored.startswith("complex"):
            msg = f"{path.name} holds complex numbers ({stored}); give their magnitude or phase as a file of its own"
            raise FormatError(msg)
        first = meaning[bands[0] - 1]
        return cls(
            bands,
            alpha,
            alpha is None and MaskFlags.per_dataset in source.mask_flag_enums[bands[0] - 1],
            _brightness_table(source) if first == ColorInterp.palette and band is None else None,
            source.nodatavals[bands[0] - 1],
            special_values(path),
            source.driver.startswith("ISIS"),
        )


class Pixels:
    """The pixels of one file.

    Parameters
    ----------
    path
        What rasterio opens.
    rules
        How its bands become one number.
    gain, shift
        The number that is given is gain * stored + shift.
    """

    def __init__(self, path: Path, rules: PixelRules, gain: float = 1.0, shift: float = 0.0) -> None:
        self.path = path
        self.rules = rules
        self.gain = gain
        self.shift = shift
        self._lock = threading.Lock()

    def read(self, box: tuple[slice, ...]) -> NDArray[np.float32]:
        """Return a window ``(rows, columns)`` as float32, NaN where there is no data."""
        rows, columns = box
        return self.thinned(box, (rows.stop - rows.start, columns.stop - columns.start))

    def thinned(self, box: tuple[slice, ...], shape: tuple[int, int]) -> NDArray[np.float32]:
        """Return a window read at another size, by the file's overviews where it has them: single pixels, no means."""
        from rasterio.enums import Resampling
        from rasterio.windows import Window

        rows, columns = box
        window = Window(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        how: dict[str, Any] = {"window": window, "out_shape": shape, "resampling": Resampling.nearest}
        rules = self.rules
        with self._lock, opened(self.path) as source:
            stored = np.stack([source.read(band, **how) for band in rules.bands])
            shown = source.read(rules.alpha, **how) if rules.alpha is not None else None
            if rules.masked:
                shown = source.read_masks(rules.bands[0], **how)
        values = self._scaled(self._brightness(stored))
        values[~self._valid(stored)] = np.nan
        if shown is not None:
            values[shown == 0] = np.nan
        return values

    def _brightness(self, stored: NDArray[Any]) -> NDArray[Any]:
        if self.rules.palette is not None:
            looked_up: NDArray[np.float32] = self.rules.palette[stored[0]]
            return looked_up
        if len(self.rules.bands) == 1:
            return np.asarray(stored[0])
        mixed = np.tensordot(np.array(_LUMINANCE), stored.astype(np.float64), axes=1)
        gray = (stored == stored[0]).all(axis=0)
        # A gray picture saved in colour keeps its exact values.
        return np.where(gray, stored[0], mixed)

    def _scaled(self, values: NDArray[Any]) -> NDArray[np.float32]:
        # Doubles that mean no data may be too large for float32.
        with np.errstate(over="ignore", invalid="ignore"):
            if (self.gain, self.shift) == (1.0, 0.0):
                return values.astype(np.float32)
            # A radius in half metres needs more digits than float32 has, its difference from the body's does not.
            return (values * np.float64(self.gain) + self.shift).astype(np.float32)

    def _valid(self, stored: NDArray[Any]) -> NDArray[np.bool_]:
        rules = self.rules
        valid: NDArray[np.bool_] = np.isfinite(stored).all(axis=0)
        if rules.nodata is not None and not np.isnan(rules.nodata):
            valid &= ~(stored == rules.nodata).all(axis=0)
        for value in rules.special:
            valid &= stored[0] != value
        if np.issubdtype(stored.dtype, np.floating):
            valid &= stored[0] > _FLOAT_LOWEST
        elif rules.isis and stored.dtype.name in _ISIS_SPECIAL:
            low, high = _ISIS_SPECIAL[stored.dtype.name]
            valid &= (stored[0] >= low) & (stored[0] <= high)
        return valid


def _brightness_table(source: Any) -> NDArray[np.float32]:
    """Return the brightness of each number of a palette picture, float32, shape ``(65536,)``; transparent ones NaN."""
    table = np.full(65536, np.nan, np.float32)
    for number, (red, green, blue, alpha) in source.colormap(1).items():
        gray = red == green == blue
        mixed = float(np.dot(_LUMINANCE, (red, green, blue)))
        table[number] = np.nan if alpha == 0 else red if gray else mixed
    return table
