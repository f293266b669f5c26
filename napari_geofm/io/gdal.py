"""Pictures and rasters opened through rasterio (GDAL), without its warnings, and with its errors in one line."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from napari_geofm.errors import FormatError

__all__ = ["opened", "quiet_rasterio", "require_whole_png"]


@contextmanager
def quiet_rasterio() -> Iterator[None]:
    """Keep rasterio's remark on pictures without a place on the globe, and GDAL's log, from the user."""
    import rasterio
    from rasterio.errors import NotGeoreferencedWarning

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.Env(CPL_LOG_ERRORS="OFF"):
            yield


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """Yield a rasterio dataset; rasterio's warnings stay away from the user, its errors become one line.

    Raises
    ------
    FormatError
        When the file is no image, or ends early.
    """
    import rasterio
    from rasterio.errors import RasterioError

    try:
        with quiet_rasterio(), rasterio.open(path) as source:
            if source.count == 0:
                msg = f"{path.name} holds {len(source.subdatasets)} images; give one of them as a file of its own"
                raise FormatError(msg)
            yield source
    except RasterioError as error:
        msg = f"{path.name} cannot be read as an image; it may be damaged, cut short or of another format"
        raise FormatError(msg) from error


def require_whole_png(path: Path) -> None:
    """Refuse a PNG that ends early, which GDAL would fill with zeros without a word.

    Raises
    ------
    FormatError
        When the end mark is missing.
    """
    with path.open("rb") as stream:
        if stream.read(8) != b"\x89PNG\r\n\x1a\n":
            return
        stream.seek(-min(4096, path.stat().st_size), 2)
        if b"IEND" not in stream.read():
            msg = f"{path.name} cannot be read as an image: it is cut short; copy it again"
            raise FormatError(msg)
