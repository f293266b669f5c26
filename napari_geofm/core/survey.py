"""A survey: named dimensions with real coordinates around an array that reads lazily."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_geofm.core.axis import Axis
from napari_geofm.core.display import Layout, layout_of
from napari_geofm.core.even_coordinate import even_axis_of
from napari_geofm.core.page_places import common_part, image_window, in_seconds, place_of_box, time_window
from napari_geofm.core.paging import Paging
from napari_geofm.core.region import At, Region
from napari_geofm.core.section import Section
from napari_geofm.errors import AxisError, UsageError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

    from napari_geofm.core.das.processed import Processed

__all__ = ["KINDS", "Survey"]

_MOST = 2**28
"""Samples of the largest recording or image that is read as one section: 1 GB of them."""

KINDS = ("seismic-3d", "seismic-2d", "das", "image", "tiles")


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    """One recording, volume, line, image or folder of tiles.

    Attributes
    ----------
    kind
        One of ``seismic-3d`` ``(inline, crossline, twt|depth)``, ``seismic-2d`` ``(cdp, twt|depth)``, ``das``
        ``(distance, time)``, ``image`` ``(row, column)`` or ``(lat, lon)``, ``tiles`` ``(tile, row, column)``.
    data
        xarray.DataArray that reads when indexed; its dimensions as above, coordinates the header numbers, float32
        once read, NaN where a trace is missing or dead; ``units`` in each coordinate's attrs.
    path
        The file or folder it came from.
    fingerprint
        Hash that changes when the file does.
    sample_format
        How samples are stored, in words (``"IBM float"``).
    crs
        Coordinate reference system as WKT or authority code, or None.
    odd
        What is unusual about the file, for the user.
    flips
        Dimensions reversed on the screen so that north is up.
    template
        What the writer needs to put results back into the same kind of file; owned by the io module that read it.
    direct
        Reads what ``data`` reads at an int or slice per dimension, past xarray, which at its first read loads dask;
        None where there is no such way.
    fill_chunks
        Fills chunks below a patch of lines, as a fast copy stores them, quicker than from what ``direct`` returns:
        takes the patch (two slices) and ndarray of shape ``(levels, lines, lines, samples)``, and returns where in the
        patch there is a live trace. None where there is no such way.
    content
        Names the samples at an int or slice per dimension; None where only the whole has a name, its fingerprint.
    fitted_as
        Fingerprint of a recording, which may have grown, when what is fitted to it (stretch, colours) was; else empty.
    """

    kind: str
    data: "xr.DataArray"
    path: Path
    fingerprint: str
    sample_format: str = ""
    crs: str | None = None
    odd: tuple[str, ...] = ()
    flips: frozenset[str] = frozenset()
    template: object = field(default=None, repr=False)
    direct: "Callable[[tuple[int | slice, ...]], NDArray[np.float32]] | None" = field(default=None, repr=False)
    fill_chunks: "Callable[[tuple[slice, slice], NDArray[Any]], NDArray[np.bool_]] | None" = field(
        default=None, repr=False
    )
    processed: "Processed | None" = field(default=None, repr=False)
    content: "Callable[[tuple[int | slice, ...]], str] | None" = field(default=None, repr=False)
    fitted_as: str = ""

    @property
    def dims(self) -> tuple[str, ...]:
        """Dimension names in the survey's order."""
        return tuple(str(dim) for dim in self.data.dims)

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes in the survey's order."""
        return tuple(int(size) for size in self.data.shape)

    @property
    def name(self) -> str:
        """The file's name without folder and ending."""
        return self.path.stem

    def axis(self, name: str) -> Axis:
        """Return the axis ``name``.

        Raises
        ------
        AxisError
            When the survey has no such axis.
        """
        if name not in self.dims:
            msg = f"Survey {self.path.name} has no axis '{name}'; its axes are {', '.join(self.dims)}."
            raise AxisError(msg)
        even = even_axis_of(self.data, name)
        if even is not None:
            return even
        coordinate = self.data.coords[name]
        return Axis(name, np.asarray(coordinate.values), str(coordinate.attrs.get("units", "")))

    @property
    def axes(self) -> tuple[Axis, ...]:
        """All axes in the survey's order."""
        return tuple(self.axis(name) for name in self.dims)

    @property
    def cuts(self) -> tuple[str, ...]:
        """Axes across which a section can be cut by number; empty for lines, recordings and images."""
        if len(self.dims) < 3:
            return ()
        return self.dims[:1] if self.kind == "tiles" else self.dims

    def along(self, name: str | None) -> str:
        """Return the axis along which the survey is cut into sections: ``name``, or the first that can be.

        Raises
        ------
        UsageError
            When the survey cannot be cut along ``name``. ``""`` means that the whole is one section.
        """
        if name is None or name == "":
            return self.cuts[0] if self.cuts else ""
        if name not in self.cuts:
            ways = ", ".join(self.cuts) if self.cuts else "none: it is one section"
            msg = f"--along {name}: survey {self.path.name} can be cut along {ways}"
            raise UsageError(msg)
        return name

    def whole(self) -> At:
        """Return the place of the whole of a line, recording or image; of one without pages its only section."""
        return At()

    def paging(self, length: int = 0) -> Paging:
        """Return the pages of a recording or an image: windows in which it is worked on where it is large.

        Parameters
        ----------
        length
            Samples of a page along time, or along both sides of an image; 0: the default, one page where it is small.

        Raises
        ------
        UsageError
            When the survey is a volume, which has sections of its own.
        """
        if len(self.dims) != 2:
            msg = f"{self.path.name} is a volume: it is cut along {', '.join(self.cuts)}, not into windows"
            raise UsageError(msg)
        step = self.axis("time").pace if self.kind == "das" else 0.0
        down = self.dims.index(self.layout(At()).rows)
        return Paging.of(self.kind, (self.shape[0], self.shape[1]), down=down, step=step, length=length)

    @property
    def paged(self) -> bool:
        """Whether this is a recording or an image of several pages."""
        return self.kind in {"das", "image"} and self.paging().count > 1

    def page(self, box: tuple[slice, slice]) -> At:
        """Return the place of a part of a recording or an image, such as a page."""
        return place_of_box(self, box)

    def sections(self, along: str | None = None, region: Region | None = None) -> Iterator[At]:
        """Yield the places of all sections along an axis, in header order, or of all pages, within ``region``."""
        axis_name = self.along(along)
        if not axis_name:
            yield from self._pages(region)
            return
        axis = self.axis(axis_name)
        limits = region.of(axis_name) if region else None
        values = axis.values[axis.between(*limits)] if limits else axis.values
        for value in values:
            yield At(axis_name, value.item())

    def places(self, at: At, region: Region | None = None) -> tuple[int | slice, ...]:
        """Return where ``at`` lies in the survey array: one int or slice per dimension.

        Raises
        ------
        AxisError
            When ``at`` or ``region`` names an axis or number that the survey does not have.
        UsageError
            When the survey is a volume and ``at`` names no section.
        """
        found: dict[str, int | slice] = {}
        for name, low, high in region.limits if region else ():
            found[name] = self.axis(name).between(low, high)
        at = in_seconds(self, at)
        if at.axis in {"window", "time"}:
            window = image_window(self, at) if at.axis == "window" else time_window(self, at)
            for name, part in window.items():
                found[name] = common_part(name, part, found.get(name), at)
        elif at.axis:
            if len(self.dims) == 2:
                msg = f"--at {at}: {self.path.name} is one section with axes {', '.join(self.dims)}; leave --at out"
                raise AxisError(msg)
            value = at.value if at.value is not None else ""
            found[at.axis] = self.axis(at.axis).index(value)
        elif len(self.dims) == 3:
            example = self.axis(self.dims[0])
            msg = f"{self.path.name} is a volume: name a section, as in --at {example.name}={example.first}"
            raise UsageError(msg)
        return tuple(found.get(name, slice(0, size)) for name, size in zip(self.dims, self.shape, strict=True))

    def layout(self, at: At) -> Layout:
        """Return how the section ``at`` lies on the screen."""
        left = tuple(name for name in self.dims if name != at.axis or len(self.dims) == 2)
        return layout_of((left[0], left[1]), flips=self.flips)

    def section(self, at: At | str, value: float | str | None = None, *, region: Region | None = None) -> Section:
        """Read one section.

        Parameters
        ----------
        at
            A place, or an axis name together with ``value``: ``survey.section("inline", 1080)``.
        value
            The header number when ``at`` is an axis name.
        region
            Limits of the other axes.

        Returns
        -------
        Section
            float32 in display order, NaN where the trace is missing or dead.

        Raises
        ------
        AxisError, UsageError
            When there is no such section.
        """
        place = in_seconds(self, At(at, value) if isinstance(at, str) else at)
        places = self.places(place, region)
        self._require_small(place, places)
        layout = self.layout(place)
        values = self.read(places)
        axes = {
            name: self.axis(name).taken(where)
            for name, where in zip(self.dims, places, strict=True)
            if isinstance(where, slice)
        }
        rows, columns = axes[layout.rows], axes[layout.columns]
        if layout.flip_rows:
            rows = rows.taken(slice(None, None, -1))
        if layout.flip_columns:
            columns = columns.taken(slice(None, None, -1))
        return Section(layout.to_display(values), rows, columns, place, layout, places)

    def read(self, places: tuple[int | slice, ...]) -> "NDArray[np.float32]":
        """Return the amplitudes at an int or slice per dimension, float32, ints dropped, NaN where there are none."""
        if self.direct is not None:
            return self.direct(places)
        return np.asarray(self.data[places].values, dtype=np.float32)

    def _pages(self, region: Region | None) -> Iterator[At]:
        """Yield the pages of a recording or an image, or the whole of a small one, or of a line."""
        if not self.paged:
            yield self.whole()
            return
        first, second = self.places(self.whole(), region)
        if isinstance(first, slice) and isinstance(second, slice):
            for box in self.paging().boxes((first, second)):
                yield self.page(box)

    def _require_small(self, at: At, places: tuple[int | slice, ...]) -> None:
        """Refuse to read a recording or an image as one section that no memory holds.

        Raises
        ------
        UsageError
            When it is one.
        """
        samples = math.prod(part.stop - part.start for part in places if isinstance(part, slice))
        if samples > _MOST and self.paged:
            shape = " x ".join(f"{size:,}" for size in self.shape)
            example = next(self._pages(None))
            what = "the whole" if not at.axis else f"window {at}"
            msg = f"{self.path.name} has {shape} samples: {what} is too large; name a part, as in --at {example}"
            raise UsageError(msg)
