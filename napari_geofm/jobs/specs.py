"""What can be asked for: frozen, torch-free, picklable descriptions of work."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.features import FeatureMap
from napari_geofm.core.guard import Guard
from napari_geofm.core.recipe import AUTO, Recipe
from napari_geofm.core.region import At, Region
from napari_geofm.io.file_options import FileOptions
from napari_geofm.jobs.spec import JobSpec, Lane

__all__ = [
    "FeatureResult",
    "FeaturesSpec",
    "FinetuneResult",
    "FinetuneSpec",
    "SegmentResult",
    "SegmentSpec",
    "SourceSpec",
    "Where",
]


@dataclass(frozen=True, slots=True)
class Where:
    """Where to compute: device (``auto``, ``cuda``, ``cpu``), number format, and a local weights file."""

    device: str = "auto"
    precision: str = "auto"
    weights: Path | None = None


@dataclass(frozen=True, slots=True, eq=False)
class FeatureResult:
    """Result of :class:`FeaturesSpec`.

    Attributes
    ----------
    colours
        uint8, shape ``(tokens down, tokens across, 3)``, or None where not asked for.
    feature_map
        Full-precision taps, or None where not asked for.
    shape
        Rows and columns of the section.
    token_px
        Samples of the section per token.
    tap
        Block whose tokens are coloured.
    provisional
        Whether the colours are those of the section that was first asked for, and will change once.
    """

    colours: NDArray[np.uint8] | None
    feature_map: FeatureMap | None
    shape: tuple[int, int]
    token_px: float
    tap: int = 0
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class FeaturesSpec(JobSpec[FeatureResult]):
    """Feature map of one section, coloured with the survey's basis.

    Attributes
    ----------
    file, at, region
        The section.
    model_folder
        Adapted model; None for the encoder without one.
    tuning
        Without a model: ``auto`` for the tuning of the survey's kind, its name, or empty for the encoder as it is
        published.
    exact
        Return the full-precision feature map (fp32 taps and the image as fed), past the cache.
    coloured
        Return the colours.
    tap
        Block (1-based) whose tokens are coloured; None for the deepest that the model uses.
    provisional
        Colour at once with the basis of the section first asked for, where the survey's has yet to be fitted
        (:class:`napari_geofm.jobs.view_specs.BasisSpec` fits it). False waits for the survey's.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    at: At = field(default_factory=At)
    region: Region = field(default_factory=Region)
    model_folder: Path | None = None
    exact: bool = False
    coloured: bool = True
    tap: int | None = None
    tuning: str = AUTO
    provisional: bool = False
    options: FileOptions | None = None
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.features:run"
    lane: ClassVar[Lane] = "view"
    title: ClassVar[str] = "encoding the section"
    reads: ClassVar[str] = "options"


@dataclass(frozen=True, slots=True)
class SourceSpec:
    """One survey with labels; ``split`` is ``train``, ``valid`` or ``test``, ``options`` how a SEG-Y file is read."""

    file: Path
    labels: Path
    split: str = "train"
    options: FileOptions | None = None


@dataclass(frozen=True, slots=True)
class FinetuneResult:
    """Result of :class:`FinetuneSpec`.

    Attributes
    ----------
    output
        The model's folder.
    classes
        Class names.
    sections
        Labelled sections that were learned from.
    labelled
        Labelled pixels per class.
    held_out
        Scored pixels that were held out; 0 where no stroke could be spared.
    miou, iou
        On the held-out strokes; NaN where none.
    steps, seconds
        Steps taken and seconds spent, start-up included.
    history
        ``(step, seconds, loss, held-out mIoU)`` at each validation.
    kept_step
        The step whose state was kept; 0 where none was surely better on the held-out strokes than the beginning, which
        is the probe's answer for LoRA; -1 where that does not apply.
    diverged_at
        The step at which training ended since its loss was not a number, the best state before being kept; 0 where it
        did not.
    guard
        Of a model that went on from another: what was known before and after; else None.
    notes
        Sentences on what was rehearsed of that, and what could not be; and on labels that are not kept.
    """

    output: Path
    classes: tuple[str, ...]
    sections: tuple[str, ...]
    labelled: tuple[int, ...]
    held_out: int
    miou: float
    iou: tuple[float, ...]
    steps: int
    seconds: float
    history: tuple[tuple[int, float, float, float], ...] = ()
    kept_step: int = -1
    diverged_at: int = 0
    guard: Guard | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FinetuneSpec(JobSpec[FinetuneResult]):
    """Learn from labels.

    Attributes
    ----------
    sources
        Surveys with their labels.
    output
        The model's folder.
    recipe
        How.
    base_model
        Model to go on from, or None.
    rehearse
        Whether what that learned from is learned again beside the new labels.
    class_table
        CSV or JSON with names and colours, or None.
    rest_is
        Class of everything unlabelled on labelled sections, by name or number, or None.
    region
        Area of interest.
    along
        Direction of the sections; empty: where most strokes lie.
    preview
        Folder in which the state that a stop would keep lies while an adapter or decoder is in training, as a model
        to predict with; gone at the end. Progress counts the states as ``previews``. None for none.
    """

    sources: tuple[SourceSpec, ...]
    output: Path
    recipe: Recipe = field(default_factory=Recipe)
    base_model: Path | None = None
    rehearse: bool = True
    class_table: Path | None = None
    rest_is: str | None = None
    region: Region = field(default_factory=Region)
    along: str = ""
    preview: Path | None = None
    overwrite: bool = False
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.finetune:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "training"

    def as_read(self, file: Path, options: FileOptions | None) -> Self:
        """Return the spec with ``options`` for the sources in ``file`` that do not say how they are read."""
        sources = tuple(
            replace(source, options=options) if source.file == file and source.options is None else source
            for source in self.sources
        )
        return replace(self, sources=sources)


@dataclass(frozen=True, slots=True)
class SegmentResult:
    """Result of :class:`SegmentSpec`: what was written, and how many blocks were done now and before.

    ``files`` are all that were written: of probabilities as SEG-Y one for each class.
    """

    output: Path
    blocks_total: int
    blocks_done: int
    blocks_kept: int
    blocks_redone: int
    seconds: float
    classes: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class SegmentSpec(JobSpec[SegmentResult]):
    """Predict classes.

    Attributes
    ----------
    file
        The survey.
    model_folder
        The model.
    output, confidence, probabilities
        What to write; the latter two may be None.
    at
        One section, or None for the survey.
    along
        Direction in which a volume is cut; empty for the model's.
    region
        Area of interest; outside it the result is unlabelled.
    resume
        Go on where an interrupted run ended.
    options
        How the file is read, and a recording processed; None: as was chosen for files like it before, else as it says.
    """

    file: Path
    model_folder: Path
    output: Path
    at: At | None = None
    along: str = ""
    region: Region = field(default_factory=Region)
    confidence: Path | None = None
    probabilities: Path | None = None
    resume: bool = False
    overwrite: bool = False
    options: FileOptions | None = None
    where: Where = field(default_factory=Where)

    body: ClassVar[str] = "napari_geofm.jobs.segment:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "segmenting"
    reads: ClassVar[str] = "options"
