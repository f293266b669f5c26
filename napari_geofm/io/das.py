"""One DAS file, of any vendor that dascore reads, as a survey ``(distance, time)``."""

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeometryError, SourceError
from napari_geofm.io.fingerprint import fingerprint
from napari_geofm.io.lazy import lazy_variable

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["DAS_ENDINGS", "read_das"]

DAS_ENDINGS = (".h5", ".hdf5", ".hdf", ".tdms", ".nc", ".prodml")
"""Endings under which DAS recordings are usually found; the content decides."""

_WHOLE_BYTES = 512 * 2**20
"""Files up to this size are read whole on first use and kept; of larger ones only the time asked for."""

_WINDOWED = frozenset({"APSensing", "DASDAE", "GDR_DAS", "H5Simple", "NeubrexDAS", "Silixa_H5", "TDMS", "TERRA15"})
"""Formats whose time ranges are tested to hold the right samples: dascore 0.1.24's Febus reader is one sample off."""

_CHANNEL_DIMS = ("distance", "channel", "depth")
"""What dascore calls the dimension along the fibre, depending on the vendor."""


def read_das(path: Path | str) -> Survey:
    """Open a DAS recording; its samples are read when they are first asked for.

    Parameters
    ----------
    path
        File in a format that dascore knows (Terra15, Silixa, OptoDAS, Febus, AP Sensing, TDMS, ProdML, ...).

    Returns
    -------
    Survey
        Kind ``"das"``, dims ``(distance, time)``, distance in m along the fibre (channel numbers from the file where it
        has no distances), time in s from the start as float64. ``data.attrs["start_utc"]`` is the absolute start as
        ISO 8601 with nanoseconds ("" where the file has none), ``data.attrs["units"]`` the unit of the samples (""
        where the file does not say). Samples are float32 once read.

    Raises
    ------
    SourceError
        When there is no such file.
    FormatError
        When dascore does not know the format, or the file is damaged.
    GeometryError
        When the file holds no recording of channels over time, or several.
    """
    file = Path(path)
    if not file.is_file():
        msg = f"No file {file}; check the path"
        raise SourceError(msg)
    version = fingerprint(file)
    vendor, summary = _summary(file)
    fibre = next((dim for dim in _CHANNEL_DIMS if dim in summary.dim_tuple), "")
    if sorted(summary.dim_tuple) != sorted((fibre, "time")):
        msg = f"{file.name} holds {' x '.join(summary.dim_tuple)}; a DAS recording is channels (distance) over time"
        raise GeometryError(msg)
    stamps, along, fibre_units = _coordinates(file, summary, fibre)
    time, start = _seconds(stamps)
    samples = _Samples(file, vendor, fibre, (along.size, time.size), stamps)
    attrs = {
        "units": _unit(summary.data_units),
        "quantity": str(summary.data_type or ""),
        "start_utc": start,
    }
    variable = lazy_variable(("distance", "time"), samples.shape, np.dtype(np.float32), samples.read, attrs)
    data = _array(variable, along, time, fibre_units)
    return Survey("das", data, file, version, f"DAS recording ({vendor})", None, _odd(data, fibre, start))


class _Samples:
    """The samples of one file, read on first use."""

    def __init__(self, path: Path, vendor: str, fibre: str, shape: tuple[int, int], stamps: NDArray[Any]) -> None:
        self.path = path
        self.by_time = vendor in _WINDOWED and path.stat().st_size > _WHOLE_BYTES
        self.fibre = fibre
        self.shape = shape
        self.stamps = stamps
        self._lock = threading.Lock()
        self._whole: NDArray[np.float32] | None = None

    def read(self, box: tuple[slice, ...]) -> NDArray[np.float32]:
        """Return a box ``(distance, time)`` of float32."""
        channels, times = box
        with self._lock:
            if self._whole is None and self.by_time:
                part = self._load(time=(self.stamps[times.start], self.stamps[times.stop - 1]))
                if part.shape == (self.shape[0], times.stop - times.start):
                    return part[channels]
            if self._whole is None:
                self._whole = self._load()
            whole = self._whole
        if whole.shape != self.shape:
            msg = f"{self.path.name} has changed on disk since it was opened; open it again"
            raise GeometryError(msg)
        return whole[box]

    def _load(self, **limits: Any) -> NDArray[np.float32]:
        patch = _patch(self.path, **limits)
        samples = np.asarray(patch.data)
        turned = samples if patch.dims[0] == self.fibre else samples.T
        return np.ascontiguousarray(turned, dtype=np.float32)


@contextmanager
def _quietly(path: Path) -> Iterator[None]:
    """Keep dascore's warnings and log lines to itself, and turn whatever it raises into one line."""
    log = logging.getLogger("dascore")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except Exception as error:
        # Each vendor's reader raises its own kinds (h5py's, struct's, numpy's): all mean that the file cannot be read.
        if type(error).__name__ == "UnknownFiberFormatError":
            msg = f"{path.name} is in no DAS format that dascore reads; convert it to one, such as ProdML or DASDAE"
        else:
            reason = " ".join(str(error).split())[:120] or type(error).__name__
            msg = f"{path.name} cannot be read as a DAS recording ({reason}); it may be damaged or cut short"
        raise FormatError(msg) from error
    finally:
        log.setLevel(level)


def _summary(path: Path) -> tuple[str, Any]:
    """Return the format's name and dascore's attributes of the only recording in a file."""
    with _quietly(path):
        import dascore

        # scan() passes over what it does not know without a word; get_format() refuses it.
        vendor, _ = dascore.get_format(path)
        found = dascore.scan(path, progress=None)
    if len(found) != 1:
        msg = f"{path.name} holds {len(found)} recordings; split it so that a file holds one"
        raise GeometryError(msg)
    return str(vendor), found[0]


def _patch(path: Path, **limits: Any) -> Any:
    with _quietly(path):
        import dascore

        spool = dascore.read(path, **limits)
        return spool[0]


def _coordinates(path: Path, summary: Any, fibre: str) -> tuple[NDArray[Any], NDArray[Any], str]:
    """Return time stamps, places along the fibre and their unit; without samples where the steps are even."""
    with _quietly(path):
        time, along = (summary.coords[dim] for dim in ("time", fibre))
        if time.step is None or along.step is None:
            patch = _patch(path)
            stamps, places = patch.get_coord("time").values, patch.get_coord(fibre).values
        else:
            stamps, places = time.to_coord().values, along.to_coord().values
    plain = places.astype(np.int64) if fibre == "channel" else places.astype(np.float64)
    return stamps, plain, "" if fibre == "channel" else _unit(along.units) or "m"


def _seconds(stamps: NDArray[Any]) -> tuple[NDArray[np.float64], str]:
    """Return seconds from the start, and the start in UTC ("" where the stamps are not dates)."""
    if np.issubdtype(stamps.dtype, np.datetime64):
        nanoseconds = stamps.astype("datetime64[ns]")
        passed = (nanoseconds - nanoseconds[0]).astype(np.int64)
        return passed / 1e9, f"{np.datetime_as_string(nanoseconds[0], unit='ns')}Z"
    if np.issubdtype(stamps.dtype, np.timedelta64):
        return (stamps - stamps[0]).astype("timedelta64[ns]").astype(np.int64) / 1e9, ""
    return stamps.astype(np.float64) - float(stamps[0]), ""


def _array(variable: "xr.Variable", along: NDArray[Any], time: NDArray[np.float64], fibre_units: str) -> "xr.DataArray":
    import xarray as xr

    coords = {"distance": ("distance", along, {"units": fibre_units}), "time": ("time", time, {"units": "s"})}
    return xr.DataArray(variable, coords, name="amplitude")


def _unit(quantity: object) -> str:
    """Return a unit as people write it: ``"m/s"`` for dascore's ``1.0 m / s``; "" for none."""
    if quantity is None or quantity == "":
        return ""
    words = f"{quantity:~}" if hasattr(quantity, "units") else str(quantity)
    number, _, unit = words.partition(" ")
    return (unit if number in {"1", "1.0"} else words).replace(" / ", "/").replace(" ", "")


def _odd(data: "xr.DataArray", fibre: str, start: str) -> tuple[str, ...]:
    """Return what the user should know about the recording."""
    notes: list[str] = []
    if fibre == "channel":
        notes.append("no distances in the file: channels are numbered")
    if not start:
        notes.append("no date in the file: only time from the start is known")
    for name in ("distance", "time"):
        steps = np.diff(data.coords[name].values.astype(np.float64))
        if steps.size and not np.allclose(steps, steps.mean(), rtol=1e-3):
            notes.append(f"{name} is not evenly spaced")
    return tuple(notes)
