"""Moments in UTC as people read them."""

import numpy as np

__all__ = ["instant"]


def instant(ns: int, digits: int = 3) -> str:
    """Return a moment, ns since 1970, in ISO 8601 with so many digits of a second.

    >>> instant(1693857906884208128), instant(1693857906884208128, 9), instant(0, 0)
    ('2023-09-04T20:05:06.884Z', '2023-09-04T20:05:06.884208128Z', '1970-01-01T00:00:00Z')
    """
    unit = 10 ** (9 - digits)
    text = str(np.datetime_as_string(np.datetime64((ns + unit // 2) // unit * unit, "ns"), unit="ns"))
    whole, _, part = text.partition(".")
    return f"{whole}.{part[:digits]}Z" if digits else f"{whole}Z"
