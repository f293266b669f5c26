"""One raster image (GeoTIFF, PNG, JPEG, PGM, PDS, ISIS), as rasterio reads it, as a survey."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import SourceError
from napari_geofm.io.fingerprint import fingerprint
from napari_geofm.io.gdal import opened, require_whole_png
from napari_geofm.io.lazy import lazy_variable, read_box
from napari_geofm.io.raster.crs import body_of
from napari_geofm.io.raster.elevation import Elevation, elevation_of
from napari_geofm.io.raster.grid import axes_of, is_straight, template_of
from napari_geofm.io.raster.longitudes import counts_west
from napari_geofm.io.raster.pds import image_label, require_image
from napari_geofm.io.raster.pixels import PixelRules, Pixels
from napari_geofm.io.raster.said import RasterSaid, recall_said, said_beside
from napari_geofm.io.raster.template import RasterTemplate, Thinned

if TYPE_CHECKING:
    from napari_geofm.io.lazy import BoxReader

__all__ = ["RASTER_ENDINGS", "RasterFile", "all_said", "open_raster", "raster_survey", "read_raster", "told"]

RASTER_ENDINGS = (".tif", ".tiff", ".png", ".jpg", ".jpeg", ".pgm", ".lbl", ".img", ".cub", ".vrt", ".jp2", ".xml")
"""Endings under which rasters are usually found; the content decides."""


class RasterFile:
    """A raster that was opened and looked at: its pixels, its place, and what is unusual about it."""

    __slots__ = ("elevation", "odd", "pixels", "stored", "template")

    def __init__(self, path: Path, said: RasterSaid) -> None:
        label = image_label(path)
        require_whole_png(label)
        require_image(label)
        with opened(label) as source:
            rules = PixelRules.of(label, source, said.band)
            self.template: RasterTemplate = template_of(label, source, said.georeference, rules.bands[0])
            scaling = (self.template.scale, self.template.offset)
            body = body_of(self.template.crs) if self.template.crs else None
            self.elevation: Elevation | None = elevation_of(source, path.name, scaling, body, said.metres)
            found = self.elevation
            gain, shift = (found.gain, found.shift) if found is not None else scaling
            self.pixels = Pixels(label, rules, gain, shift)
            self.odd = tuple(_oddities(source, self, said))
            self.stored = f"{source.dtypes[rules.bands[0] - 1]} ({source.driver})"


def read_raster(path: Path | str, said: RasterSaid | None = None) -> Survey:
    """Open an image; pixels are read by window when they are asked for.

    Parameters
    ----------
    path
        Anything that rasterio opens; of a detached PDS image either the label or the image.
    said
        What the user says about it; what is left open is taken from ``FILE.json`` beside it, then from what was said of
        it before.

    Returns
    -------
    Survey
        Kind ``"image"``. Dims ``(row, column)`` with positions from 0, or, in a geographic CRS, ``(lat, lon)`` in
        degrees at pixel centres. float32, scaled as the file says; of a map of elevation (``attrs["quantity"]`` is
        ``"elevation"``) in m. NaN where the file says no data, where a pixel is special (ISIS, PDS), or where alpha is
        0. Colour pictures become luminance (a note in ``odd``); of other files with several bands the first is taken
        unless another is said (a note too). ``template`` is a :class:`RasterTemplate`.

    Raises
    ------
    SourceError
        When there is no such file, or only the label of one.
    FormatError
        When rasterio cannot read it, or its numbers are complex.
    """
    file = Path(path)
    if not file.is_file():
        msg = f"No file {file}; check the path"
        raise SourceError(msg)
    known = all_said(file, said)
    version = fingerprint(file)
    raster = open_raster(file, known)
    return raster_survey(
        file, told(version, known), raster.template, raster.pixels.read, raster.pixels.thinned,
        raster.elevation, raster.stored, raster.odd,
    )  # fmt: skip


def open_raster(path: Path, said: RasterSaid) -> RasterFile:
    """Open a raster and look at it; its errors are those of :func:`read_raster`."""
    return RasterFile(path, said)


def all_said(path: Path, said: RasterSaid | None) -> RasterSaid:
    """Return what is known about a raster besides its content: from the user, beside it, from before, in this order."""
    return (said or RasterSaid()).over(said_beside(path)).over(recall_said(path))


def raster_survey(  # noqa: PLR0917  (what a survey is made of)
    path: Path,
    version: str,
    template: RasterTemplate,
    read: "BoxReader",
    thinned: Thinned,
    elevation: Elevation | None,
    stored: str,
    odd: tuple[str, ...],
) -> Survey:
    """Return the survey of a grid of pixels that are read by window."""
    import xarray as xr

    dims, coords, flips = axes_of(template)
    attrs: dict[str, Any] = {"units": "", "scale": template.scale, "offset": template.offset}
    if elevation is not None:
        attrs |= {"quantity": "elevation", "units": "m" if elevation.in_metres else ""}
    variable = lazy_variable(dims, template.shape, np.dtype(np.float32), read, attrs)
    data = xr.DataArray(variable, coords, name="brightness" if elevation is None else "elevation")

    def direct(places: tuple[int | slice, ...]) -> NDArray[np.float32]:
        return np.asarray(read_box(places, template.shape, read), np.float32)

    kept = replace(template, thinned=thinned)
    return Survey("image", data, path, version, stored, template.crs, odd, flips, kept, direct)


def told(version: str, said: RasterSaid) -> str:
    """Return a fingerprint that also changes with what is said about the pixels: other numbers are another survey."""
    if said.band is None and said.metres is None:
        return version
    words = json.dumps([version, said.band, said.metres])
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def _oddities(source: Any, raster: RasterFile, said: RasterSaid) -> list[str]:
    """Return what is unusual about a raster, for the user."""
    template, rules = raster.template, raster.pixels.rules
    return [*_of_pixels(source, rules), *_of_numbers(template, raster.elevation), *_of_place(source, raster, said)]


def _of_pixels(source: Any, rules: PixelRules) -> list[str]:
    notes: list[str] = []
    others = source.count - (rules.alpha is not None)
    if len(rules.bands) == 3 or rules.palette is not None:
        notes.append("a colour picture: its luminance is taken")
    elif others > 1:
        which = "the first" if rules.bands == (1,) else f"band {rules.bands[0]}"
        notes.append(f"{others} bands: {which} is taken; --band names another")
    if rules.alpha is not None or rules.masked:
        notes.append("transparent pixels count as missing" if rules.alpha else "masked pixels count as missing")
    if rules.isis or rules.special:
        notes.append("special pixels (NULL, saturated) count as missing")
    elif rules.nodata is not None:
        notes.append(f"pixels of value {rules.nodata:g} count as missing, as the file says")
    return notes


def _of_numbers(template: RasterTemplate, elevation: Elevation | None) -> list[str]:
    if elevation is not None and elevation.in_metres:
        shift = f" {'-' if elevation.shift < 0 else '+'} {abs(elevation.shift):.10g}" if elevation.shift else ""
        words = f"{elevation.gain:g} * stored{shift}"
        return [f"a map of elevation ({elevation.why}): m = {words}; --elevation 0 if it is none"]
    if elevation is not None:
        return [f"a map of elevation ({elevation.why}) in an unknown unit; --elevation gives the metres per unit"]
    if (template.scale, template.offset) != (1.0, 0.0):
        return [f"values are scaled as the file says: {template.scale:g} * stored + {template.offset:g}"]
    return []


def _of_place(source: Any, raster: RasterFile, said: RasterSaid) -> list[str]:
    notes: list[str] = []
    template = raster.template
    if said.georeference is None and counts_west(raster.pixels.path, source):
        notes.append("its longitudes count to the west; they are turned to the east")
    if said.georeference is not None:
        notes.append("its place is as you said")
    if template.transform is not None and not is_straight(template.transform):
        notes.append("the grid is rotated against its coordinate system")
    if template.transform is not None and template.crs is None:
        notes.append("its coordinates are of no named system; --georeference body=Moon says whose they are")
    elif template.crs is not None and body_of(template.crs) is None:
        notes.append("its coordinate system is of no body: --georeference crs=IAU_2015:30100 says another")
    return notes
