"""Arrays of numbers in files: labels, truths, predictions, confidences; nothing that runs code when loaded."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.labels import UNLABELLED, ArrayLike
from napari_geofm.errors import FormatError, SourceError

if TYPE_CHECKING:
    from napari_geofm.io.segy import SegyOptions

__all__ = ["ARRAY_ENDINGS", "MappedArray", "is_zarr", "open_picture", "read_array"]

ARRAY_ENDINGS = (".npy", ".npz", ".zarr", ".sgy", ".segy", ".tif", ".tiff", ".png", ".pgm")
"""Endings that :func:`read_array` reads."""

_PREFERRED = ("prediction", "labels", "confidence", "probabilities")
"""Names of arrays in a group, the first that occurs is meant."""


@dataclass(frozen=True, slots=True, eq=False)
class MappedArray:
    """An array whose parts are changed as they are read.

    Attributes
    ----------
    source
        The array behind.
    dtype
        Type of the elements after ``turn``.
    turn
        Changes a part; element by element, so that it does not matter which part it is given.
    """

    source: ArrayLike
    dtype: np.dtype[Any]
    turn: Callable[[NDArray[Any]], NDArray[Any]]

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes."""
        return tuple(int(size) for size in self.source.shape)

    @property
    def chunks(self) -> tuple[int, ...] | None:
        """Sides of what is best read at once, where the array behind knows them."""
        return getattr(self.source, "chunks", None)

    def __getitem__(self, key: Any) -> NDArray[Any]:
        """Return a part, changed."""
        return self.turn(np.asarray(self.source[key]))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Return the whole, so that numpy takes it for an array."""
        return np.asarray(self[tuple(slice(None) for _ in self.shape)], dtype=dtype)


def read_array(
    path: Path | str, *, null: float | None = -1.0, variable: str = "", options: "SegyOptions | None" = None
) -> ArrayLike:
    """Open an array; large ones are read part by part when indexed.

    Parameters
    ----------
    path
        ``.npy`` (memory map), ``.npz`` (one array, or one of two and more dimensions beside lists), ``.zarr`` (an
        array, or a group with an array ``prediction``, ``labels``, ``confidence`` or a single one), ``.sgy`` (in the
        survey's shape and order), ``.tif``, ``.png`` and ``.pgm`` of one band (class numbers; of a palette the
        indices).
    null
        Value that means unlabelled in a SEG-Y file; it and dead traces become 255. None: the file holds no classes, its
        numbers stay as they are.
    variable
        Which array of a ``.npz`` with several; empty: the one that stands out.
    options
        How a SEG-Y file is read; None: as was chosen for files like it before, else as its headers say.

    Returns
    -------
    ArrayLike
        Numbers as stored, in the file's order: rows first for pictures, the survey's order for the others.

    Raises
    ------
    SourceError
        When there is no such file.
    FormatError
        When the file is damaged, of another kind, or holds Python objects or several arrays.
    """
    file = Path(path)
    if not file.exists():
        msg = f"No file {file}; check the path"
        raise SourceError(msg)
    ending = file.suffix.lower()
    if is_zarr(file):
        return _zarr(file)
    if file.is_dir():
        msg = f"{file} is a folder and no zarr store; give a file ({', '.join(ARRAY_ENDINGS)})"
        raise FormatError(msg)
    if file.stat().st_size == 0:
        msg = f"{file.name} is empty; give a file with an array in it"
        raise FormatError(msg)
    readers: dict[str, Callable[[Path], ArrayLike]] = {".npy": _npy, ".png": _picture, ".pgm": _picture}
    readers[".npz"] = lambda source: _npz(source, variable)
    readers |= {ending: lambda source: _segy(source, null, options) for ending in (".sgy", ".segy")}
    readers |= dict.fromkeys((".tif", ".tiff"), _band)
    if ending not in readers:
        msg = f"{file.name}: arrays are read from {', '.join(ARRAY_ENDINGS)}; convert it to one of them"
        raise FormatError(msg)
    return _numbers(file, readers[ending](file))


def is_zarr(path: Path) -> bool:
    """Return whether ``path`` is a folder with a zarr array or group in it."""
    return path.is_dir() and any((path / name).is_file() for name in ("zarr.json", ".zgroup", ".zarray"))


def open_picture(path: Path) -> Any:
    """Return the PIL picture in a file, read whole.

    Raises
    ------
    FormatError
        When it is no picture, or damaged.
    """
    from PIL import Image

    try:
        with warnings.catch_warnings():
            # Long lines make large pictures; PIL's limit is meant for web servers.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(path)
            picture.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        msg = f"{path.name} cannot be read as a picture; it may be damaged, cut short or of another format"
        raise FormatError(msg) from error
    return picture


def _numbers(path: Path, array: ArrayLike) -> ArrayLike:
    if array.dtype.kind not in "buif":
        msg = f"{path.name} holds {array.dtype} elements; give an array of numbers"
        raise FormatError(msg)
    if 0 in array.shape or not array.shape:
        msg = f"{path.name} holds an array of shape {tuple(array.shape)}; give one with elements"
        raise FormatError(msg)
    return array


def _npy(path: Path) -> ArrayLike:
    try:
        # A header may claim any shape: one whose product overflows is an error, not a warning.
        with np.errstate(over="raise"):
            return cast("ArrayLike", np.load(path, mmap_mode="r", allow_pickle=False))
    except (ValueError, OSError, EOFError, ArithmeticError, MemoryError) as error:
        raise FormatError(_reason(path, error)) from error


def _npz(path: Path, variable: str) -> ArrayLike:
    import zipfile
    import zlib

    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (AttributeError, TypeError, ValueError, LookupError, OSError, EOFError, MemoryError) as error:
        raise FormatError(_reason(path, error)) from error
    except (zipfile.BadZipFile, zlib.error) as error:
        raise FormatError(_reason(path, error)) from error
    return _only(path, arrays, variable)


def _only(path: Path, arrays: dict[str, ArrayLike], variable: str = "") -> ArrayLike:
    """Return the one array that is meant: alone, by name, or the only one that is more than a list."""
    if variable in arrays:
        return arrays[variable]
    if len(arrays) == 1:
        return next(iter(arrays.values()))
    named = [name for name in _PREFERRED if name in arrays]
    wide = [name for name, array in arrays.items() if len(array.shape) >= 2]
    chosen = named[:1] or (wide if len(wide) == 1 else [])
    if not chosen:
        found = ", ".join(sorted(arrays)) or "none"
        msg = f"{path.name} holds these arrays: {found}; keep one, name one 'prediction' or 'labels', or say --variable"
        raise FormatError(msg)
    return arrays[chosen[0]]


def _reason(path: Path, error: BaseException) -> str:
    if any(word in str(error) for word in ("pickle", "Python objects")):
        return f"{path.name} holds Python objects (a pickle), which are never loaded; save an array of numbers"
    return f"{path.name} cannot be read as an array; it may be damaged or cut short"


def _zarr(path: Path) -> ArrayLike:
    import zarr

    try:
        with warnings.catch_warnings():
            # zarr 3 remarks on foreign files in a store; they do no harm.
            warnings.simplefilter("ignore")
            store = zarr.open(path, mode="r")
            arrays: dict[str, ArrayLike] = (
                {"": cast("ArrayLike", store)}
                if isinstance(store, zarr.Array)
                else {name: cast("ArrayLike", array) for name, array in store.arrays()}
            )
    except Exception as error:
        # A damaged store shows as json's, zarr's or the codec's own errors.
        msg = f"{path.name} cannot be read as a zarr store; it may be damaged or half written"
        raise FormatError(msg) from error
    return _numbers(path, _only(path, arrays))


def _segy(path: Path, null: float | None, options: "SegyOptions | None") -> ArrayLike:
    from napari_geofm.io.segy import read_segy

    def classes(part: NDArray[Any]) -> NDArray[Any]:
        return np.where(np.isnan(part) | (part == null), np.float32(UNLABELLED), part)

    # In a file of labels a trace of zeros is class 0, not a dead trace.
    read = read_segy(path, options, zeros_are_dead=False)
    if null is None:
        return cast("ArrayLike", read.data)
    return MappedArray(cast("ArrayLike", read.data), np.dtype(np.float32), classes)


def _band(path: Path) -> ArrayLike:
    from napari_geofm.io.band_array import BandArray

    band = BandArray.of(path)
    nodata = band.nodata
    if nodata is None or nodata == UNLABELLED:
        return band
    dtype = np.result_type(band.dtype, np.uint8)

    def classes(part: NDArray[Any]) -> NDArray[Any]:
        missing = np.isnan(part) if np.isnan(nodata) else part == nodata
        return np.where(missing, np.array(UNLABELLED, dtype), part.astype(dtype))

    return MappedArray(band, dtype, classes)


def _picture(path: Path) -> ArrayLike:
    picture = open_picture(path)
    if picture.mode not in {"1", "L", "P", "I", "I;16", "I;16B", "F"}:
        msg = f"{path.name} is a colour picture ({picture.mode}); here class numbers are one band, as in a gray PNG"
        raise FormatError(msg)
    return cast("ArrayLike", np.asarray(picture))
