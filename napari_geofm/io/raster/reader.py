"""One raster image (GeoTIFF, PNG, JPEG, PGM, PDS, ISIS), as rasterio reads it, as a survey."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import SourceError
from napari_geofm.io.fingerprint import fingerprint
from napari_geofm.io.gdal import opened, require_whole_png
from napari_geofm.io.lazy import lazy_variable
from napari_geofm.io.raster.template import RasterTemplate

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["RASTER_ENDINGS", "Pixels", "read_raster"]

RASTER_ENDINGS = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".pgm", ".lbl", ".img", ".cub", ".vrt", ".jp2", ".xml")
"""Endings under which rasters are usually found; the content decides."""

_LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue in brightness (ITU-R BT.601)."""

_ISIS_SPECIAL = {"int16": (-32752, 32767), "uint16": (3, 65522), "uint8": (1, 254)}
"""Lowest and highest valid stored value of an ISIS cube; the others mean NULL or saturated (ISIS 'Special Pixels')."""

_ISIS_LOWEST = -3.4028226e38
"""ISIS floats at or below this are special pixels."""


def read_raster(path: Path | str) -> Survey:
    """Open an image; pixels are read by window when they are asked for.

    Parameters
    ----------
    path
        Anything that rasterio opens; of a detached PDS image either the label or the image.

    Returns
    -------
    Survey
        Kind ``"image"``. Dims ``(row, column)`` with positions from 0, or, in a geographic CRS, ``(lat, lon)`` in
        degrees at pixel centres. float32 as stored; NaN where the file says no data, where an ISIS pixel is special, or
        where alpha is 0. Colour pictures become luminance (a note in ``odd``); of other files with several bands the
        first is taken (a note too). ``template`` is a :class:`RasterTemplate`.

    Raises
    ------
    SourceError
        When there is no such file.
    FormatError
        When rasterio cannot read it.
    """
    file = Path(path)
    if not file.is_file():
        msg = f"No file {file}; check the path"
        raise SourceError(msg)
    version = fingerprint(file)
    file = _label_of(file)
    require_whole_png(file)
    with opened(file) as source:
        template = _template(source)
        pixels = Pixels.of(file, source)
        odd = _odd(source, pixels, template)
        stored = f"{source.dtypes[0]} ({source.driver})"
        geographic = bool(source.crs and source.crs.is_geographic)
    dims, coords, flips = _grid(template, geographic=geographic)
    attrs = {"units": "", "scale": template.scale, "offset": template.offset}
    variable = lazy_variable(dims, template.shape, np.dtype(np.float32), pixels.read, attrs)
    return Survey("image", _array(variable, coords), Path(path), version, stored, template.crs, odd, flips, template)


class Pixels:
    """The pixels of one file, read by window."""

    def __init__(
        self,
        path: Path,
        bands: tuple[int, ...],
        *,
        alpha: int | None,
        palette: NDArray[np.float32] | None,
        nodata: float | None,
        driver: str,
    ) -> None:
        self.path = path
        self.palette = palette
        self.bands = bands
        self.alpha = alpha
        self.nodata = nodata
        self.driver = driver
        self._lock = threading.Lock()

    @classmethod
    def of(cls, path: Path, source: Any) -> "Pixels":
        """Decide from the opened file which bands make its brightness."""
        from rasterio.enums import ColorInterp

        meaning = tuple(source.colorinterp)
        alpha = next((band + 1 for band, what in enumerate(meaning) if what == ColorInterp.alpha), None)
        colours = (ColorInterp.red, ColorInterp.green, ColorInterp.blue)
        rgb = tuple(meaning.index(what) + 1 for what in colours if what in meaning)
        palette = _brightness_table(source) if meaning[0] == ColorInterp.palette else None
        bands = rgb if len(rgb) == 3 else (1,)
        return cls(path, bands, alpha=alpha, palette=palette, nodata=source.nodata, driver=source.driver)

    def read(self, box: tuple[slice, ...]) -> NDArray[np.float32]:
        """Return a window ``(rows, columns)`` as float32, NaN where there is no data."""
        from rasterio.windows import Window

        rows, columns = box
        window = Window(columns.start, rows.start, columns.stop - columns.start, rows.stop - rows.start)
        with self._lock, opened(self.path) as source:
            stored = source.read(list(self.bands), window=window)
            shown = source.read(self.alpha, window=window) if self.alpha is not None else None
        values = self._brightness(stored)
        values[~self._valid(stored)] = np.nan
        if shown is not None:
            values[shown == 0] = np.nan
        return values

    def _brightness(self, stored: NDArray[Any]) -> NDArray[np.float32]:
        if self.palette is not None:
            looked_up: NDArray[np.float32] = self.palette[stored[0]]
            return looked_up
        if len(self.bands) == 1:
            single: NDArray[np.float32] = stored[0].astype(np.float32)
            return single
        mixed = np.tensordot(np.array(_LUMINANCE), stored.astype(np.float64), axes=1)
        gray = (stored == stored[0]).all(axis=0)
        # A gray picture saved in colour keeps its exact values.
        return np.where(gray, stored[0], mixed).astype(np.float32)

    def _valid(self, stored: NDArray[Any]) -> NDArray[np.bool_]:
        valid: NDArray[np.bool_] = np.isfinite(stored).all(axis=0)
        if self.nodata is not None and not np.isnan(self.nodata):
            valid &= ~(stored == self.nodata).all(axis=0)
        if self.driver.startswith("ISIS"):
            if stored.dtype.name in _ISIS_SPECIAL:
                low, high = _ISIS_SPECIAL[stored.dtype.name]
                valid &= (stored[0] >= low) & (stored[0] <= high)
            elif np.issubdtype(stored.dtype, np.floating):
                valid &= stored[0] > _ISIS_LOWEST
        return valid


def _brightness_table(source: Any) -> NDArray[np.float32]:
    """Return the brightness of each number of a palette picture, float32, shape ``(65536,)``; transparent ones NaN."""
    table = np.full(65536, np.nan, np.float32)
    for number, (red, green, blue, alpha) in source.colormap(1).items():
        gray = red == green == blue
        mixed = float(np.dot(_LUMINANCE, (red, green, blue)))
        table[number] = np.nan if alpha == 0 else red if gray else mixed
    return table


def _label_of(file: Path) -> Path:
    """Return the detached PDS label of a bare image, or the file itself."""
    if file.suffix.lower() == ".img":
        with file.open("rb") as stream:
            attached = stream.read(6) in {b"PDS_VE", b"CCSD3Z"}
        for ending in (".lbl", ".LBL"):
            label = file.with_suffix(ending)
            if not attached and label.is_file():
                return label
    return file


def _template(source: Any) -> RasterTemplate:
    crs = source.crs.to_wkt() if source.crs else None
    a, b, c, d, e, f = (float(part) for part in tuple(source.transform)[:6])
    # Some drivers leave the transform of a plain picture unset or filled with noise: it counts only beside a CRS.
    placed = crs is not None and abs(a * e - b * d) > 1e-300
    return RasterTemplate(
        (int(source.height), int(source.width)),
        crs,
        (a, b, c, d, e, f) if placed else None,
        None if source.nodata is None else float(source.nodata),
        float(source.scales[0]),
        float(source.offsets[0]),
    )


def _grid(
    template: RasterTemplate, *, geographic: bool
) -> tuple[tuple[str, str], dict[str, tuple[str, NDArray[Any], dict[str, str]]], frozenset[str]]:
    """Return dims, coordinates, and the dims that are reversed on the screen so that north is up and east is right."""
    rows, columns = (np.arange(size, dtype=np.int64) for size in template.shape)
    transform = template.transform
    straight = transform is not None and transform[1] == 0.0 == transform[3]
    names = ("lat", "lon") if geographic and straight else ("row", "column")
    flips: frozenset[str] = frozenset()
    if transform is not None and straight:
        reverse = (transform[4] > 0, transform[0] < 0)
        flips = frozenset(name for name, turn in zip(names, reverse, strict=True) if turn)
    if transform is None or names[0] == "row":
        return names, {n: (n, v, {"units": "px"}) for n, v in zip(names, (rows, columns), strict=True)}, flips
    lat = transform[5] + transform[4] * (rows + 0.5)
    lon = transform[2] + transform[0] * (columns + 0.5)
    return names, {"lat": ("lat", lat, {"units": "deg"}), "lon": ("lon", lon, {"units": "deg"})}, flips


def _array(variable: "xr.Variable", coords: dict[str, tuple[str, NDArray[Any], dict[str, str]]]) -> "xr.DataArray":
    import xarray as xr

    return xr.DataArray(variable, coords, name="brightness")


def _odd(source: Any, pixels: Pixels, template: RasterTemplate) -> tuple[str, ...]:
    notes: list[str] = []
    if len(pixels.bands) == 3 or pixels.palette is not None:
        notes.append("a colour picture: its luminance is taken")
    elif source.count - (pixels.alpha is not None) > 1:
        notes.append(f"{source.count} bands: the first is taken")
    if pixels.alpha is not None:
        notes.append("transparent pixels count as missing")
    if pixels.driver.startswith("ISIS"):
        notes.append("special pixels (NULL, saturated) count as missing")
    elif template.nodata is not None:
        notes.append(f"pixels of value {template.nodata:g} count as missing, as the file says")
    if (template.scale, template.offset) != (1.0, 0.0):
        notes.append(f"values are as stored; physical value = {template.scale:g} * stored + {template.offset:g}")
    if template.transform is not None and (template.transform[1] != 0.0 or template.transform[3] != 0.0):
        notes.append("the grid is rotated against its coordinate system")
    return tuple(notes)
