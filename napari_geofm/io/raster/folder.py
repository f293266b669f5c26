"""A folder of images: one mosaic where they lie on one grid of one body, else a stack of single tiles."""

from pathlib import Path

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, SourceError, UsageError
from napari_geofm.io.raster.longitudes import in_one_turn
from napari_geofm.io.raster.mosaic import is_scattered, read_mosaic
from napari_geofm.io.raster.reader import RASTER_ENDINGS, RasterFile, all_said, open_raster
from napari_geofm.io.raster.said import RasterSaid, recall_said, said_beside
from napari_geofm.io.raster.tiles import listed, read_tiles

__all__ = ["read_folder", "tile_files"]


def tile_files(folder: Path) -> tuple[Path, ...]:
    """Return the images in a folder, by name; hidden files, other endings and sidecars are passed over."""
    files = {file for file in folder.iterdir() if file.is_file() and not file.name.startswith(".")}
    names = {file.name for file in files}
    return tuple(
        sorted(
            file
            for file in files
            if file.suffix.lower() in RASTER_ENDINGS
            # A detached label and its image are one; GDAL's notes beside a picture are none.
            and not (file.suffix.lower() == ".img" and {file.stem + ".lbl", file.stem + ".LBL"} & names)
            and not file.name.lower().endswith(".aux.xml")
        )
    )


def read_folder(path: Path | str, said: RasterSaid | None = None) -> Survey:
    """Open a folder of images; each is read when it is asked for.

    Parameters
    ----------
    path
        The folder.
    said
        What the user says about it; elevation and band hold for all its images, ``tiles`` keeps them single.

    Returns
    -------
    Survey
        Georeferenced images of one grid: kind ``"image"``, as one picture (:func:`read_mosaic`); else kind ``"tiles"``
        (:func:`read_tiles`).

    Raises
    ------
    SourceError
        When there is no such folder.
    FormatError
        When it holds no image, or some that have a place and some that have none.
    UsageError
        When a place is said for the folder.
    GeometryError
        When tiles differ in size, or georeferenced ones in coordinate system or resolution; the message lists them.
    """
    folder = Path(path)
    if not folder.is_dir():
        msg = f"No folder {folder}; check the path"
        raise SourceError(msg)
    files = tile_files(folder)
    if not files:
        endings = ", ".join(RASTER_ENDINGS[:6])
        msg = f"Folder {folder.name} holds no image ({endings}, ...) and no DAS recording; give a folder of either"
        raise FormatError(msg)
    known = (said or RasterSaid()).over(recall_said(folder))
    if known.georeference is not None:
        msg = f"--georeference: {folder.name} is a folder, whose tiles lie in several places; say it for each file"
        raise UsageError(msg)
    each = RasterSaid(metres=known.metres, band=known.band)
    opened = {file.name: open_raster(file, _said_of(file, each)) for file in files}
    placed = {name: tile for name, tile in opened.items() if tile.template.transform and tile.template.crs}
    turned = in_one_turn({name: tile.template for name, tile in placed.items()})
    moved = [name for name, tile in placed.items() if tile.template is not turned[name]]
    for name in moved:
        placed[name].template = turned[name]
    if known.tiles or not placed or (len(placed) == len(opened) and is_scattered(placed)):
        return read_tiles(folder, opened)
    _require_all_placed(folder, opened, placed)
    return read_mosaic(folder, placed, known, moved)


def _said_of(file: Path, each: RasterSaid) -> RasterSaid:
    """Return what is known of one tile; nothing is looked up where nothing can be known."""
    return all_said(file, each) if each or said_beside(file) or recall_said(file) else each


def _require_all_placed(folder: Path, opened: dict[str, RasterFile], placed: dict[str, RasterFile]) -> None:
    missing = [name for name in opened if name not in placed]
    if missing:
        msg = (
            f"Of {len(opened)} images in {folder.name} {len(missing)} have no place on a map ({listed(missing)}); "
            "move them, say their place with --georeference, or open all as single tiles with --tiles"
        )
        raise FormatError(msg)
