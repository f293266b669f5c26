"""Features of a survey, sample by sample, asked for to be taken home."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from napari_geofm.core.region import At, Region
from napari_geofm.io.file_options import FileOptions
from napari_geofm.jobs.spec import JobSpec, Lane
from napari_geofm.jobs.specs import Where

__all__ = ["MOST_COMPONENTS", "FeatureVolumeResult", "FeatureVolumeSpec"]

MOST_COMPONENTS = 3
"""Principal directions that the survey's colours are made of."""


@dataclass(frozen=True, slots=True)
class FeatureVolumeResult:
    """What was written: the files, the block of the encoder, sections in all and kept, and how long it took."""

    files: tuple[Path, ...]
    tap: int
    sections: int
    kept: int
    seconds: float


@dataclass(frozen=True, slots=True)
class FeatureVolumeSpec(JobSpec[FeatureVolumeResult]):
    """Write the survey's principal features as numbers of the survey's shape, components first.

    They are what the colours of feature maps show: the first is red, the second green, the third blue.

    Attributes
    ----------
    file
        The survey.
    output
        ``.npy``, ``.zarr``, or ``.sgy``: of this a file for each component.
    at
        One section, or None for the survey; elsewhere is nothing.
    along, region
        Direction in which a volume is cut, empty for its first; area of interest.
    model_folder, tap, tuning
        As in :class:`napari_geofm.jobs.specs.FeaturesSpec`.
    components
        How many, 1 to 3.
    resume, overwrite
        Go on where an interrupted run ended; replace an output that exists.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    output: Path
    at: At | None = None
    along: str = ""
    region: Region = field(default_factory=Region)
    model_folder: Path | None = None
    tap: int | None = None
    tuning: str = ""
    components: int = MOST_COMPONENTS
    resume: bool = False
    overwrite: bool = False
    options: FileOptions | None = None
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.feature_volume:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "encoding the survey"
    reads: ClassVar[str] = "options"
