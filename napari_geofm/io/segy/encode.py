"""Classes, numbers and probabilities to stored samples, with one number for what has no value."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import LabelError, UsageError
from napari_geofm.io.segy.formats import FORMATS, SampleFormat

__all__ = ["SampleWriter"]

_UNLABELLED = 255


class SampleWriter:
    """Encodes samples of one array in one format.

    Parameters
    ----------
    sample_format
        How samples are stored.
    order
        Byte order, ``">"`` or ``"<"``.
    null
        Stored where a class is 255 (uint8 arrays) or a number is NaN.
    dtype
        Of the array.

    Raises
    ------
    UsageError
        When the format cannot hold ``null``.
    LabelError
        When the array holds fractions and the format whole numbers only.
    """

    def __init__(self, sample_format: SampleFormat, order: str, null: float, dtype: np.dtype[Any]) -> None:
        self.format = sample_format
        self._order = order
        self._null = float(null)
        low, high = sample_format.range
        if not sample_format.is_float and not (float(null).is_integer() and low <= null <= high):
            raise UsageError(
                f"--null {null:g}: {sample_format.words} samples hold whole numbers from {low} to {high}; "
                "choose such a number, or another --format"
            )
        if not np.isfinite(null):
            raise UsageError(f"--null {null:g}: SEG-Y readers expect finite samples; choose a number")
        if dtype.kind not in "biuf":
            raise LabelError(f"An array of {dtype} cannot be written; give classes, numbers or probabilities")
        if dtype.kind == "f" and not sample_format.is_float:
            floats = ", ".join(each.name for each in FORMATS.values() if each.is_float)
            raise LabelError(f"Fractions cannot be written as {sample_format.words}; choose --format {floats}")

    def nulls(self, n_traces: int, n_samples: int) -> NDArray[np.uint8]:
        """Return encoded traces without values, shape ``(n_traces, n_samples * width)``."""
        one = self.format.encode(np.full((1,), self._null, self._wide()), self._order)
        return np.tile(one, (n_traces, n_samples))

    def encode(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        """Return encoded traces, shape ``(n_traces, n_samples * width)``.

        Raises
        ------
        LabelError
            When a number lies outside what the format holds.
        """
        if values.dtype.kind == "f":
            return self.format.encode(np.where(np.isnan(values), self._null, values), self._order)
        if values.dtype == np.uint8:
            empty = values == _UNLABELLED
            self._require_range(values, ~empty)
            return self.format.encode(np.where(empty, self._null, values).astype(self._wide()), self._order)
        self._require_range(values, None)
        return self.format.encode(values, self._order)

    def _wide(self) -> str:
        # int64 holds every class and every null of the integer formats but the largest uint64.
        return "f8" if self.format.is_float else "u8" if self.format.kind == "u8" else "i8"

    def _require_range(self, values: NDArray[Any], where: NDArray[np.bool_] | None) -> None:
        known = values if where is None else values[where]
        if known.size == 0:
            return
        low, high = self.format.range
        least, most = int(known.min()), int(known.max())
        if least < low or most > high:
            wrong = least if least < low else most
            raise LabelError(
                f"{wrong} cannot be written as {self.format.words}, which holds {low} to {high} exactly; "
                "choose another --format"
            )
