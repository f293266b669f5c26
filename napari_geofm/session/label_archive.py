"""Labels packed into one small file, for backups and for taking a renumbering back: only what is labelled."""

import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.atomic import replacing

__all__ = ["read_archive", "read_note", "write_archive"]

_NOTE = "note.json"

Block = tuple[slice, NDArray[np.uint8], NDArray[np.uint8]]


def write_archive(file: Path, values: Any, origins: Any, blocks: Iterable[slice], note: dict[str, Any]) -> None:
    """Pack parts of labels and origins, whole or not at all.

    Parameters
    ----------
    file
        The file to be.
    values, origins
        uint8 arrays of one shape.
    blocks
        Parts of the first dimension that hold labels; all the rest is taken as unlabelled.
    note
        What is to be known of them; the shape is added.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    with replacing(file, overwrite=True) as beside, zipfile.ZipFile(beside, "w") as packed:
        _put(packed, _NOTE, json.dumps({**note, "shape": list(values.shape)}).encode())
        for block in blocks:
            name = f"{block.start}-{block.stop}"
            _put(packed, f"{name}.labels", np.ascontiguousarray(values[block]).tobytes())
            _put(packed, f"{name}.origins", np.ascontiguousarray(origins[block]).tobytes())


def read_note(file: Path) -> dict[str, Any]:
    """Return what is noted in an archive, ``shape`` too.

    Raises
    ------
    ValueError
        When the archive is damaged.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            note: dict[str, Any] = dict(json.loads(packed.read(_NOTE)))
    except (OSError, EOFError, KeyError, ValueError, TypeError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{file.name} is damaged") from error
    return note


def read_archive(file: Path, shape: tuple[int, ...]) -> Iterator[Block]:
    """Yield the packed parts: where along the first dimension, labels, origins.

    Raises
    ------
    ValueError
        When the archive is damaged or of another shape.
    """
    if tuple(read_note(file).get("shape", ())) != shape:
        raise ValueError(f"{file.name} is of another shape")
    try:
        with zipfile.ZipFile(file) as packed:
            names = [name.removesuffix(".labels") for name in packed.namelist() if name.endswith(".labels")]
            for name in names:
                first, last = (int(part) for part in name.split("-"))
                found = [
                    np.frombuffer(packed.read(f"{name}.{kind}"), np.uint8).reshape(last - first, *shape[1:])
                    for kind in ("labels", "origins")
                ]
                yield slice(first, last), found[0], found[1]
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{file.name} is damaged") from error


def _put(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    # A fixed date, which ZipInfo has by default: the same labels give the same bytes, so that backups can be compared.
    packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 1)
