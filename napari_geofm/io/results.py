"""What a result is (prediction, confidence, probabilities, features), and which file formats can hold it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.axis import Axis
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.survey import Survey
from napari_geofm.errors import OutputError, UsageError
from napari_geofm.io.segy import SegyTemplate

__all__ = [
    "FILL",
    "PLANES",
    "QUANTITIES",
    "RESULT_ENDINGS",
    "ResultSpec",
    "is_segy_name",
    "outputs_of",
    "require_target",
    "work_bytes",
]

FILL = {"prediction": UNLABELLED, "confidence": np.nan, "probabilities": np.nan, "features": np.nan}
"""What stands where nothing was computed."""

QUANTITIES = tuple(FILL)

PLANES = {"probabilities": "class", "features": "component"}
"""Quantities that are several numbers for each sample, and what the axis along these is called; it is the first."""

RESULT_ENDINGS = (".npy", ".npz", ".zarr", ".sgy", ".segy", ".tif", ".tiff", ".png")


@dataclass(frozen=True, slots=True, eq=False)
class ResultSpec:
    """What a result is, apart from its numbers.

    Attributes
    ----------
    quantity
        ``"prediction"`` (uint8 classes, 255 nothing), ``"confidence"`` (float32, best minus second-best probability,
        NaN nothing), ``"probabilities"`` (float32, classes first, NaN nothing) or ``"features"`` (float32, components
        first, NaN nothing).
    axes
        Axes of the result in the survey's order: the survey's own, or those of one section.
    classes
        Names and colours; of features the names of the components.
    survey
        What was segmented.
    places
        Where the result lies in the survey, one int or slice per survey dimension; empty for the whole.
    sample_format, null
        Of a SEG-Y output: format word and number for nothing. None: the survey's format, or IEEE floats for fractions
        where that holds whole numbers only.
    notes
        How the result was made; kept with it where the format has room, or beside it (SEG-Y).
    """

    quantity: str
    axes: tuple[Axis, ...]
    classes: ClassTable
    survey: Survey
    places: tuple[int | slice, ...] = ()
    sample_format: str | None = None
    null: float = -1.0
    notes: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse quantities that do not exist."""
        if self.quantity not in QUANTITIES:
            msg = f"Result '{self.quantity}': results are {', '.join(QUANTITIES)}"
            raise UsageError(msg)

    @classmethod
    def of(
        cls,
        survey: Survey,
        quantity: str,
        classes: ClassTable,
        *,
        places: tuple[int | slice, ...] | None = None,
        **options: Any,
    ) -> "ResultSpec":
        """Return the spec of a whole survey, or of the part at ``places`` (ints drop their axis)."""
        parts = places or tuple(slice(None) for _ in survey.dims)
        axes = tuple(axis.taken(p) for axis, p in zip(survey.axes, parts, strict=True) if isinstance(p, slice))
        return cls(quantity, axes, classes, survey, places or (), **options)

    @property
    def dims(self) -> tuple[str, ...]:
        """Names of the axes."""
        return tuple(axis.name for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the axes."""
        return tuple(axis.size for axis in self.axes)

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements."""
        return np.dtype(np.uint8 if self.quantity == "prediction" else np.float32)

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """Shape of the array: the axes', with classes or components first where there are several."""
        return (len(self.classes), *self.shape) if self.quantity in PLANES else self.shape

    @property
    def planes(self) -> tuple[str, ...]:
        """Names of what is along the first axis of the array; empty where that is the survey's."""
        return self.classes.names if self.quantity in PLANES else ()

    @property
    def segy_format(self) -> str | None:
        """Format word of a SEG-Y output; None for the survey's own."""
        template = self.survey.template
        if self.sample_format is None and isinstance(template, SegyTemplate) and self.dtype.kind == "f":
            return None if template.layout.sample_format.is_float else "ieee"
        return self.sample_format

    @property
    def n_bytes(self) -> int:
        """Bytes of the array."""
        return int(np.prod(self.stored_shape, dtype=np.int64)) * self.dtype.itemsize


def outputs_of(path: Path, spec: ResultSpec) -> tuple[Path, ...]:
    """Return the files that a result becomes: itself, or a SEG-Y for each class or component.

    ``p.sgy`` of the classes salt and sand is ``p_salt.sgy`` and ``p_sand.sgy``.
    """
    if not (spec.planes and (is_segy_name(path) or path.suffix.lower() == ".png")):
        return (path,)
    words = [re.sub(r"[^\w.+-]+", "-", name).strip("-.") or "class" for name in spec.planes]
    # Names that only differ in signs that file names do not have.
    words = [word if words.count(word) == 1 else f"{word}-{number}" for number, word in enumerate(words)]
    return tuple(path.with_name(f"{path.stem}_{word}{path.suffix}") for word in words)


def work_bytes(path: Path, spec: ResultSpec) -> int:
    """Return the bytes that the work and then the output beside it take at most."""
    if path.suffix.lower() == ".npy":
        return spec.n_bytes
    template = spec.survey.template
    headers = template.layout.size if isinstance(template, SegyTemplate) and is_segy_name(path) else 0
    return 2 * spec.n_bytes + headers * max(1, len(spec.planes))


def require_target(path: Path, spec: ResultSpec) -> None:
    """Refuse, before any work, an output whose format cannot hold the result.

    Raises
    ------
    OutputError
        When the ending is unknown, the format cannot hold it, or the output is the survey itself.
    UsageError, LabelError
        When a SEG-Y's sample format cannot hold classes, fractions or the null value.
    """
    ending = path.suffix.lower()
    if path.exists() and spec.survey.path.exists() and path.samefile(spec.survey.path):
        msg = f"{path} is the survey itself, which is never written to; choose another name"
        raise OutputError(msg)
    if ending not in RESULT_ENDINGS:
        msg = f"{path.name}: results are written as {', '.join(RESULT_ENDINGS)}; choose one of these endings"
        raise OutputError(msg)
    if ending == ".png" and (len(spec.shape) != 2 or spec.planes):
        msg = f"{path.name}: a PNG holds one section of classes or confidences; name one with --at, or write .zarr"
        raise OutputError(msg)
    if ending in {".tif", ".tiff"} and len(spec.shape) != 2:
        msg = f"{path.name}: a GeoTIFF holds one image, the result has {len(spec.shape)} axes; write .zarr or .npy"
        raise OutputError(msg)
    if is_segy_name(path):
        _require_segy(path, spec)


def is_segy_name(path: Path) -> bool:
    """Return whether a file's name is a SEG-Y's."""
    return path.suffix.lower() in {".sgy", ".segy"}


def _require_segy(path: Path, spec: ResultSpec) -> None:
    from napari_geofm.io.segy.encode import SampleWriter
    from napari_geofm.io.segy.formats import format_named

    template = spec.survey.template
    if not isinstance(template, SegyTemplate):
        msg = f"{path.name}: {spec.survey.path.name} is no SEG-Y, whose headers it would need; write .zarr or .npy"
        raise OutputError(msg)
    if spec.shape != template.shape:
        msg = f"{path.name}: a SEG-Y holds the whole survey, whose shape is {template.shape}; write .zarr or .npy"
        raise OutputError(msg)
    chosen = format_named(spec.segy_format) if spec.segy_format else template.layout.sample_format
    # Its constructor refuses what the format cannot hold.
    writer = SampleWriter(chosen, template.layout.order, spec.null, spec.dtype)
    if spec.quantity == "prediction" and len(spec.classes):
        writer.encode(np.array([[len(spec.classes) - 1]], np.uint8))
