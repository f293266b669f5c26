"""A survey: named dimensions with real coordinates around an array that reads lazily."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_geofm.core.axis import Axis
from napari_geofm.core.display import Layout, layout_of
from napari_geofm.core.even_coordinate import even_axis_of
from napari_geofm.core.region import At, Region
from napari_geofm.core.section import Section
from napari_geofm.errors import AxisError, UsageError

if TYPE_CHECKING:
    import xarray as xr
    from numpy.typing import NDArray

__all__ = ["KINDS", "Survey"]

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
        """Return the place of the only section of a line, recording or image."""
        return At()

    def sections(self, along: str | None = None, region: Region | None = None) -> Iterator[At]:
        """Yield the places of all sections along an axis, in header order, within ``region``."""
        axis_name = self.along(along)
        if not axis_name:
            yield self.whole()
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
        if at.axis == "window":
            found.update(self._window(at))
        elif at.axis == "time":
            found.update(self._time_window(at))
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
        place = At(at, value) if isinstance(at, str) else at
        places = self.places(place, region)
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

    def _window(self, at: At) -> dict[str, slice]:
        rows, columns = self.dims[-2:]
        top, left, height, width = (int(part) for part in at.span or (0, 0, 1, 1))
        sizes = dict(zip(self.dims, self.shape, strict=True))
        if len(self.dims) != 2 or self.kind not in {"image", "seismic-2d"}:
            msg = f"--at {at}: a window is cut from an image; {self.path.name} is {self.kind}"
            raise UsageError(msg)
        if top + height > sizes[rows] or left + width > sizes[columns]:
            msg = f"--at {at} reaches beyond the image, which has {sizes[rows]} rows and {sizes[columns]} columns"
            raise AxisError(msg)
        return {rows: slice(top, top + height), columns: slice(left, left + width)}

    def _time_window(self, at: At) -> dict[str, slice]:
        axis = self.axis("time")
        start = float(at.value if at.value is not None else axis.first)
        end = start + at.length if at.length is not None else float(axis.last)
        found = {"time": axis.between(start, end)}
        if at.length is not None:
            # A window of LENGTH holds LENGTH/step samples: the sample at its end belongs to the next window.
            step = float(axis.step or 0.0)
            found["time"] = axis.between(start - 0.01 * step, end - 0.5 * step)
        if at.span is not None:
            found["distance"] = self.axis("distance").between(at.span[0], at.span[1])
        return found
