"""IBM floats that are said to be IEEE floats, the other way round, or fixed point with gain: told apart by their bits.

A writer normalises an IBM float: the first of its six digits to the base 16 is never 0, and small ones are the most
common. Of an IEEE float the same four bits are the last of the exponent and the first of the mantissa: 0 as often as
others. Of a number with gain the first byte is not used.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["mistaken_float"]

_ENOUGH = 1000
"""Samples other than zero from which bits are trusted."""

_MOST = 1 << 16
"""Samples that are looked at."""


def mistaken_float(raw: NDArray[Any], kind: str) -> str | None:
    """Return how samples seem to be stored when that is not as is said, None where nothing speaks against it.

    Parameters
    ----------
    raw
        ndarray of words of 4 bytes in the file's byte order, any shape.
    kind
        What they are said to be: ``"ibm"``, ``"f4"`` or ``"gain"``.

    Returns
    -------
    str or None
        The word of the command line, ``"ieee"`` or ``"ibm"``.
    """
    words = raw.reshape(-1)
    words = words[:: max(1, words.size // _MOST)]
    words = np.ascontiguousarray(words).view(f"{words.dtype.byteorder}u4").astype(np.uint32)
    words = words[(words & 0x7FFFFFFF) != 0]
    if words.size < _ENOUGH:
        return None
    digits = np.bincount((words >> 20) & 15, minlength=16) / words.size
    if kind == "gain":
        return None if np.mean(words >> 24 != 0) < 0.1 else "ibm" if digits[0] < 1e-3 else "ieee"
    if kind == "ibm":
        # A writer that does not normalise at all keeps one exponent.
        exponents = np.bincount((words >> 24) & 127) / words.size
        values = np.abs(words.view(np.float32))
        usual = np.isfinite(values) & (values > 1e-20) & (values < 1e20)
        seems_ieee = digits[0] > 0.02 and np.count_nonzero(exponents > 0.01) >= 3 and usual.mean() > 0.999
        return "ieee" if seems_ieee else None
    seems_ibm = digits[0] < 1e-3 and digits[1] > digits[2] > digits[4] > digits[8] > 0.01
    return "ibm" if seems_ibm else None
