"""Results in the file format that the output's ending names, written beside it and then put in place."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.display import layout_of
from napari_geofm.core.labels import UNLABELLED, ArrayLike
from napari_geofm.core.progress import Job, Progress, run_to_end
from napari_geofm.errors import LabelError
from napari_geofm.io.atomic import publish, replacing, replacing_folder, require_absent
from napari_geofm.io.geotiff import write_geotiff
from napari_geofm.io.raster import RasterTemplate
from napari_geofm.io.results import FILL, PLANES, ResultSpec, is_segy_name, outputs_of
from napari_geofm.io.segy import SegyTemplate, segy_like_job, sidecar_of

__all__ = ["finish_result", "notes_of", "npy_job", "result_job", "write_notes"]

_NOTED = (".npy", ".npz", ".tif", ".tiff")
"""Endings of formats that hold no names of classes: these stand in a ``.json`` beside the file."""

_CHUNK = 128
"""Samples along each side of a zarr chunk of a volume."""

_AT_ONCE = 2**23
"""Samples that are written at once where the format does not say."""


def finish_result(data: Path, target: Path, spec: ResultSpec, *, overwrite: bool) -> tuple[Path, ...]:
    """Put a finished array in place in the target's format, whole or not at all; return the files that it became.

    What the numbers mean is written beside a format that cannot hold it, and is none of the files returned.

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
    for note in notes_of(target):
        require_absent(note, overwrite=overwrite)
    if target.suffix.lower() == ".npy":
        publish(data, target, overwrite=overwrite)
        files: tuple[Path, ...] = (target,)
    else:
        values = np.load(data, mmap_mode="r", allow_pickle=False)
        files = run_to_end(result_job(values, target, spec, overwrite=overwrite))
    if notes_of(target):
        write_notes(target, spec, overwrite=overwrite)
    return files


def notes_of(target: Path) -> tuple[Path, ...]:
    """Return the file beside an output that tells its classes: none of a format that holds them, or has its own."""
    return (sidecar_of(target),) if target.suffix.lower() in _NOTED else ()


def result_job(values: ArrayLike, target: Path, spec: ResultSpec, *, overwrite: bool) -> Job[tuple[Path, ...]]:
    """Write an array in the target's format; return the files (:func:`~napari_geofm.io.results.outputs_of`).

    It is told where it stands as it goes; closing the job leaves everything as it was.

    Parameters
    ----------
    values
        Of ``spec.stored_shape``; read in parts.
    target, spec, overwrite
        As :func:`finish_result` takes them.

    Raises
    ------
    LabelError
        When the shape is another.
    OutputError
        When the output exists or cannot be written.
    """
    if tuple(values.shape) != spec.stored_shape:
        msg = f"The {spec.quantity} have shape {tuple(values.shape)}, not {spec.stored_shape}; compute them anew"
        raise LabelError(msg)
    ending = target.suffix.lower()
    if is_segy_name(target) and isinstance(spec.survey.template, SegyTemplate):
        return (yield from _segy(values, target, spec, overwrite=overwrite))
    if ending == ".npy":
        yield from npy_job(values, target, overwrite=overwrite)
    elif ending == ".zarr":
        yield from _zarr(values, target, spec, overwrite=overwrite)
    else:
        yield Progress(0, 0, f"writing {target.name}")
        if ending == ".png":
            _png(values, target, spec, overwrite=overwrite)
        elif ending == ".npz":
            whole = np.asarray(values[tuple(slice(None) for _ in values.shape)])
            with replacing(target, overwrite=overwrite) as beside, beside.open("wb") as stream:
                np.savez_compressed(stream, allow_pickle=False, **{spec.quantity: whole})
        else:
            _tif(values, target, spec, overwrite=overwrite)
    return (target,)


def write_notes(target: Path, spec: ResultSpec, *, overwrite: bool) -> None:
    """Write beside ``target`` how it was made and what its numbers mean, as a SEG-Y has it.

    Raises
    ------
    OutputError
        When there is such a file already, or it cannot be written.
    """
    with replacing(sidecar_of(target), overwrite=overwrite) as beside:
        beside.write_text(json.dumps(_provenance(spec), indent=2, default=str) + "\n", encoding="utf-8")


def _segy(values: ArrayLike, target: Path, spec: ResultSpec, *, overwrite: bool) -> Job[tuple[Path, ...]]:
    """Write a SEG-Y, or one for each class or component; none appears before all are written."""
    template, files = spec.survey.template, outputs_of(target, spec)
    assert isinstance(template, SegyTemplate)
    for file in files:
        require_absent(file, overwrite=overwrite)
    facts = _provenance(spec)
    with ExitStack() as stack:
        parts = [stack.enter_context(replacing(file, overwrite=overwrite)) for file in files]
        notes = [stack.enter_context(replacing(sidecar_of(file), overwrite=overwrite)) for file in files]
        for place, (file, part, note) in enumerate(zip(files, parts, notes, strict=True)):
            own: dict[str, object] = {PLANES[spec.quantity]: spec.planes[place]} if spec.planes else {}
            note.write_text(json.dumps(facts | own, indent=2, default=str) + "\n", encoding="utf-8")
            plane = _Plane(values, place) if spec.planes else values
            job = segy_like_job(
                template, plane, part, sample_format=spec.segy_format, null=spec.null, overwrite=overwrite
            )
            for news in job:
                share = (news.fraction or 0.0) + place
                yield Progress(share, len(files), f"writing {file.name}")
    return files


@dataclass(frozen=True, slots=True, eq=False)
class _Plane:
    """One class or component of an array that has them first."""

    source: ArrayLike
    place: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes."""
        return tuple(self.source.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the elements."""
        return self.source.dtype

    def __getitem__(self, key: Any) -> NDArray[Any]:
        """Return a part."""
        return np.asarray(self.source[(self.place, *(key if isinstance(key, tuple) else (key,)))])


def _boxes(shape: tuple[int, ...], chunks: tuple[int, ...], *, whole: int) -> Iterator[tuple[slice, ...]]:
    """Yield boxes that cover an array chunk by chunk along its first ``whole`` axes."""
    steps = [range(0, size, chunk) for size, chunk in zip(shape[:whole], chunks[:whole], strict=True)]
    for starts in np.ndindex(*(len(step) for step in steps)):
        yield tuple(
            slice(step[at], min(size, step[at] + chunk))
            for step, at, size, chunk in zip(steps, starts, shape, chunks, strict=False)
        )


def _standing(box: tuple[slice, ...], shape: tuple[int, ...], target: Path) -> Progress:
    first, *more = box
    inner = more[0].start / shape[1] if more else 0.0
    return Progress(first.start + inner * (first.stop - first.start), shape[0], f"writing {target.name}")


def npy_job(values: ArrayLike, target: Path, *, overwrite: bool = False) -> Job[None]:
    """Write an array as ``.npy``, chunk by chunk where it has chunks.

    Raises
    ------
    OutputError
        When the output exists or cannot be written.
    """
    shape = tuple(values.shape)
    chunks = getattr(values, "chunks", None) or _rows(shape)
    with replacing(target, overwrite=overwrite) as beside:
        out = np.lib.format.open_memmap(beside, mode="w+", dtype=values.dtype, shape=shape)
        for box in _boxes(shape, tuple(chunks), whole=min(2, len(shape))):
            yield _standing(box, shape, target)
            out[box] = np.asarray(values[box])
        out.flush()
        del out


def _rows(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sides of a box of some megabytes."""
    inner = int(np.prod(shape[2:], dtype=np.int64))
    second = min(shape[1], max(1, _AT_ONCE // inner)) if len(shape) > 1 else 1
    return (max(1, _AT_ONCE // (inner * second)), second, *shape[2:])


def _provenance(spec: ResultSpec) -> dict[str, object]:
    """Return how a result was made and what its numbers mean, for people and programs."""
    from napari_geofm import __version__

    rows = [{"number": n, "name": c.name, "colour": c.colour} for n, c in enumerate(spec.classes)]
    named = {"components": list(spec.classes.names)} if spec.quantity == "features" else {"classes": rows}
    return {
        "quantity": spec.quantity,
        "program": f"napari-geofm {__version__}",
        "survey": {"file": spec.survey.path.name, "fingerprint": spec.survey.fingerprint},
        **named,
        "null": spec.null,
        **spec.notes,
    }


def _zarr(values: ArrayLike, target: Path, spec: ResultSpec, *, overwrite: bool) -> Job[None]:
    """Write a zarr 3 group: the array named after the quantity, and coordinate arrays, as xarray reads them."""
    import zarr

    names = (PLANES[spec.quantity], *spec.dims) if spec.planes else spec.dims
    sides = (1, *spec.shape) if spec.planes else spec.shape
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
        for box in _boxes(values.shape, chunks, whole=2 if spec.planes else 1):
            yield _standing(box, values.shape, target)
            array[box] = np.asarray(values[box])
        for axis in spec.axes:
            if axis.is_numeric:
                _write_numbers(group, axis)


def _write_numbers(group: Any, axis: Axis) -> None:
    """Write an axis as an array beside the result, in parts: the times of a long recording fill no memory."""
    part = min(axis.size, 1 << 20)
    first = axis.taken(slice(0, part)).values
    numbers = group.create_array(
        axis.name, shape=(axis.size,), dtype=first.dtype, chunks=(part,), dimension_names=(axis.name,)
    )
    for start in range(0, axis.size, part):
        numbers[start : start + part] = axis.taken(slice(start, start + part)).values
    numbers.attrs["units"] = axis.units


def _png(values: ArrayLike, target: Path, spec: ResultSpec, *, overwrite: bool) -> None:
    """Write one section in display order: classes in their colours (255 transparent), confidence as 16-bit gray."""
    from PIL import Image

    layout = layout_of((spec.dims[0], spec.dims[1]), flips=spec.survey.flips)
    shown = np.ascontiguousarray(layout.to_display(np.asarray(values[:, :])))
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


def _tif(values: ArrayLike, target: Path, spec: ResultSpec, *, overwrite: bool) -> None:
    template = spec.survey.template
    corner = tuple(part.indices(2**62)[0] for part in spec.places if isinstance(part, slice)) or (0, 0)
    write_geotiff(
        values,
        target,
        template=template if isinstance(template, RasterTemplate) else None,
        corner=(corner[0], corner[1]),
        nodata=FILL[spec.quantity],
        bands=spec.planes or (spec.quantity,),
        overwrite=overwrite,
    )
