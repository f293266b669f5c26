"""One way in: a path becomes a survey, whatever its kind."""

from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.survey import KINDS, Survey
from napari_geofm.errors import FormatError, SourceError, UsageError
from napari_geofm.io.arrays import is_zarr, read_array
from napari_geofm.io.das import DAS_ENDINGS, read_das
from napari_geofm.io.fingerprint import fingerprint
from napari_geofm.io.raster import RASTER_ENDINGS, read_raster
from napari_geofm.io.segy import is_segy, read_segy
from napari_geofm.io.tiles import read_tiles

__all__ = ["array_survey", "open_survey"]

_DAS_MARKS = (b"\x89HDF", b"TDSm")
_ARRAY_MARKS = (b"\x93NUMPY", b"PK\x03\x04")
_RASTER_MARKS = (
    b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+", b"P5", b"P2", b"Object = IsisCube",
    b"PDS_VERSION_ID", b"CCSD3Z", b"<VRTDataset", b"\x00\x00\x00\x0cjP  ",
)  # fmt: skip

_GUESSED = {
    2: ("image", ("row", "column"), ("px", "px")),
    3: ("seismic-3d", ("inline", "crossline", "twt"), ("", "", "samples")),
}

_SHAPES = {
    "seismic-3d": (("inline", "crossline", "twt"), ("", "", "samples")),
    "seismic-2d": (("cdp", "twt"), ("", "samples")),
    "das": (("distance", "time"), ("channels", "samples")),
    "image": (("row", "column"), ("px", "px")),
    "tiles": (("tile", "row", "column"), ("", "px", "px")),
}


def open_survey(path: Path | str, *, kind: str | None = None, **hints: Any) -> Survey:
    """Open a survey; what it is, is told by its content, then by its ending.

    Parameters
    ----------
    path
        SEG-Y; a DAS recording that dascore reads; an image that rasterio reads; a folder of tiles; ``.npy``, ``.npz``
        or ``.zarr`` arrays (see :func:`array_survey`).
    kind
        What an array is, or ``"das"`` for a DAS recording stored as SEG-Y; None: guessed.
    **hints
        Options of :func:`~napari_geofm.io.segy.read_segy` (``options``, ``iline_byte``, ``xline_byte``, ``domain``,
        ``interval_ms``, ``remembered``, ``on_progress``); other files have none and pass over them.

    Returns
    -------
    Survey

    Raises
    ------
    SourceError
        When there is nothing at ``path``, or it cannot be read.
    FormatError
        When it is empty, damaged, or of no known format.
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
    if file.is_dir():
        return array_survey(file, kind=kind) if is_zarr(file) else read_tiles(file)
    head = _head(file)
    if head.startswith(_ARRAY_MARKS):
        return array_survey(file, kind=kind)
    if kind == "das" or head.startswith(_DAS_MARKS):
        return read_das(file)
    if head.lstrip().startswith(_RASTER_MARKS):
        return read_raster(file)
    if is_segy(file):
        return read_segy(file, **hints)
    return _by_ending(file, hints)


def array_survey(path: Path | str, *, kind: str | None = None) -> Survey:
    """Take an array for a survey: three dimensions for ``(inline, crossline, twt)``, two for ``(row, column)``.

    Parameters
    ----------
    path
        ``.npy``, ``.npz`` or ``.zarr``.
    kind
        Another meaning of the dimensions: ``"seismic-2d"`` ``(cdp, twt)``, ``"das"`` ``(distance, time)``, ``"tiles"``.

    Returns
    -------
    Survey
        Lines, channels and samples are numbered from 0: an array has no headers. ``odd`` says so.

    Raises
    ------
    SourceError, FormatError
        When it cannot be read, or has neither two nor three dimensions.
    UsageError
        When ``kind`` has another number of dimensions.
    """
    from napari_geofm.io.lazy import lazy_variable

    file = Path(path)
    array = read_array(file)
    shape = tuple(int(size) for size in array.shape)
    if len(shape) not in _GUESSED:
        msg = f"{file.name} holds an array of {len(shape)} dimensions; a survey has two or three"
        raise FormatError(msg)
    found, dims, units = _GUESSED[len(shape)]
    if kind is not None:
        found, (dims, units) = kind, _SHAPES[kind]
    if len(dims) != len(shape):
        msg = (
            f"{file.name} has {len(shape)} dimensions, {found} has {len(dims)} ({', '.join(dims)}); choose another kind"
        )
        raise UsageError(msg)
    import xarray as xr

    variable = lazy_variable(
        dims, shape, np.dtype(np.float32), lambda box: np.asarray(array[box], dtype=np.float32), {"units": ""}
    )
    coords = {
        name: (name, np.arange(size, dtype=np.float64 if unit == "samples" else np.int64), {"units": unit})
        for name, size, unit in zip(dims, shape, units, strict=True)
    }
    if found == "tiles":
        coords["tile"] = ("tile", np.array([str(number) for number in range(shape[0])]), {"units": ""})
    odd = (f"an array without headers: {', '.join(dims)} are numbered from 0",)
    return Survey(found, xr.DataArray(variable, coords), file, fingerprint(file), str(array.dtype), odd=odd)


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


def _by_ending(file: Path, hints: dict[str, Any]) -> Survey:
    """Open what no mark gives away by its ending; each reader says in its own words why it is not what it should be."""
    ending = file.suffix.lower()
    if ending in {".sgy", ".segy"}:
        return read_segy(file, **hints)
    if ending in {".npy", ".npz"}:
        return array_survey(file)
    if ending in RASTER_ENDINGS:
        return read_raster(file)
    if ending in DAS_ENDINGS:
        return read_das(file)
    for reader in (read_raster, read_das):
        try:
            return reader(file)
        except FormatError:
            continue
    msg = (
        f"{file.name} is in no format known here; give SEG-Y, a DAS recording, an image, a folder of tiles, or an array"
    )
    raise FormatError(msg)
