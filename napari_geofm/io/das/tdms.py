"""TDMS files that were cut: their lead-in says how long they should be."""

import struct
from pathlib import Path

from napari_geofm.errors import SourceError

__all__ = ["what_tdms_lacks"]

_LEAD_IN = struct.Struct("<4siiQQ")
"""Tag, flags, version, and where the next segment and this one's samples begin, counted from its end."""

_UNFINISHED = 2**64 - 1
"""What a recorder that lost its power leaves for the first of these."""


def what_tdms_lacks(path: Path) -> str:
    """Return how much of a TDMS file is there, in words, where it ends before its lead-in says so; "" of others.

    Raises
    ------
    SourceError
        When the file cannot be read.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            begin = 0
            while begin < size:
                stream.seek(begin)
                head = stream.read(_LEAD_IN.size)
                if not head.startswith(b"TDSm"):
                    return ""
                if len(head) < _LEAD_IN.size:
                    return f"cut short: {size} bytes are there"
                following = _LEAD_IN.unpack(head)[3]
                if following == _UNFINISHED:
                    return "cut short: its recorder did not finish it"
                begin += _LEAD_IN.size + following
    except OSError as error:
        msg = f"{path.name} cannot be read ({error.strerror or error}); check its permissions"
        raise SourceError(msg) from error
    return f"cut short: {size / 1e6:,.1f} of {begin / 1e6:,.1f} MB are there" if begin > size else ""
