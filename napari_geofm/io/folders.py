"""A folder as a survey: of images, or of the files of one DAS recording."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError
from napari_geofm.io.das import DAS_ENDINGS, MORE_ENDINGS, das_files, read_das_folder
from napari_geofm.io.raster import RasterSaid, read_folder
from napari_geofm.io.raster.folder import tile_files

__all__ = ["open_folder"]


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
