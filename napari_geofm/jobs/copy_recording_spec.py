"""Writing a recording, as it is after processing, into a file of its own."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from napari_geofm.io.file_options import FileOptions
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = ["CopyRecordingResult", "CopyRecordingSpec"]


@dataclass(frozen=True, slots=True)
class CopyRecordingResult:
    """A recording that was written.

    Attributes
    ----------
    output
        Its file.
    shape
        Channels and samples.
    rate_hz
        Samples a second.
    n_bytes, seconds
        Size of the file, and how long it took.
    """

    output: Path
    shape: tuple[int, int]
    rate_hz: float
    n_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CopyRecordingSpec(JobSpec[CopyRecordingResult]):
    """Write a recording, through a chain perhaps.

    Attributes
    ----------
    file
        The recording, a file or a folder.
    output
        The new file, ``.nc``.
    overwrite
        Whether a file that exists is replaced.
    options
        How the recording is read, and processed.
    """

    file: Path
    output: Path
    overwrite: bool = False
    options: FileOptions | None = None

    body: ClassVar[str] = "napari_geofm.jobs.copy_recording:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "writing the recording"
    reads: ClassVar[str] = "options"
