"""Making a fast copy of a volume, asked for from a window or the command line."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = ["IngestCost", "IngestCostSpec", "IngestResult", "IngestSpec"]


@dataclass(frozen=True, slots=True)
class IngestCost:
    """What a fast copy takes: about how long, bytes on the disk at most, and bytes free there."""

    seconds: float
    n_bytes: int
    free: int


@dataclass(frozen=True, slots=True)
class IngestCostSpec(JobSpec[IngestCost]):
    """Find out what a fast copy of ``file``, read with ``options``, takes at ``output``; nothing is left behind."""

    file: Path
    output: Path
    options: SegyOptions | None = None

    body: ClassVar[str] = "napari_geofm.jobs.ingest:cost"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "measuring"
    reads: ClassVar[str] = "options"


@dataclass(frozen=True, slots=True)
class IngestResult:
    """A fast copy that was made.

    Attributes
    ----------
    output
        Its folder.
    parts, parts_kept
        Parts in all, and those that an interrupted run had finished.
    n_bytes
        Bytes on the disk.
    seconds
        How long it took.
    source_ms, copy_ms
        A crossline read for the first time, from the file and from the copy; 0 where not measured.
    used, words
        Whether it is used by itself when the file is opened, and why.
    """

    output: Path
    parts: int
    parts_kept: int
    n_bytes: int
    seconds: float
    source_ms: float
    copy_ms: float
    used: bool
    words: str


@dataclass(frozen=True, slots=True)
class IngestSpec(JobSpec[IngestResult]):
    """Copy a volume into a store whose sections come quickly in every direction.

    Attributes
    ----------
    file
        The volume.
    output
        The copy's folder, ``.zarr``.
    overwrite, resume
        Replace a copy that exists; go on where an interrupted run ended.
    options
        How a SEG-Y file is read; None: as was chosen for files like it before, else as its headers say.
    """

    file: Path
    output: Path
    overwrite: bool = False
    resume: bool = False
    options: SegyOptions | None = None

    body: ClassVar[str] = "napari_geofm.jobs.ingest:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "copying"
    reads: ClassVar[str] = "options"
