"""Labels packed into one small file, for backups and for taking a renumbering back: only what is labelled."""

import json
import math
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.atomic import replacing

__all__ = ["Run", "read_archive", "read_note", "write_archive"]

_NOTE = "note.json"

_BATCH = 2**22
"""Samples packed together: many short runs make few entries, and a reader's memory is bounded."""

Run = tuple[slice, NDArray[np.uint8], NDArray[np.uint8]]


def write_archive(file: Path, values: Any, origins: Any, runs: Iterable[slice], note: dict[str, Any]) -> None:
    """Pack parts of labels and origins, whole or not at all.

    Parameters
    ----------
    file
        The file to be.
    values, origins
        uint8 arrays of one shape.
    runs
        Flat positions that may hold labels, ascending; all the rest is taken as unlabelled.
    note
        What is to be known of them; the shape is added.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    flat = values.reshape(-1), origins.reshape(-1)
    with replacing(file, overwrite=True) as beside, zipfile.ZipFile(beside, "w") as packed:
        _put(packed, _NOTE, json.dumps({**note, "shape": list(values.shape)}).encode())
        batch: list[slice] = []
        for number, run in enumerate(runs):
            batch.append(run)
            if sum(each.stop - each.start for each in batch) >= _BATCH:
                _put_batch(packed, number, batch, flat)
                batch = []
        if batch:
            _put_batch(packed, -1, batch, flat)


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


def read_archive(file: Path, shape: tuple[int, ...], shift: int | None = None) -> Iterator[Run]:
    """Yield the packed parts: flat positions, labels, origins.

    Parameters
    ----------
    file
        The archive.
    shape
        Of the survey as it is.
    shift
        Of a recording that may be of another length since: at which sample its first one lies now. What there is no
        time for any more is left out. None: the shape must be the same.

    Raises
    ------
    ValueError
        When the archive is damaged or of another shape.
    """
    kept = tuple(read_note(file).get("shape", ()))
    if kept != shape and (shift is None or len(kept) != len(shape) or kept[:-1] != shape[:-1]):
        raise ValueError(f"{file.name} is of another shape")
    runs = _packed_runs(file, math.prod(kept))
    return runs if kept == shape and not shift else _moved(runs, kept[-1], shape[-1], shift or 0)


def _moved(runs: Iterable[Run], before: int, now: int, shift: int) -> Iterator[Run]:
    """Yield runs of traces of ``before`` samples as runs of traces of ``now`` samples, ``shift`` samples further on."""
    for run, labels, origins in runs:
        for trace in range(run.start // before, -(-run.stop // before)):
            low, high = max(run.start, trace * before), min(run.stop, (trace + 1) * before)
            first = max(low - trace * before + shift, 0)
            last = min(high - trace * before + shift, now)
            if first < last:
                begin = first - shift + trace * before - run.start
                part = slice(begin, begin + last - first)
                yield slice(trace * now + first, trace * now + last), labels[part], origins[part]


def _packed_runs(file: Path, samples: int) -> Iterator[Run]:
    try:
        with zipfile.ZipFile(file) as packed:
            names = [name.removesuffix(".runs") for name in packed.namelist() if name.endswith(".runs")]
            for name in names:
                runs = np.frombuffer(packed.read(f"{name}.runs"), np.int64).reshape(-1, 2)
                labels, origins = (
                    np.frombuffer(packed.read(f"{name}.{kind}"), np.uint8) for kind in ("labels", "origins")
                )
                lengths = runs[:, 1] - runs[:, 0]
                if (lengths <= 0).any() or runs.max(initial=0) > samples:
                    # Beyond the survey: not to be written anywhere.
                    lengths = lengths[:0]
                ends = np.cumsum(lengths).tolist()
                for (first, last), end in zip(runs.tolist(), ends, strict=True):
                    part = slice(end - (last - first), end)
                    yield slice(first, last), labels[part], origins[part]
    except (OSError, EOFError, KeyError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise ValueError(f"{file.name} is damaged") from error


def _put_batch(packed: zipfile.ZipFile, number: int, runs: list[slice], flat: tuple[Any, Any]) -> None:
    name = "last" if number < 0 else str(number)
    _put(packed, f"{name}.runs", np.array([(run.start, run.stop) for run in runs], np.int64).tobytes())
    for kind, array in zip(("labels", "origins"), flat, strict=True):
        _put(packed, f"{name}.{kind}", np.concatenate([array[run] for run in runs]).tobytes())


def _put(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    # A fixed date, which ZipInfo has by default: the same labels give the same bytes, so that backups can be compared.
    packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, 1)
