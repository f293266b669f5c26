"""The zarr group of a fast copy: everything but the shards."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError
from napari_geofm.io.copies.origin import Origin
from napari_geofm.io.copies.plan import CopyPlan

__all__ = ["AMPLITUDE", "LIVE", "CopyNotes", "create_store", "is_copy", "read_notes"]

AMPLITUDE, LIVE = "amplitude", "live"
MARK = "napari_geofm_copy"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class CopyNotes:
    """What a copy says about itself.

    Attributes
    ----------
    origin
        The file that it was made of.
    plan
        Its layout.
    dims, units
        Names and units of the axes.
    numbers
        Numbers along each axis.
    crs
        Coordinate reference system, or None.
    odd
        What was unusual about the source.
    affine, rms, angle
        Map from line numbers to X and Y, two rows of three numbers, how well it fits, and what X and Y are in where
        they are no lengths; empty where there is none.
    """

    origin: Origin
    plan: CopyPlan
    dims: tuple[str, ...]
    units: tuple[str, ...]
    numbers: tuple[NDArray[Any], ...]
    crs: str | None = None
    odd: tuple[str, ...] = ()
    affine: tuple[tuple[float, ...], ...] = field(default=())
    rms: float = 0.0
    angle: str = ""


def create_store(folder: Path, survey: Survey, plan: CopyPlan, origin: Origin) -> None:
    """Make the group with its arrays, all filled but the amplitudes and the map of live traces."""
    import zarr

    from napari_geofm import __version__

    affine = getattr(survey.template, "affine", None)
    note = {
        "format": FORMAT,
        "program": f"napari-geofm {__version__}",
        "source": origin.plain(),
        "shape": list(plan.shape),
        "dtype": plan.dtype,
        "chunk": list(plan.chunk),
        "shard": list(plan.shard),
        "band": plan.band,
        "dims": list(survey.dims),
        "axes": [
            {"units": axis.units, "type": str(axis.values.dtype), "numbers": axis.values.tolist()}
            for axis in survey.axes
        ],
        "crs": survey.crs,
        "odd": list(survey.odd),
        "affine": affine.matrix.tolist() if affine is not None else [],
        "rms": affine.rms if affine is not None else 0.0,
        "angle": affine.angle if affine is not None else "",
    }
    group = zarr.create_group(folder, attributes={MARK: note})
    group.create_array(
        AMPLITUDE, shape=plan.shape, dtype=plan.dtype, chunks=plan.chunk, shards=plan.shard, compressors=None,
        dimension_names=survey.dims, fill_value=np.nan if plan.dtype == "float32" else 0,
    )  # fmt: skip
    group.create_array(
        LIVE, shape=plan.shape[:2], dtype="uint8", chunks=plan.shard[:2], compressors=None,
        dimension_names=survey.dims[:2], fill_value=0,
    )  # fmt: skip
    for axis in survey.axes:
        numbers = group.create_array(
            axis.name, shape=(axis.size,), dtype=axis.values.dtype, compressors=None, dimension_names=(axis.name,)
        )
        numbers[:] = axis.values
        numbers.attrs["units"] = axis.units


def is_copy(path: Path) -> bool:
    """Return whether a folder is a fast copy."""
    return _note(path) is not None


def read_notes(path: Path) -> CopyNotes:
    """Read what a copy says about itself, without zarr.

    Raises
    ------
    FormatError
        When it is no fast copy, one of a later release, or damaged.
    """
    note = _note(path)
    if note is None:
        msg = f"{path} is no fast copy; make one with geofm ingest"
        raise FormatError(msg)
    try:
        if int(note["format"]) > FORMAT:
            msg = f"{path.name} was made by a later release; update napari-geofm, or make the copy anew"
            raise FormatError(msg)
        return _notes(note)
    except (KeyError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, FormatError):
            raise
        msg = f"{path.name}: what the fast copy says about itself is damaged; make it anew"
        raise FormatError(msg) from error


def _note(path: Path) -> dict[str, Any] | None:
    try:
        found: Any = json.loads((path / "zarr.json").read_text(encoding="utf-8"))["attributes"][MARK]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if isinstance(found, dict) else None


def _notes(note: dict[str, Any]) -> CopyNotes:
    shape, chunk, shard = (tuple(int(size) for size in note[name]) for name in ("shape", "chunk", "shard"))
    numbers = tuple(np.array(axis["numbers"], np.dtype(str(axis["type"]))) for axis in note["axes"])
    if tuple(each.size for each in numbers) != shape or len(shape) != 3:
        msg = "axes of another shape"
        raise ValueError(msg)
    if str(note["dtype"]) not in {"float32", "int8", "uint8", "int16", "uint16"} or min(chunk) < 1:
        msg = "another type"
        raise ValueError(msg)
    sides = (chunk[0], chunk[1], chunk[2]), (shard[0], shard[1], shard[2])
    plan = CopyPlan(shape, str(note["dtype"]), *sides, int(note["band"]))
    return CopyNotes(
        Origin.from_plain(note["source"]),
        plan,
        tuple(str(name) for name in note["dims"]),
        tuple(str(axis["units"]) for axis in note["axes"]),
        numbers,
        None if note.get("crs") is None else str(note["crs"]),
        tuple(str(line) for line in note.get("odd", ())),
        tuple(tuple(float(each) for each in row) for row in note.get("affine", ())),
        float(note.get("rms", 0.0)),
        str(note.get("angle", "")),
    )
