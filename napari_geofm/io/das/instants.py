"""Moments in UTC as people read them."""

import numpy as np

__all__ = ["instant", "lasting"]


def instant(ns: int, digits: int = 3) -> str:
    """Return a moment, ns since 1970, in ISO 8601 with so many digits of a second.

    >>> instant(1693857906884208128), instant(1693857906884208128, 9), instant(0, 0)
    ('2023-09-04T20:05:06.884Z', '2023-09-04T20:05:06.884208128Z', '1970-01-01T00:00:00Z')
    """
    unit = 10 ** (9 - digits)
    text = str(np.datetime_as_string(np.datetime64((ns + unit // 2) // unit * unit, "ns"), unit="ns"))
    whole, _, part = text.partition(".")
    return f"{whole}.{part[:digits]}Z" if digits else f"{whole}Z"


def lasting(seconds: float) -> str:
    """Return a length of time in the words of whoever waited for it.

    >>> lasting(0.0123), lasting(12.5), lasting(305.0), lasting(93784.0), lasting(864000.0)
    ('12.3 ms', '12.5 s', '5 min 5 s', '1 d 2 h 3 min', '10 d')
    """
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms"
    if seconds < 60:
        return f"{seconds:.4g} s"
    left, words = round(seconds), []
    for size, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        number, left = divmod(left, size)
        if number:
            words.append(f"{number} {name}")
    return " ".join(words[:3])
