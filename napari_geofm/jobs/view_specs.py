"""What a viewer asks for while an interpreter clicks through sections: answered at once, the newest first."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.core.region import At, Region
from napari_geofm.io.file_options import FileOptions
from napari_geofm.jobs.spec import JobSpec, Lane
from napari_geofm.jobs.specs import Where

__all__ = [
    "BasisResult",
    "BasisSpec",
    "DeviceResult",
    "DeviceSpec",
    "EstimateResult",
    "EstimateSpec",
    "PredictionResult",
    "PredictionSpec",
    "SimilarityResult",
    "SimilaritySpec",
]


@dataclass(frozen=True, slots=True)
class BasisResult:
    """Result of :class:`BasisSpec`: the block whose colours are known now, and whether they were fitted for it."""

    tap: int
    fitted: bool


@dataclass(frozen=True, slots=True)
class BasisSpec(JobSpec[BasisResult]):
    """Fit the survey's colours on a spread of its sections; provisional ones are replaced by them.

    Attributes
    ----------
    file
        The survey.
    model_folder, tap, tuning
        As in :class:`napari_geofm.jobs.specs.FeaturesSpec`.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    model_folder: Path | None = None
    tap: int | None = None
    tuning: str = AUTO
    options: FileOptions | None = None
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.features:fit_colours"
    lane: ClassVar[Lane] = "ahead"
    title: ClassVar[str] = "fitting the survey's colours"
    reads: ClassVar[str] = "options"


@dataclass(frozen=True, slots=True, eq=False)
class SimilarityResult:
    """Result of :class:`SimilaritySpec`.

    Attributes
    ----------
    at
        The section.
    similarity
        float32, ``(rows, columns)`` in display order, -1 to 1: how alike each sample's surroundings and the chosen
        one's are to the network; 1 at the middle of the chosen token, NaN where there is no trace.
    token
        The chosen token, down and across; None where a direction was given.
    direction
        What the tokens were compared with, to ask for the same on another section; of length 1.
    """

    at: At
    similarity: NDArray[np.float32]
    token: tuple[int, int] | None
    direction: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class SimilaritySpec(JobSpec[SimilarityResult]):
    """What on a section looks like one place of it.

    Attributes
    ----------
    file, at
        The section.
    row, column
        The place, in display order.
    model_folder, tuning
        As in :class:`napari_geofm.jobs.specs.FeaturesSpec`.
    tap
        Block whose tokens are compared; None for the one that probes use, or the model's deepest.
    direction
        What to compare with: that of an earlier answer of the same model and tap, from another section. None: the
        place.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    at: At
    row: int = 0
    column: int = 0
    model_folder: Path | None = None
    tap: int | None = None
    tuning: str = AUTO
    direction: tuple[float, ...] | None = None
    options: FileOptions | None = None
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.viewing:liken"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "looking for what is similar"
    reads: ClassVar[str] = "options"


@dataclass(frozen=True, slots=True, eq=False)
class PredictionResult:
    """Result of :class:`PredictionSpec`.

    Attributes
    ----------
    at
        The section.
    classes
        uint8, ``(rows, columns)`` in display order: outside class numbers, 255 where there is no trace.
    confidence
        float32, the same shape: probability of the class less that of the next best, NaN where there is no trace.
    names
        The model's classes.
    """

    at: At
    classes: NDArray[np.uint8]
    confidence: NDArray[np.float32]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PredictionSpec(JobSpec[PredictionResult]):
    """Classes of one section by a model on disk.

    Attributes
    ----------
    file, at
        The section.
    model_folder
        The model, as it was last published.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    at: At
    model_folder: Path
    options: FileOptions | None = None
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.viewing:predict"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "predicting the section"
    reads: ClassVar[str] = "options"


@dataclass(frozen=True, slots=True)
class DeviceResult:
    """Result of :class:`DeviceSpec`: the device in words, whether it is a GPU, free memory in GB, and the weights."""

    device: str
    is_gpu: bool
    free_gb: float
    weights: str


@dataclass(frozen=True, slots=True)
class DeviceSpec(JobSpec[DeviceResult]):
    """What is computed with."""

    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.viewing:describe"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "looking for a GPU"


@dataclass(frozen=True, slots=True)
class EstimateResult:
    """Result of :class:`EstimateSpec`: what to expect on this machine, roughly.

    Attributes
    ----------
    device
        What it was measured on, in words.
    start_s
        Seconds until the first step of a training: labels read, views of the labelled sections encoded, probe fitted.
        Less where the features are in the cache. For a probe this is all there is.
    training_s
        Seconds of training: the minutes asked for, or what the steps asked for take.
    steps
        Steps that these hold; 0 for a probe.
    memory_gb, free_gb
        GB that training takes on the device, the network included, and GB that are free there now.
    sections
        Sections that the survey, or its area of interest, is cut into.
    volume_s
        Seconds to predict them.
    volume_gb
        GB that the classes take on disk, not compressed; confidence takes four times as much.
    """

    device: str
    start_s: float
    training_s: float
    steps: int
    memory_gb: float
    free_gb: float
    sections: int
    volume_s: float
    volume_gb: float

    @property
    def finetune_s(self) -> float:
        """Seconds of a fine-tune from start to end."""
        return self.start_s + self.training_s


@dataclass(frozen=True, slots=True)
class EstimateSpec(JobSpec[EstimateResult]):
    """What a fine-tune and the prediction of a survey take. Measured once on each device, for each kind of model.

    Attributes
    ----------
    file
        The survey.
    recipe
        Method, decoder, minutes or steps.
    labelled
        Labelled sections.
    dense
        Whether they are labelled all over, which a decoder that is left open (``auto``) depends on.
    region, along
        Area of interest and direction of the prediction; empty for the recipe's, else the survey's first.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    recipe: Recipe = field(default_factory=lambda: Recipe.for_method("lora"))
    labelled: int = 1
    dense: bool = False
    region: Region = field(default_factory=Region)
    along: str = ""
    options: FileOptions | None = None
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.estimating:estimate"
    lane: ClassVar[Lane] = "ahead"
    title: ClassVar[str] = "measuring how quick this machine is"
    reads: ClassVar[str] = "options"
