"""Labels of the Planetary Data System (PDS3, PDS4): where the image is, and which of its numbers mean nothing."""

import re
from pathlib import Path

from napari_geofm.errors import SourceError

__all__ = ["image_label", "is_west_label", "require_image", "special_values"]

_HEAD = 65536
"""Bytes of a file in which its label is looked for; longer labels carry histories, not constants."""

_ATTACHED = (b"PDS_VE", b"CCSD3Z")

_POINTER = re.compile(r'^\s*\^\w*IMAGE\w*\s*=\s*\(?\s*"?([A-Za-z0-9_][\w .\-/]*\.\w+)"?', re.MULTILINE)
_PDS4_FILE = re.compile(r"<file_name>\s*([^<]+?)\s*</file_name>")

_SPECIAL_WORDS = (
    "CORE_NULL|CORE_LOW_REPR_SATURATION|CORE_LOW_INSTR_SATURATION|CORE_HIGH_REPR_SATURATION|"
    "CORE_HIGH_INSTR_SATURATION|MISSING_CONSTANT|MISSING|INVALID_CONSTANT|INVALID_VALUE|UNKNOWN_CONSTANT|"
    "NULL|NULL_CONSTANT|LOW_REPR_SATURATION|LOW_INSTR_SATURATION|HIGH_REPR_SATURATION|HIGH_INSTR_SATURATION|"
    "OUT_OF_IMAGE_BOUNDS_VALUE"
)
_PDS3_SPECIAL = re.compile(rf"^\s*(?:{_SPECIAL_WORDS})\s*=\s*(\([^)]*\)|\S+)", re.MULTILINE)
_PDS4_BLOCK = re.compile(r"<Special_Constants>(.*?)</Special_Constants>", re.DOTALL)
_PDS4_VALUE = re.compile(r"<(?!valid_)\w*(?:constant|saturation|null)\w*>\s*([^<\s]+)\s*</")
_WEST = re.compile(r'^\s*POSITIVE_LONGITUDE_DIRECTION\s*=\s*"?WEST', re.MULTILINE | re.IGNORECASE)
_HEX = re.compile(r"16#([0-9A-Fa-f]+)#")


def image_label(file: Path) -> Path:
    """Return the detached label of a bare image, or the file itself.

    Examples
    --------
    >>> image_label(Path("picture.png")).name
    'picture.png'
    """
    if file.suffix.lower() != ".img":
        return file
    with file.open("rb") as stream:
        attached = stream.read(6) in _ATTACHED
    beside = (file.with_suffix(ending) for ending in (".lbl", ".LBL", ".xml"))
    return file if attached else next((label for label in beside if label.is_file()), file)


def require_image(label: Path) -> None:
    """Refuse a detached label whose image is not there, which would only be told to be damaged.

    Raises
    ------
    SourceError
        When the file that the label names is not beside it.
    """
    text = _text(label)
    if text.startswith(("PDS_VERSION_ID", "CCSD3Z")):
        found = _POINTER.search(text)
    elif "<Product_Observational" in text:
        found = _PDS4_FILE.search(text)
    else:
        return
    if found is None:
        return
    name = found[1]
    if any(label.with_name(each).exists() for each in (name, name.lower(), name.upper())):
        return
    msg = f"{label.name} is the label of {name}, which is not beside it; put both into one folder"
    raise SourceError(msg)


def special_values(label: Path) -> tuple[float, ...]:
    """Return stored values that a PDS label calls null, missing, invalid or saturated; none where there is no label.

    Bit patterns (``16#FF7FFFFB#``) are of 32-bit floats, and of integers where they are shorter.
    """
    text = _text(label)
    if text.startswith(("PDS_VERSION_ID", "CCSD3Z")):
        words = [word for found in _PDS3_SPECIAL.findall(text) for word in found.strip("()").split(",")]
    elif "<Product_Observational" in text:
        words = [word for block in _PDS4_BLOCK.findall(text) for word in _PDS4_VALUE.findall(block)]
    else:
        return ()
    numbers = (_number(word.strip().strip('"')) for word in words)
    return tuple(sorted({number for number in numbers if number is not None}))


def is_west_label(label: Path) -> bool:
    """Return whether a PDS3 label says that longitudes count to the west."""
    text = _text(label)
    return text.startswith(("PDS_VERSION_ID", "CCSD3Z")) and _WEST.search(text) is not None


def _number(word: str) -> float | None:
    bits = _HEX.fullmatch(word)
    if bits is None:
        try:
            return float(word)
        except ValueError:
            return None
    if len(bits[1]) != 8:
        return float(int(bits[1], 16))
    import struct

    return float(struct.unpack(">f", bytes.fromhex(bits[1]))[0])


def _text(file: Path) -> str:
    """Return the beginning of a file as text; empty for files that cannot be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(_HEAD).decode("latin-1")
    except OSError:
        return ""
