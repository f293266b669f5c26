"""What the members of an ``.npz`` say of themselves, looked at before any is read."""

import math
import zipfile
from pathlib import Path

import numpy as np

__all__ = ["require_plain_members"]

PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How numpy writes members; other ways may take any memory to unpack."""

_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def require_plain_members(file: Path, most_bytes: int) -> None:
    """Raise for a file with members that are no arrays of bytes, or not of the size that they say.

    numpy makes room for the shape that a header names before it looks whether there are so many bytes.

    Parameters
    ----------
    file
        It is opened, and only headers are read.
    most_bytes
        Size of all members, unpacked, beyond which nothing is read.

    Raises
    ------
    ValueError
        When a member is encrypted, packed in another way than numpy's, or no uint8 array of its size.
    OSError, zipfile.BadZipFile
        When it is no archive.
    """
    with zipfile.ZipFile(file) as packed:
        members = packed.infolist()
        if sum(each.file_size for each in members) > most_bytes:
            raise ValueError(f"{file.name} is larger than {most_bytes} bytes")
        for each in members:
            if each.flag_bits & 1 or each.compress_type not in PACKED:
                raise ValueError(f"{each.filename} is packed in a way that is not read")
            with packed.open(each) as stream:
                header = _HEADERS.get(np.lib.format.read_magic(stream))
                if header is None:
                    raise ValueError(f"{each.filename} is no array")
                shape, _, dtype = header(stream)
                size = math.prod(shape)
                if dtype != np.uint8 or min(shape, default=0) < 0 or stream.tell() + size != each.file_size:
                    raise ValueError(f"{each.filename} holds no bytes of shape {shape}")
