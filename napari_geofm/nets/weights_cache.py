"""Where fetched weights are kept, and how a copy there is known to be whole."""

import dataclasses
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from napari_geofm.errors import OutputError, WeightsError
from napari_geofm.io.atomic import replacing
from napari_geofm.nets.weights_check import sha256_of

if TYPE_CHECKING:
    from napari_geofm.nets.encoder_spec import EncoderSpec

__all__ = ["CacheRecord", "Origin", "cache_folder", "find_cached", "keep", "read_record", "working_folder"]

Origin = Literal["local", "hub", "mirror"]

_WORK_PREFIX = ".fetch-"
_DAY_S = 86_400.0


@dataclasses.dataclass(frozen=True, slots=True)
class CacheRecord:
    """What is written beside cached weights.

    Parameters
    ----------
    encoder : str
        Short name.
    file : str
        Name of the safetensors file in the same folder.
    sha256 : str
        Of that file.
    source : str
        Where it was fetched: ``hub``, ``mirror`` or ``local`` (a converted local file).
    upstream : str
        What was fetched, in words.
    upstream_sha256 : str
        Hash of what was fetched, before conversion.
    """

    encoder: str
    file: str
    sha256: str
    source: Origin
    upstream: str
    upstream_sha256: str


def cache_folder() -> Path:
    """Return the cache folder: ``GEOFM_CACHE`` where set, else the user's own cache folder; it need not exist."""
    chosen = os.environ.get("GEOFM_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_cache_dir("napari-geofm", appauthor=False))


def _weights_folder() -> Path:
    """Return the part of the cache that holds weights."""
    return cache_folder() / "weights"


def read_record(spec: "EncoderSpec") -> CacheRecord | None:
    """Return what is recorded of an encoder's cached weights; None where nothing usable is."""
    try:
        content = json.loads((_weights_folder() / f"{spec.name}.json").read_text(encoding="utf-8"))
        record = CacheRecord(**content)
    except (OSError, ValueError, TypeError):
        return None
    return record if record.encoder == spec.name and Path(record.file).name == record.file else None


def find_cached(spec: "EncoderSpec") -> tuple[Path, CacheRecord] | str:
    """Look for whole weights in the cache.

    Returns
    -------
    tuple of Path and CacheRecord, or str
        A copy whose sha256 is the recorded one; else the reason: ``""`` for none there, or what is damaged.
    """
    record = read_record(spec)
    note = _weights_folder() / f"{spec.name}.json"
    if record is None:
        return f"the record {note} is damaged" if note.exists() else ""
    path = _weights_folder() / record.file
    try:
        found = sha256_of(path)
    except OSError:
        return f"{path} is gone or cannot be read"
    return (path, record) if found == record.sha256 else f"{path} is damaged: its sha256 is not the recorded one"


@contextmanager
def working_folder() -> Iterator[Path]:
    """Yield an empty folder on the cache's disk, so that what is made in it can be renamed into the cache.

    Raises
    ------
    WeightsError
        Where the cache cannot be written.
    """
    folder = _weights_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        work = tempfile.TemporaryDirectory(prefix=_WORK_PREFIX, dir=folder, ignore_cleanup_errors=True)
    except OSError as error:
        raise _unwritable(folder, error) from error
    with work as name:
        try:
            yield Path(name)
        except OSError as error:
            if isinstance(error, WeightsError):
                raise
            raise _unwritable(folder, error) from error


def _sweep(folder: Path) -> None:
    """Delete working folders of processes that were killed a day ago or earlier; younger ones may be in use."""
    for left in folder.glob(f"{_WORK_PREFIX}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _DAY_S:
                shutil.rmtree(left, ignore_errors=True)


def _unwritable(folder: Path, error: OSError) -> WeightsError:
    """Say in one line why weights could not be kept."""
    reason = error.strerror or str(error)
    return WeightsError(
        f"Weights cannot be kept in {folder} ({reason}); free space there or set GEOFM_CACHE to another folder."
    )


def keep(made: Path, record: CacheRecord) -> Path:
    """Move a finished file from the working folder into the cache, and record it.

    The file's name holds its hash and the record is replaced last, so two processes that fetch at the same time, even
    from different sources, both leave a record that fits its file.

    Parameters
    ----------
    made : Path
        A checked safetensors file in the working folder.
    record : CacheRecord
        What to write beside it.

    Returns
    -------
    Path
        Where the file is now.
    """
    folder = _weights_folder()
    target = folder / record.file
    try:
        made.replace(target)
    except PermissionError:
        # Windows does not replace a file that another process has open; that file has the same hash.
        if not target.exists() or sha256_of(target) != record.sha256:
            raise
    try:
        with replacing(folder / f"{record.encoder}.json", overwrite=True) as note:
            note.write_text(json.dumps(dataclasses.asdict(record), indent=2) + "\n", encoding="utf-8")
    except OutputError as error:
        raise _unwritable(folder, error) from error
    return target
