"""What was chosen for a SEG-Y file, remembered for files like it.

Files are alike when one program wrote them in one way: the text header has the same layout (its words and numbers may
differ, but lines that speak of bytes may not), and the binary header the same byte order and the same words for
revision, sorting, unit of length and extensions. Names, sizes and sample counts play no part, but where a number of
samples was chosen, it holds for files whose size it fits.
"""

import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from napari_geofm.errors import GeoFMError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.segy.formats import FORMATS
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.text import TEXT_BYTES, decode_text

__all__ = ["forget", "place", "recall", "remember", "signature"]

MOST = 200
"""Kinds of files that are remembered."""

_HEADERS = 3600
_FORMAT = slice(3224, 3226)
_ALIKE = (3229, 3255, 3297, 3299, 3501, 3503, 3505, 3507)
"""First bytes of the binary header's words that files of one kind share."""


def signature(path: Path) -> str:
    """Return what files alike have in common, as 32 hexadecimal digits; empty where the file cannot be read."""
    head = _head(path)
    return _signature(head) if head else ""


def recall(path: Path) -> SegyOptions | None:
    """Return what was chosen for this file or one like it, or None; it never raises."""
    rows = _rows()
    head = _head(path) if rows else b""
    row = rows.get(_signature(head)) if head else None
    if not isinstance(row, dict):
        return None
    given = row.get("options")
    if isinstance(given, dict) and row.get("format") != head[_FORMAT].hex():
        # A result that was exported in another format is like the survey in all but its samples.
        given = {name: value for name, value in given.items() if name != "sample_format"}
    if isinstance(given, dict) and not _fits_size(path, head, given, row.get("size")):
        given = {name: value for name, value in given.items() if name != "samples"}
    try:
        return SegyOptions.from_given(given)
    except GeoFMError:
        return None


def remember(path: Path, options: SegyOptions) -> None:
    """Remember what was chosen for a file, for itself and files like it; nothing chosen is forgotten.

    Where the note cannot be written nothing is remembered: the file opens all the same.
    """
    head = _head(path)
    if not head:
        return
    rows = _rows()
    key = _signature(head)
    rows.pop(key, None)
    given = options.given()
    if given:
        rows[key] = {"file": path.name, "format": head[_FORMAT].hex(), "options": given, "size": path.stat().st_size}
    _write(dict(list(rows.items())[-MOST:]))


def forget(path: Path) -> None:
    """Forget what was chosen for a file and files like it."""
    remember(path, SegyOptions())


def _head(path: Path) -> bytes:
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as stream:
            head = stream.read(_HEADERS)
    except OSError:
        return b""
    return head if len(head) == _HEADERS else b""


def _fits_size(path: Path, head: bytes, given: dict[str, Any], size: Any) -> bool:
    """Return whether a number of samples that was chosen holds for a file: of its own size, or one that it fits."""
    samples = given.get("samples")
    if not isinstance(samples, int):
        return True
    code = max(head[_FORMAT], default=0)  # the other byte is empty, whatever their order
    stored = FORMATS.get(code)
    if isinstance(given.get("sample_format"), str):
        stored = next((each for each in FORMATS.values() if each.name == given["sample_format"]), stored)
    found = path.stat().st_size
    return found == size or (stored is not None and (found - _HEADERS) % (240 + samples * stored.width) == 0)


@lru_cache(maxsize=64)
def _signature(head: bytes) -> str:
    lines = [_shape(line) for line in decode_text(head[:TEXT_BYTES]).split("\n")]
    digest = hashlib.sha256("\n".join(lines).encode())
    # Which of the two bytes of the format code is empty tells the byte order.
    digest.update(bytes(byte == 0 for byte in head[_FORMAT]))
    for byte in _ALIKE:
        digest.update(head[byte - 1 : byte + 1])
    return digest.hexdigest()[:32]


def _shape(line: str) -> str:
    """Return a line with its words and numbers masked; a line that speaks of bytes as it is."""
    plain = " ".join(line.upper().split())
    if re.search(r"\bBYTES?\b", plain):
        return plain
    return re.sub(r"[^\W\d_]+( [^\W\d_]+)*", "a", re.sub(r"\d+", "9", plain))


def _rows() -> dict[str, Any]:
    try:
        found: Any = json.loads(place().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(rows: dict[str, Any]) -> None:
    try:
        with replacing(place(), overwrite=True) as beside:
            beside.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    except OSError:
        return


def place() -> Path:
    """Return the file that holds what is remembered."""
    from platformdirs import user_data_path

    return user_data_path("napari-geofm") / "segy-options.json"
