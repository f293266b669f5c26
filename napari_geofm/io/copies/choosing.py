"""Which fast copy belongs to a file, and whether reading from it wins.

While a file fits in memory, its pages stay there once read, and a memory map of the file itself serves every direction
in a millisecond or two: no copy is quicker. A copy wins where the pages do not stay (the file is larger than half of
the memory), or where reading them the first time takes long (a slow disk, a network), by far.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError, OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.copies.store import is_copy, read_notes
from napari_geofm.io.copies.survey import through_copy

__all__ = ["CopyTimes", "KnownCopy", "copy_wins", "copy_words", "known_copy", "quickest", "register"]

SLOW_MS = 1000.0
"""A crossline that takes longer, read for the first time, is waited for."""

MUCH = 3.0
"""How many times quicker a copy must be to be used where the file would fit in memory."""

MOST = 200
"""Copies that are remembered."""


@dataclass(frozen=True, slots=True)
class CopyTimes:
    """Milliseconds of a crossline read for the first time: from the source, from the copy; 0 where not measured."""

    source_ms: float = 0.0
    copy_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class KnownCopy:
    """A copy of a file: where it lies, and how quick it was."""

    path: Path
    times: CopyTimes

    @property
    def is_there(self) -> bool:
        """Whether it has not been deleted or moved."""
        return is_copy(self.path)

    def is_fresh(self, source: Path) -> bool:
        """Return whether it was made of the file as it is now."""
        try:
            return read_notes(self.path).origin.is_fresh(source)
        except GeoFMError:
            return False


def quickest(survey: Survey) -> Survey:
    """Return a survey as it is, or reading from its fast copy where that wins; a copy of an older file is told of."""
    if survey.kind != "seismic-3d" or not survey.path.is_file():
        return survey
    known = known_copy(survey.path)
    if known is None or not known.is_there:
        return survey
    if not known.is_fresh(survey.path):
        import dataclasses

        note = f"its fast copy {known.path.name} is of an older state of this file and is not used; make it anew"
        return dataclasses.replace(survey, odd=(*survey.odd, note))
    if not copy_wins(survey.path.stat().st_size, _memory(), known.times):
        return survey
    try:
        return through_copy(survey, known.path)
    except GeoFMError:
        return survey


def copy_wins(size: int, memory: int, times: CopyTimes) -> bool:
    """Return whether a file of ``size`` bytes is better read from its copy, on a machine with ``memory`` bytes.

    >>> copy_wins(2 * 10**9, 32 * 10**9, CopyTimes(300, 40)), copy_wins(20 * 10**9, 32 * 10**9, CopyTimes(300, 40))
    (False, True)
    >>> copy_wins(2 * 10**9, 32 * 10**9, CopyTimes(4000, 200)), copy_wins(20 * 10**9, 32 * 10**9, CopyTimes(30, 40))
    (True, False)
    """
    measured = times.source_ms > 0.0 and times.copy_ms > 0.0
    if measured and times.copy_ms >= times.source_ms:
        return False
    if size > memory // 2:
        return True
    return measured and times.source_ms > SLOW_MS and times.copy_ms * MUCH < times.source_ms


def copy_words(size: int, memory: int, times: CopyTimes) -> str:
    """Return in a sentence whether a copy is used by itself, and why.

    >>> copy_words(2 * 10**9, 32 * 10**9, CopyTimes(300, 40))
    'The file fits in memory, where it is read from as quickly; the copy is used by itself where it does not.'
    """
    if copy_wins(size, memory, times):
        why = "the file does not fit in memory" if size > memory // 2 else "its disk is slow"
        return f"Used from now on when the file is opened: {why}."
    if times.copy_ms and times.copy_ms >= times.source_ms:
        return "The disk gives the file itself as quickly, so the copy is not used by itself."
    return "The file fits in memory, where it is read from as quickly; the copy is used by itself where it does not."


def known_copy(source: Path) -> KnownCopy | None:
    """Return the copy made last of a file; None where none is known."""
    name = str(source.absolute())
    for row in _rows():
        try:
            if row["source"] == name:
                return KnownCopy(Path(row["copy"]), CopyTimes(float(row["source_ms"]), float(row["copy_ms"])))
        except (KeyError, TypeError, ValueError):
            continue
    return None


def register(source: Path, copy: Path, times: CopyTimes) -> None:
    """Remember the copy of a file; where that cannot be written, the copy is opened by its own name only."""
    name = str(source.absolute())
    row = {"source": name, "copy": str(copy.absolute()), "source_ms": times.source_ms, "copy_ms": times.copy_ms}
    rows = [row, *(each for each in _rows() if each.get("source") != name)][:MOST]
    try:
        with replacing(_file(), overwrite=True) as beside:
            beside.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    except (OSError, OutputError):
        return


def _rows() -> list[dict[str, Any]]:
    try:
        found: Any = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _memory() -> int:
    import psutil

    return int(psutil.virtual_memory().total)


def _file() -> Path:
    from platformdirs import user_data_path

    return user_data_path("napari-geofm") / "copies.json"
