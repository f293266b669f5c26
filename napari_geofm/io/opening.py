"""One way in: a path becomes a survey, whatever its kind."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.das.processing import Processing
from napari_geofm.core.survey import KINDS, Survey
from napari_geofm.errors import FormatError, SourceError, UnknownFormatError, UsageError
from napari_geofm.io.arrays import is_zarr
from napari_geofm.io.copies.store import is_copy
from napari_geofm.io.cubes.opening import CUBE_MARKS, HDF_MARK
from napari_geofm.io.cubes.reading import Reading, sidecar_for
from napari_geofm.io.cubes.remembered import recall
from napari_geofm.io.das import DAS_ENDINGS, read_das
from napari_geofm.io.das.segy_recording import DAS_DOMAIN, SegyRecording, said_to_be_das
from napari_geofm.io.file_options import FileOptions, segy_of
from napari_geofm.io.folders import open_folder
from napari_geofm.io.processed import processed
from napari_geofm.io.raster import RASTER_ENDINGS, RasterSaid, read_raster
from napari_geofm.io.segy import SegyOptions, SegyTemplate, is_segy, read_segy
from napari_geofm.io.segy import recall as recall_segy

__all__ = ["array_survey", "open_survey", "options_of"]

_DAS_MARKS = (HDF_MARK, b"TDSm")
_RASTER_MARKS = (
    b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+", b"P5", b"P2", b"Object = IsisCube",
    b"PDS_VERSION_ID", b"CCSD3Z", b"<VRTDataset", b"\x00\x00\x00\x0cjP  ",
)  # fmt: skip


def open_survey(
    path: Path | str,
    *,
    kind: str | None = None,
    reading: Reading | None = None,
    about: RasterSaid | None = None,
    copies: bool = True,
    **hints: Any,
) -> Survey:
    """Open a survey; what it is, is told by its content, then by its ending.

    Parameters
    ----------
    path
        SEG-Y; a DAS recording that dascore reads, or a folder of its files; an image that rasterio reads; a folder of
        tiles; zarr, NumPy, netCDF, HDF5, ZGY and bare numbers (see :func:`array_survey`).
    kind
        What an array is, or ``"das"`` for a DAS recording stored as SEG-Y; None: guessed, or as the domain of the
        options says.
    reading
        What the user says about a file that does not say it itself.
    about
        What the user says about an image or a folder of tiles.
    copies
        Whether a volume is read from its fast copy where that wins (:mod:`napari_geofm.io.copies.choosing`).
    **hints
        Options of :func:`~napari_geofm.io.segy.read_segy` (``options``, ``iline_byte``, ``xline_byte``, ``domain``,
        ``interval_ms``, ``remembered``, ``on_progress``); a folder of recordings knows the last; others pass over them.
        ``options`` may be the :class:`~napari_geofm.core.das.processing.Processing` of a recording as well.

    Returns
    -------
    Survey

    Raises
    ------
    SourceError
        When there is nothing at ``path``, or it cannot be read.
    FormatError
        When it is empty, damaged, or of no known format (``UnknownFormatError``: it may hold bare numbers).
    GeometryError
        When traces, channels or tiles make no grid.
    UsageError
        When ``kind`` does not exist or does not fit.
    """
    file = Path(path).expanduser()
    if kind is not None and kind not in KINDS:
        msg = f"Kind '{kind}': surveys are {', '.join(KINDS)}"
        raise UsageError(msg)
    if not file.exists():
        msg = f"No file or folder {file}; check the path"
        raise SourceError(msg)
    said = hints.get("options")
    if isinstance(said, Processing):
        own = segy_of(said)
        hints |= {"options": own, "remembered": own is None and hints.get("remembered", True)}
    found = _opened(file, kind, reading, about, hints)
    if isinstance(said, Processing):
        return processed(found, said)
    if not copies:
        return found
    return _quicker(found)


def options_of(survey: Survey) -> FileOptions | None:
    """Return how a survey's file was read, for whoever opens it once more; None where nothing was chosen.

    Read with them, a file gives the same survey, whatever is remembered for files like it by then.
    """
    own = survey.template.options if isinstance(survey.template, SegyTemplate | SegyRecording) else None
    if survey.processed is None:
        return own
    return dataclasses.replace(survey.processed.processing, reading="" if own is None else own.to_json())


def _quicker(found: Survey) -> Survey:
    """Return the survey reading from its fast copy where that wins, and where the copy was read in the same way.

    One file may be read in several ways: by another offset, other bytes, in depth; its copy holds one of them.
    """
    from napari_geofm.io.copies.choosing import known_copy, quickest
    from napari_geofm.io.copies.store import read_notes

    quick = quickest(found)
    known = known_copy(found.path) if quick.data is not found.data else None
    if known is None:
        return quick
    same = read_notes(known.path).origin.fingerprint == found.fingerprint and quick.dims == found.dims
    same = same and all(
        np.array_equal(one.values, other.values) for one, other in zip(quick.axes, found.axes, strict=True)
    )
    return quick if same else found


def _with_headers(copy: Survey, hints: dict[str, Any]) -> Survey:
    """Return a fast copy with the headers of a source that has to be read with options to be the same survey."""
    from napari_geofm.io.copies.store import read_notes

    origin = read_notes(copy.path).origin
    source = origin.found(copy.path)
    if hints.get("options") is None or isinstance(copy.template, SegyTemplate) or source is None:
        return copy
    if not origin.is_fresh(source):
        return copy
    found = read_segy(source, **hints)
    same = (found.shape, found.fingerprint) == (copy.shape, origin.fingerprint)
    return dataclasses.replace(copy, template=found.template) if same else copy


def _opened(
    file: Path, kind: str | None, reading: Reading | None, about: RasterSaid | None, hints: dict[str, Any]
) -> Survey:
    """Open a file or folder that is there by its own reader."""
    if kind is None and _said_das(file, hints):
        return said_to_be_das(
            open_folder(file, "das", about, hints.get("on_progress")) if file.is_dir() else read_das(file)
        )
    if is_copy(file):
        from napari_geofm.io.copies.survey import read_copy

        return _with_headers(read_copy(file), hints)
    if file.is_dir():
        return (
            array_survey(file, kind=kind, reading=reading)
            if is_zarr(file)
            else open_folder(file, kind, about, hints.get("on_progress"))
        )
    head = _head(file)
    if _is_cube(file, head, _all_said(file, reading), kind):
        return array_survey(file, kind=kind, reading=reading)
    if kind == "das" or head.startswith(_DAS_MARKS):
        return _das(file, head, kind)
    if head.lstrip().startswith(_RASTER_MARKS):
        return read_raster(file, about)
    if is_segy(file):
        return read_segy(file, **hints)
    return _by_ending(file, about, hints)


def array_survey(path: Path | str, *, kind: str | None = None, reading: Reading | None = None) -> Survey:
    """Take an array for a survey, by the names of its axes; without names, three are ``(inline, crossline, twt)``.

    Parameters
    ----------
    path
        zarr, ``.npy``, ``.npz``, netCDF, HDF5, ZGY, or bare numbers.
    kind
        What it is where its axes have no names: ``"seismic-2d"`` ``(cdp, twt)``, ``"das"`` ``(distance, time)``,
        ``"tiles"``; two axes are ``(row, column)`` by default.
    reading
        What the user says about it; what is left open is taken from ``FILE.json`` beside it, then from what was said
        of it before.

    Returns
    -------
    Survey
        Axes without numbers are counted from 0; ``odd`` says so.

    Raises
    ------
    SourceError, FormatError
        When it cannot be read, or has neither two nor three dimensions.
    UsageError
        When ``kind`` or ``reading`` do not fit.
    """
    from napari_geofm.io.cubes.cube_survey import survey_of
    from napari_geofm.io.cubes.opening import open_cube

    file = Path(path)
    head = b"" if file.is_dir() or not file.exists() else _head(file)
    said = _all_said(file, reading)
    return survey_of(open_cube(file, head, said), said, kind)


def _all_said(file: Path, reading: Reading | None) -> Reading:
    """Return what is known about a file besides its content: from the user, beside it, from before, in this order."""
    return (reading or Reading()).over(sidecar_for(file)).over(recall(file) if file.exists() else Reading())


def _head(file: Path) -> bytes:
    if not file.is_file():
        # Opening a pipe would wait for somebody to write to it.
        msg = f"{file} is a device or a pipe; give a file or a folder"
        raise SourceError(msg)
    try:
        with file.open("rb") as stream:
            head = stream.read(512)
    except OSError as error:
        msg = f"{file} cannot be read ({error.strerror or error}); check its permissions"
        raise SourceError(msg) from error
    if not head:
        msg = f"{file.name} is empty; give a file with data in it"
        raise FormatError(msg)
    return head


def _das(file: Path, head: bytes, kind: str | None) -> Survey:
    """Open a DAS recording; an HDF5 file that is none may hold an array all the same.

    Raises
    ------
    FormatError
        When it is neither; the arrays of an HDF5 file are listed.
    """
    try:
        return read_das(file)
    except FormatError:
        if kind == "das" or not head.startswith(HDF_MARK):
            raise
    return array_survey(file, kind=kind)


def _said_das(file: Path, hints: dict[str, Any]) -> bool:
    """Return whether SEG-Y is said to be a DAS recording: now, or once of files like it."""
    said = hints.get("options")
    word = said.domain if isinstance(said, SegyOptions) else hints.get("domain")
    if word is None and hints.get("remembered", True) and file.is_file() and is_segy(file):
        known = recall_segy(file)
        word = known.domain if known is not None else None
    return word == DAS_DOMAIN


def _is_cube(file: Path, head: bytes, said: Reading, kind: str | None) -> bool:
    """Return whether a file is an array: by its first bytes, by what is said about it, by its axes' names."""
    if head.startswith(CUBE_MARKS) or said.is_raw:
        return True
    if not head.startswith(HDF_MARK) or kind == "das":
        return False
    from napari_geofm.io.cubes.hdf_cube import holds_seismic

    return bool(said.variable or said.dims) or holds_seismic(file)


def _by_ending(file: Path, about: RasterSaid | None, hints: dict[str, Any]) -> Survey:
    """Open what no mark gives away by its ending; each reader says in its own words why it is not what it should be."""
    ending = file.suffix.lower()
    if ending in {".sgy", ".segy"}:
        return read_segy(file, **hints)
    if ending in {".npy", ".npz"}:
        return array_survey(file)
    if ending in RASTER_ENDINGS:
        return read_raster(file, about)
    if ending in DAS_ENDINGS:
        return read_das(file)
    for reader in (read_raster, read_das):
        try:
            return reader(file)
        except FormatError:
            continue
    msg = (
        f"{file.name} is in no format known here; give SEG-Y, a DAS recording, an image, tiles, or an array; "
        "for bare numbers say --shape and --dtype"
    )
    raise UnknownFormatError(msg)
