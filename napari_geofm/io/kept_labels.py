"""The labels that a model learned from, kept in its folder, so that a model that goes on from it can learn them again.

One file, ``labels.npz``, without pickles: for each section its labels (uint8, 255 unlabelled), a picture of the same
shape that marks which samples a human drew (1) and which were held out (2), and as JSON where the section is read from.
Strokes are mostly nothing, and pack well: some kB a section. The amplitudes are not kept.
"""

import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.region import Region
from napari_geofm.core.section_place import SectionPlace
from napari_geofm.errors import ModelError, UsageError
from napari_geofm.io.npz_members import require_plain_members

__all__ = ["KEPT", "KeptSection", "fitting", "pack_kept", "read_kept"]

KEPT = "labels.npz"
FORMAT = 1
HUMAN, HELD = 1, 2
MOST_BYTES = 2**31
"""Unpacked, no file is larger: beyond, fewer sections are kept, and one that is there is not opened."""
SPARE = 1024
"""Room for what surrounds labels in the file: headers of arrays, brackets."""

_WRONG = (
    *(OSError, EOFError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, SyntaxError, MemoryError),
    *(RuntimeError, UsageError, zipfile.BadZipFile, zlib.error, lzma.LZMAError),
)
"""What reading a file of another making may raise; of ``RuntimeError``: too deep a JSON, an encrypted member."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptSection:
    """A section that a model learned from.

    Attributes
    ----------
    place
        Where it is read from.
    labels
        uint8, display order: outside numbers of the model's classes, 255 unlabelled.
    human
        Boolean of the same shape: what of them a human drew.
    held
        Boolean of the same shape: what of them was held out to score the model.
    matrix
        int64, ``(classes, classes)``, truth down: what the model said of these before it had learned them; None where
        it was not asked.
    apart
        Whether it was labelled for validation, and not learned from.
    """

    place: SectionPlace
    labels: NDArray[np.uint8]
    human: NDArray[np.bool_]
    held: NDArray[np.bool_]
    matrix: NDArray[np.int64] | None = None
    apart: bool = False


def fitting(sections: Sequence[KeptSection]) -> tuple[KeptSection, ...]:
    """Return what is kept of sections so that the file can be read again: all, or as many as fit, spread over all.

    Volumes that are labelled all over may hold more labels than :data:`MOST_BYTES`.
    """
    sizes = np.array([_size(each) for each in sections], np.int64)
    count = len(sections)
    chosen = np.arange(count)
    while sizes[chosen].sum() + SPARE > MOST_BYTES:
        count -= max(1, count // 64)
        chosen = np.unique(np.linspace(0, len(sections) - 1, count).round().astype(np.int64))
    return tuple(sections[number] for number in chosen.tolist())


def pack_kept(sections: Sequence[KeptSection]) -> bytes:
    """Return the file's bytes; the same sections give the same bytes."""
    # Escaped: the path of a file may hold bytes that are no UTF-8, which only so come back as they were.
    text = json.dumps({"format": FORMAT, "sections": [_about(each) for each in sections]}, ensure_ascii=True)
    arrays = {"about": np.frombuffer(text.encode("ascii"), np.uint8)}
    for number, each in enumerate(sections):
        arrays[f"labels_{number}"] = each.labels
        arrays[f"marks_{number}"] = (HUMAN * each.human + HELD * each.held).astype(np.uint8)
    into = io.BytesIO()
    np.savez_compressed(into, allow_pickle=False, **arrays)
    return into.getvalue()


def _about(section: KeptSection) -> dict[str, Any]:
    """Return what is said of a section beside its labels."""
    place = section.place
    return {
        "file": str(place.file),
        "fingerprint": place.fingerprint,
        "labels": str(place.labels),
        "at": place.at,
        "low": place.low,
        "high": place.high,
        "region": [list(limit) for limit in place.region.limits],
        "options": place.options,
        "apart": section.apart,
        "matrix": None if section.matrix is None else section.matrix.tolist(),
    }


def _size(section: KeptSection) -> int:
    """Return the bytes that a section takes, unpacked."""
    return 2 * (section.labels.size + SPARE) + len(json.dumps(_about(section)))


def read_kept(folder: Path, classes: int) -> tuple[KeptSection, ...] | None:
    """Return what a model's folder keeps of ``classes`` classes; None where it keeps none.

    Raises
    ------
    ModelError
        When the file is damaged, leads elsewhere, or was written by a newer program.
    """
    file = folder / KEPT
    if not file.exists() and not file.is_symlink():
        return None
    if not file.is_file() or file.resolve().parent != folder.resolve():
        msg = f"Model file {file} leads elsewhere; give a folder that 'geofm finetune' wrote"
        raise ModelError(msg)
    try:
        require_plain_members(file, MOST_BYTES)
        with np.load(file, allow_pickle=False) as arrays:
            about: Any = json.loads(arrays["about"].astype(np.uint8).tobytes())
            version = int(about["format"])
            rows = about["sections"] if version <= FORMAT else ()
            sections = tuple(_section(each, arrays, place, classes) for place, each in enumerate(rows))
    except _WRONG as error:
        raise _damaged(file) from error
    if version > FORMAT:
        msg = f"Model {folder.name} keeps its labels in format {version}, newer than this program's ({FORMAT})"
        raise ModelError(f"{msg}; update napari-geofm")
    return sections


def _section(about: Any, arrays: Any, number: int, classes: int) -> KeptSection:
    labels, marks = arrays[f"labels_{number}"], arrays[f"marks_{number}"]
    fits = labels.dtype == marks.dtype == np.uint8 and labels.shape == marks.shape and labels.ndim == 2
    if not fits or ((labels >= classes) & (labels != UNLABELLED)).any():
        raise ValueError(number)
    matrix = about["matrix"]
    counts = None if matrix is None else np.array(matrix, np.int64)
    if counts is not None and (counts.shape != (classes, classes) or (counts < 0).any()):
        raise ValueError(number)
    place = SectionPlace(
        file=Path(str(about["file"])),
        fingerprint=str(about["fingerprint"]),
        labels=Path(str(about["labels"])),
        at=str(about["at"]),
        low=float(about["low"]),
        high=float(about["high"]),
        region=Region(tuple((str(axis), float(low), float(high)) for axis, low, high in about["region"])),
        options=str(about["options"]),
    )
    _ = place.where  # refuses what is no place
    if not -np.inf < place.low < place.high < np.inf:
        raise ValueError(number)
    return KeptSection(place, labels, (marks & HUMAN) > 0, (marks & HELD) > 0, counts, bool(about["apart"]))


def _damaged(file: Path) -> ModelError:
    return ModelError(f"Model file {file} is damaged; remove it to go on without the labels of that model")
