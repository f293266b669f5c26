"""Headers of a folder's files, kept between openings: a file that did not change is not opened for them again."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from napari_geofm.core.progress import Progress
from napari_geofm.errors import GeoFMError, SourceError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.cache_folder import cache_folder
from napari_geofm.io.das.finding import FoundFile
from napari_geofm.io.das.header import DasHeader, DasTraits, Run
from napari_geofm.io.das.scanning import scan_header
from napari_geofm.io.das.vendor import Vendor

__all__ = ["FolderIndex", "Report", "known_headers"]

Report = Callable[[Progress], None]

MOST_BYTES = 1 << 28
"""All indices together; the ones not used for longest go first. A file takes some 100 bytes."""

_VERSION = 1


@dataclass(slots=True)
class FolderIndex:
    """What is known of a folder's files.

    Attributes
    ----------
    headers
        By name, size and time of change: a header, or why there is none.
    agree
        By the names, sizes and times of two overlapping files: whether they agree.
    fitted_as, fitted_samples, fitted_files
        The recording's fingerprint, length and files (size and time of change by name) when what is fitted to it was;
        empty where nothing was yet.
    changed
        Whether there is more in it than on disk.
    """

    headers: dict[tuple[str, int, int], DasHeader | str] = field(default_factory=dict)
    agree: dict[str, bool] = field(default_factory=dict)
    fitted_as: str = ""
    fitted_samples: int = 0
    fitted_files: dict[str, tuple[int, int]] = field(default_factory=dict)
    changed: bool = False


def known_headers(
    folder: Path, files: Sequence[FoundFile], on_progress: Report | None = None
) -> tuple[dict[str, DasHeader], dict[str, str], FolderIndex]:
    """Return the headers of files by name, why others have none, and the index for whoever learns more.

    Files are opened one after the other; what was learnt is kept even where the work is ended before all were.

    Parameters
    ----------
    folder
        The folder.
    files
        Its files.
    on_progress
        Takes each Progress; what it raises ends the work.
    """
    index = read_index(folder)
    found: dict[str, DasHeader] = {}
    refused: dict[str, str] = {}
    fresh: dict[tuple[str, int, int], DasHeader | str] = {}
    likely: Vendor | None = None
    done = False
    try:
        for number, file in enumerate(files):
            key = (file.name, file.size, file.changed_ns)
            known = index.headers.get(key)
            scanned = known is None
            if known is None:
                try:
                    known, index.changed = _scanned(file, likely), True
                except SourceError as error:
                    # A permission, or a network that was away: the file is the same once it is mended.
                    refused[file.name] = _why(file, error)
                    continue
            fresh[key] = known
            if scanned and on_progress is not None:
                on_progress(Progress(number + 1, len(files), "reading headers"))
            if isinstance(known, str):
                refused[file.name] = known
            else:
                found[file.name] = known
                likely = Vendor(known.traits.vendor, known.traits.version)
        done = True
    finally:
        index.changed |= done and len(index.headers) != len(fresh)
        index.headers = fresh if done else {**index.headers, **fresh}
        if not done:
            write_index(folder, index)
    if on_progress is not None:
        on_progress(Progress(len(files), len(files), "reading headers"))
    return found, refused, index


def _scanned(file: FoundFile, likely: Vendor | None) -> DasHeader | str:
    try:
        return scan_header(file.path, likely)
    except SourceError:
        raise
    except GeoFMError as error:
        return _why(file, error)


def _why(file: FoundFile, error: GeoFMError) -> str:
    return str(error).removeprefix(f"{file.path.name} ")


def _edition() -> str:
    """Return what reads headers: another release of dascore may read what this one refuses."""
    return f"{_VERSION} with dascore {version('dascore')}"


def read_index(folder: Path) -> FolderIndex:
    """Return what is kept of a folder; an empty index where there is nothing, or nothing whole."""
    path = _place(folder)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        with suppress(OSError):
            os.utime(path)
        if kept["version"] != _edition() or kept["folder"] != str(folder):
            return FolderIndex()
        traits = [_traits(row) for row in kept["traits"]]
        return FolderIndex(
            {
                (str(name), int(size), int(changed)): _entry(rest, traits)
                for name, size, changed, *rest in kept["files"]
            },
            {str(key): bool(same) for key, same in kept["agree"].items()},
            str(kept.get("fitted_as", "")),
            int(kept.get("fitted_samples", 0)),
            {str(name): (int(size), int(changed)) for name, size, changed in kept.get("fitted_files", ())},
        )
    except FileNotFoundError:
        return FolderIndex()
    except Exception:  # noqa: BLE001 - whatever a damaged file makes json and us raise, the headers are read instead
        with suppress(OSError):
            path.unlink()
        return FolderIndex()


def write_index(folder: Path, index: FolderIndex) -> None:
    """Keep what is known of a folder, where anything can be written."""
    traits: dict[DasTraits, int] = {}
    rows: list[list[Any]] = []
    for (name, size, changed), known in index.headers.items():
        if isinstance(known, str):
            rows.append([name, size, changed, known])
        elif known.uneven is None:
            number = traits.setdefault(known.traits, len(traits))
            rows.append([name, size, changed, number, [astuple(run) for run in known.runs], known.jitter, known.lack])
    kept = {
        "version": _edition(),
        "folder": str(folder),
        "traits": [list(astuple(each)) for each in traits],
        "files": rows,
        "agree": index.agree,
        "fitted_as": index.fitted_as,
        "fitted_samples": index.fitted_samples,
        "fitted_files": [[name, *state] for name, state in index.fitted_files.items()],
    }
    path = _place(folder)
    try:
        with replacing(path, overwrite=True) as beside:
            beside.write_text(json.dumps(kept, separators=(",", ":")), encoding="utf-8")
        index.changed = False
        _bound(path.parent)
    except (OSError, GeoFMError):
        return


def _place(folder: Path) -> Path:
    return cache_folder("das") / f"{hashlib.sha256(str(folder).encode()).hexdigest()[:32]}.json"


def _traits(row: list[Any]) -> DasTraits:
    vendor, version, fibre, channels, first, spacing, places, fibre_units, step_ns, quantity, units, gauge, dated = row
    return DasTraits(
        str(vendor), str(version), str(fibre), int(channels), float(first), float(spacing), tuple(map(float, places)),
        str(fibre_units), float(step_ns), str(quantity), str(units), None if gauge is None else float(gauge),
        bool(dated),
    )  # fmt: skip


def _entry(rest: list[Any], traits: list[DasTraits]) -> DasHeader | str:
    if isinstance(rest[0], str):
        return rest[0]
    number, runs, jitter, lack = rest
    spans = tuple(Run(int(first), int(count), int(start)) for first, count, start in runs)
    return DasHeader(traits[number], spans, None, float(jitter), str(lack))


def _bound(folder: Path) -> None:
    """Delete the indices that were not used for longest until the rest is small enough."""
    notes = sorted(((note.stat().st_mtime, note.stat().st_size, note) for note in folder.glob("*.json")), reverse=True)
    total = 0
    for _, size, note in notes:
        total += size
        if total > MOST_BYTES:
            note.unlink(missing_ok=True)
