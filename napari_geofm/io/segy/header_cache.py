"""Line numbers of large files, kept between openings, so that their headers are read through once."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.progress import Progress
from napari_geofm.errors import GeoFMError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.cache_folder import cache_folder
from napari_geofm.io.segy.layout import Bytes, SegyLayout
from napari_geofm.io.segy.probing import headers_at
from napari_geofm.io.segy.scan import LineBytes, LineNumbers, Report, scan_lines

__all__ = ["cached_lines"]

LEAST_TRACES = 100_000
"""Files with fewer traces are read through in some hundredths of a second."""

MOST_BYTES = 1 << 30
"""All notes together; the ones not used for longest go first. Ten million traces take 80 MB."""

_PROBES = 64
"""Trace headers by which a changed file is known, besides its size and time of change."""

_VERSION = 2


def cached_lines(
    layout: SegyLayout, file: Bytes, lines: LineBytes, on_progress: Report | None = None, *, offsets: int | None = None
) -> LineNumbers:
    """Return the line numbers of all traces, from the last opening of the same file where it is unchanged.

    What is kept is known by the file's size, its time of change and a sample of its headers, not by its name. A note
    that is damaged or does not fit is passed over, and where none can be written there is none.

    Parameters
    ----------
    layout, file
        Where the bytes lie.
    lines
        Where the numbers are.
    on_progress
        Takes each Progress of a scan, one where nothing needs to be read; what it raises ends the work.
    offsets
        First byte of the offsets, where these are wanted too.
    """
    if layout.n_traces < LEAST_TRACES:
        return scan_lines(layout, file, lines, on_progress, offsets=offsets)
    path = cache_folder("headers") / f"{_key(layout, lines, offsets=offsets)}.npz"
    found = _read(path, layout.n_traces, offsets=offsets)
    if found is not None:
        if on_progress is not None:
            on_progress(Progress(layout.n_traces, layout.n_traces, "reading trace headers"))
        return found
    found = scan_lines(layout, file, lines, on_progress, offsets=offsets)
    _write(path, found)
    return found


def _key(layout: SegyLayout, lines: LineBytes, *, offsets: int | None) -> str:
    changed = layout.path.stat().st_mtime_ns
    facts = (_VERSION, layout.size, changed, layout.start, layout.trace_bytes, layout.n_traces, layout.order)
    digest = hashlib.sha256(repr((facts, lines.fields, offsets)).encode())
    digest.update(headers_at(layout, np.linspace(0, layout.n_traces - 1, _PROBES).astype(np.int64)).headers.tobytes())
    return digest.hexdigest()[:32]


def _read(path: Path, n_traces: int, *, offsets: int | None) -> LineNumbers | None:
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in kept.files}
        with suppress(OSError):
            os.utime(path)
        return _checked(arrays, n_traces, offsets=offsets)
    except FileNotFoundError:
        return None
    except Exception:  # noqa: BLE001 - whatever a damaged file makes numpy raise, the headers are read instead
        with suppress(OSError):
            path.unlink()
        return None


def _checked(arrays: dict[str, NDArray[Any]], n_traces: int, *, offsets: int | None) -> LineNumbers | None:
    whole = [arrays["ilines"], arrays["xlines"], *([arrays["offsets"]] if offsets is not None else [])]
    dead, delays = arrays["dead"], arrays["delays"]
    fits = all(each.dtype == np.int32 and each.shape == (n_traces,) for each in whole)
    fits = fits and dead.dtype == np.int64 and dead.ndim == 1 and delays.shape == (2,) and delays.dtype == np.int64
    if not fits or (dead.size and not 0 <= int(dead.min()) <= int(dead.max()) < n_traces):
        return None
    found = whole[2] if offsets is not None else None
    return LineNumbers(whole[0], whole[1], dead, (int(delays[0]), int(delays[1])), found)


def _write(path: Path, lines: LineNumbers) -> None:
    arrays: dict[str, Any] = {"ilines": lines.ilines, "xlines": lines.xlines, "dead": lines.dead.astype(np.int64)}
    arrays["delays"] = np.array(lines.delays, np.int64)
    if lines.offsets is not None:
        arrays["offsets"] = lines.offsets
    try:
        with replacing(path, overwrite=True) as beside, beside.open("wb") as stream:
            np.savez(stream, allow_pickle=False, **arrays)
        _bound(path.parent)
    except (OSError, GeoFMError):
        return


def _bound(folder: Path) -> None:
    """Delete the notes that were not used for longest until the rest is small enough."""
    notes = sorted(((note.stat().st_mtime, note.stat().st_size, note) for note in folder.glob("*.npz")), reverse=True)
    total = 0
    for _, size, note in notes:
        total += size
        if total > MOST_BYTES:
            note.unlink(missing_ok=True)
