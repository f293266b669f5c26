"""A fast copy as a survey: by itself, or as a quicker way to read its source."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.copies.store import CopyNotes, read_notes
from napari_geofm.io.copies.volume import CopyVolume
from napari_geofm.io.cubes.cube import CubeTemplate
from napari_geofm.io.lazy import lazy_variable

__all__ = ["read_copy", "through_copy"]


def read_copy(path: Path) -> Survey:
    """Open a fast copy.

    Its fingerprint is its source's, so that sessions and models know it. Where the source is there and unchanged,
    results can be written as SEG-Y with its headers.

    Raises
    ------
    FormatError
        When it is no fast copy, or damaged.
    """
    notes = read_notes(path)
    source = notes.origin.found(path)
    odd = list(notes.odd)
    template: object = CubeTemplate(_affine(notes))
    if source is None:
        odd.append(f"a fast copy of {notes.origin.path.name}, which is not there now: results cannot be SEG-Y")
    elif not notes.origin.is_fresh(source):
        odd.append(f"{source.name} has changed since this fast copy was made; make it anew")
    else:
        template = _template(notes, source) or template
    volume = _volume(path, notes)
    return Survey(
        "seismic-3d",
        _lazy(volume, notes),
        path,
        notes.origin.fingerprint,
        notes.origin.sample_format,
        crs=notes.crs,
        odd=tuple(odd),
        template=template,
        direct=volume.read,
    )


def through_copy(survey: Survey, copy: Path) -> Survey:
    """Return a survey that reads its amplitudes from a fast copy and is its source's in everything else.

    Raises
    ------
    FormatError
        When the copy is damaged.
    """
    notes = read_notes(copy)
    note = f"read from its fast copy {copy.name}"
    volume = _volume(copy, notes)
    return dataclasses.replace(survey, data=_lazy(volume, notes), direct=volume.read, odd=(*survey.odd, note))


def _volume(path: Path, notes: CopyNotes) -> CopyVolume:
    volume = CopyVolume(path, notes.plan)
    volume.prepare()
    return volume


def _lazy(volume: CopyVolume, notes: CopyNotes) -> Any:
    import xarray as xr

    # As it is: asked for anything else, xarray loads dask to see whether the array is one of its.
    coords = {
        name: xr.Variable((name,), numbers, {"units": unit}, fastpath=True)
        for name, numbers, unit in zip(notes.dims, notes.numbers, notes.units, strict=True)
    }
    variable = lazy_variable(notes.dims, notes.plan.shape, np.dtype(np.float32), volume.read_box, {})
    return xr.DataArray(variable, coords=coords, name="amplitude")


def _template(notes: CopyNotes, source: Path) -> object:
    """Return the SEG-Y template of the source; None where it is none, or cannot be read."""
    origin = notes.origin
    if not (origin.iline_byte and origin.xline_byte):
        return None
    from napari_geofm.io.segy import read_segy

    said = {"iline_byte": origin.iline_byte, "xline_byte": origin.xline_byte, "domain": origin.domain}
    for hints in ({}, said):
        try:
            found = read_segy(source, **hints)  # type: ignore[arg-type]
        except GeoFMError:
            continue
        if (found.shape, found.fingerprint) == (notes.plan.shape, origin.fingerprint):
            return found.template
    return None


def _affine(notes: CopyNotes) -> object:
    if len(notes.affine) != 2:
        return None
    from napari_geofm.io.segy.coordinates import LineAffine

    return LineAffine(np.array(notes.affine, np.float64), notes.rms, notes.angle)
