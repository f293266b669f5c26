"""A folder as a survey: of images, or of the files of one DAS recording."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError
from napari_geofm.io.arrays import is_zarr
from napari_geofm.io.das import DAS_ENDINGS, MORE_ENDINGS, das_files, read_das_folder
from napari_geofm.io.das.vendor import RAW_ENDING, XML_NAME
from napari_geofm.io.raster import RasterSaid, read_folder
from napari_geofm.io.raster.folder import tile_files

__all__ = ["open_folder", "stamp_of"]


def stamp_of(path: Path) -> tuple[int, int]:
    """Return two numbers that are others once a survey on the disk is another: 0 where there is none.

    A folder's own time of change tells nothing of files that grow, are written anew, or come into its sub-folders.
    """
    if not path.exists():
        return 0, 0
    state = path.stat()
    if not path.is_dir() or is_zarr(path):
        return state.st_mtime_ns, state.st_size
    recordings = das_files(path, DAS_ENDINGS + MORE_ENDINGS)
    tiles = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in tile_files(path)]
    return hash((tuple((file.name, file.size, file.changed_ns) for file in recordings), *tiles)), len(recordings)


def open_folder(folder: Path, kind: str | None, said: RasterSaid | None, on_progress: Any = None) -> Survey:
    """Open a folder of tiles, or of the files of one DAS recording.

    Parameters
    ----------
    folder
        The folder, which is there.
    kind
        ``"tiles"`` or ``"das"`` where it holds both; None: what it holds.
    said
        What the user says about images.
    on_progress
        Told how many files of a recording have been looked at.

    Raises
    ------
    FormatError
        When it may be either, or is neither.
    GeometryError
        When its files do not fit together.
    """
    if kind == "tiles":
        return read_folder(folder, said)
    if kind == "das":
        return read_das_folder(folder, on_progress, das_files(folder, DAS_ENDINGS + MORE_ENDINGS))
    if kind is None and (folder / XML_NAME).is_file() and (raw := das_files(folder, (RAW_ENDING,))):
        return read_das_folder(folder, on_progress, raw)
    tiles, recordings = tile_files(folder), das_files(folder)
    # Pictures beside recordings in sub-folders are a folder of tiles, as before there were recordings.
    beside = [file for file in recordings if "/" not in file.name]
    if tiles and beside and kind is None:
        msg = (
            f"Folder {folder.name} holds images ({_some(tiles)}) and DAS recordings ({_some(beside)}); put them in "
            "folders of their own"
        )
        raise FormatError(msg)
    if recordings and not tiles:
        return read_das_folder(folder, on_progress, recordings)
    return read_folder(folder, said)


def _some(files: Sequence[Any]) -> str:
    more = f" and {len(files) - 1} more" if len(files) > 1 else ""
    return f"{files[0].name}{more}"
