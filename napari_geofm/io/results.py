"""Predictions, confidences and probabilities in the file format that the output's ending names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.display import layout_of
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.survey import Survey
from napari_geofm.errors import OutputError, UsageError
from napari_geofm.io.atomic import publish, replacing, replacing_folder
from napari_geofm.io.geotiff import write_geotiff
from napari_geofm.io.raster import RasterTemplate
from napari_geofm.io.segy import SegyTemplate, write_segy_like

__all__ = ["FILL", "QUANTITIES", "RESULT_ENDINGS", "ResultSpec", "finish_result", "require_target", "work_bytes"]

FILL = {"prediction": UNLABELLED, "confidence": np.nan, "probabilities": np.nan}
"""What stands where nothing was computed."""

QUANTITIES = tuple(FILL)

RESULT_ENDINGS = (".npy", ".npz", ".zarr", ".sgy", ".segy", ".tif", ".tiff", ".png")

_CHUNK = 128
"""Samples along each side of a zarr chunk of a volume."""


@dataclass(frozen=True, slots=True, eq=False)
class ResultSpec:
    """What a result is, apart from its numbers.

    Attributes
    ----------
    quantity
        ``"prediction"`` (uint8 classes, 255 nothing), ``"confidence"`` (float32, best minus second-best probability,
        NaN nothing) or ``"probabilities"`` (float32, classes first, NaN nothing).
    axes
        Axes of the result in the survey's order: the survey's own, or those of one section.
    classes
        Names and colours.
    survey
        What was segmented.
    places
        Where the result lies in the survey, one int or slice per survey dimension; empty for the whole.
    sample_format, null
        Of a SEG-Y output: format word (None: the survey's) and number for nothing.
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
        """Shape of the array: the axes', with classes first for probabilities."""
        return (len(self.classes), *self.shape) if self.quantity == "probabilities" else self.shape

    @property
    def n_bytes(self) -> int:
        """Bytes of the array."""
        return int(np.prod(self.stored_shape, dtype=np.int64)) * self.dtype.itemsize


def work_bytes(path: Path, spec: ResultSpec) -> int:
    """Return the bytes that the work and then the output beside it take at most."""
    if path.suffix.lower() == ".npy":
        return spec.n_bytes
    template = spec.survey.template
    extra = template.layout.size if isinstance(template, SegyTemplate) and _is_segy(path) else 0
    return 2 * spec.n_bytes + extra


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
    if ending == ".png" and (len(spec.shape) != 2 or spec.quantity == "probabilities"):
        msg = f"{path.name}: a PNG holds one section of classes or confidences; name one with --at, or write .zarr"
        raise OutputError(msg)
    if ending in {".tif", ".tiff"} and len(spec.shape) != 2:
        msg = f"{path.name}: a GeoTIFF holds one image, the result has {len(spec.shape)} axes; write .zarr or .npy"
        raise OutputError(msg)
    if _is_segy(path):
        _require_segy(path, spec)


def finish_result(data: Path, target: Path, spec: ResultSpec, *, overwrite: bool) -> None:
    """Put a finished array in place in the target's format; the target appears whole or not at all.

    Parameters
    ----------
    data
        ``.npy`` file of ``spec.stored_shape``; moved away where the target is a ``.npy`` too.
    target
        The output.
    spec
        What it is.
    overwrite
        Whether an existing output is replaced.

    Raises
    ------
    OutputError
        When the output exists or cannot be written.
    """
    ending = target.suffix.lower()
    if ending == ".npy":
        publish(data, target, overwrite=overwrite)
        return
    values = np.load(data, mmap_mode="r", allow_pickle=False)
    if ending == ".zarr":
        _zarr(values, target, spec, overwrite=overwrite)
    elif ending == ".png":
        _png(values, target, spec, overwrite=overwrite)
    elif ending == ".npz":
        with replacing(target, overwrite=overwrite) as beside, beside.open("wb") as stream:
            np.savez_compressed(stream, allow_pickle=False, **{spec.quantity: values})
    elif _is_segy(target) and isinstance(spec.survey.template, SegyTemplate):
        write_segy_like(
            spec.survey.template,
            values,
            target,
            sample_format=spec.sample_format,
            null=spec.null,
            overwrite=overwrite,
            provenance=_provenance(spec),
        )
    else:
        _tif(values, target, spec, overwrite=overwrite)


def _is_segy(path: Path) -> bool:
    return path.suffix.lower() in {".sgy", ".segy"}


def _require_segy(path: Path, spec: ResultSpec) -> None:
    from napari_geofm.io.segy.encode import SampleWriter
    from napari_geofm.io.segy.formats import format_named

    template = spec.survey.template
    if not isinstance(template, SegyTemplate):
        msg = f"{path.name}: {spec.survey.path.name} is no SEG-Y, whose headers it would need; write .zarr or .npy"
        raise OutputError(msg)
    if spec.quantity == "probabilities" or spec.shape != template.shape:
        msg = f"{path.name}: a SEG-Y holds one number per sample of the whole survey; write .zarr or .npy"
        raise OutputError(msg)
    chosen = format_named(spec.sample_format) if spec.sample_format else template.layout.sample_format
    # Its constructor refuses what the format cannot hold.
    writer = SampleWriter(chosen, template.layout.order, spec.null, spec.dtype)
    if spec.quantity == "prediction" and len(spec.classes):
        writer.encode(np.array([[len(spec.classes) - 1]], np.uint8))


def _provenance(spec: ResultSpec) -> dict[str, object]:
    """Return how a result was made and what its numbers mean, for people and programs."""
    from napari_geofm import __version__

    return {
        "quantity": spec.quantity,
        "program": f"napari-geofm {__version__}",
        "survey": {"file": spec.survey.path.name, "fingerprint": spec.survey.fingerprint},
        "classes": [{"number": n, "name": c.name, "colour": c.colour} for n, c in enumerate(spec.classes)],
        "null": spec.null,
        **spec.notes,
    }


def _zarr(values: NDArray[Any], target: Path, spec: ResultSpec, *, overwrite: bool) -> None:
    """Write a zarr 3 group: the array named after the quantity, and coordinate arrays, as xarray reads them."""
    import zarr

    names = ("class", *spec.dims) if spec.quantity == "probabilities" else spec.dims
    sides = (1, *spec.shape) if spec.quantity == "probabilities" else spec.shape
    chunks = tuple(min(size, _CHUNK if len(spec.shape) == 3 else 8 * _CHUNK) for size in sides)
    with replacing_folder(target, overwrite=overwrite, holds=("zarr.json", ".zgroup", ".zarray")) as beside:
        group = zarr.create_group(beside, attributes=json.loads(json.dumps(_provenance(spec), default=str)))
        array = group.create_array(
            spec.quantity,
            shape=values.shape,
            dtype=values.dtype,
            chunks=chunks,
            dimension_names=names,
            fill_value=FILL[spec.quantity],
        )
        step = chunks[0]
        for start in range(0, values.shape[0], step):
            array[start : start + step] = values[start : start + step]
        for axis in spec.axes:
            if axis.is_numeric:
                numbers = group.create_array(
                    axis.name, shape=(axis.size,), dtype=axis.values.dtype, dimension_names=(axis.name,)
                )
                numbers[:] = axis.values
                numbers.attrs["units"] = axis.units


def _png(values: NDArray[Any], target: Path, spec: ResultSpec, *, overwrite: bool) -> None:
    """Write one section in display order: classes in their colours (255 transparent), confidence as 16-bit gray."""
    from PIL import Image

    layout = layout_of((spec.dims[0], spec.dims[1]), flips=spec.survey.flips)
    shown = np.ascontiguousarray(layout.to_display(np.asarray(values)))
    options: dict[str, Any] = {}
    if spec.quantity == "prediction":
        picture = Image.fromarray(shown, mode="P")
        palette = np.full((256, 3), 255, np.uint8)
        palette[: len(spec.classes)] = np.array(spec.classes.rgb, np.uint8).reshape(-1, 3)
        picture.putpalette(palette.tobytes())
        options["transparency"] = UNLABELLED
    else:
        picture = Image.fromarray(np.round(np.nan_to_num(shown).clip(0, 1) * 65535).astype(np.uint16))
    with replacing(target, overwrite=overwrite) as beside:
        picture.save(beside, format="PNG", **options)


def _tif(values: NDArray[Any], target: Path, spec: ResultSpec, *, overwrite: bool) -> None:
    template = spec.survey.template
    corner = tuple(part.indices(2**62)[0] for part in spec.places if isinstance(part, slice)) or (0, 0)
    write_geotiff(
        values if values.ndim == 3 else values[None],
        target,
        template=template if isinstance(template, RasterTemplate) else None,
        corner=(corner[0], corner[1]),
        nodata=FILL[spec.quantity],
        bands=spec.classes.names if spec.quantity == "probabilities" else (spec.quantity,),
        overwrite=overwrite,
    )
