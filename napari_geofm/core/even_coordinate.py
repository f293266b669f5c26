"""The coordinate of an even axis in xarray: its labels are computed where they are asked for, and never kept."""

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_geofm.core.even_axis import EvenAxis

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["even_axis_of", "even_coordinate"]


def even_coordinate(axis: EvenAxis) -> "xr.Coordinates":
    """Return coordinates with one entry, the axis's, to be joined with those of other dimensions (``.assign``)."""
    import xarray as xr

    coords = xr.Coordinates.from_xindex(_index_class()(_transform_class()(axis)))
    coords[axis.name].attrs["units"] = axis.units
    return coords


def even_axis_of(data: "xr.DataArray", name: str) -> EvenAxis | None:
    """Return the even axis behind a coordinate; None where its labels are listed."""
    found = getattr(getattr(data.xindexes.get(name), "transform", None), "even", None)
    return found if isinstance(found, EvenAxis) else None


@cache
def _transform_class() -> type[Any]:
    """Return what xarray asks for labels; made on first use, since xarray loads late."""
    from xarray.indexes import CoordinateTransform

    class EvenTransform(CoordinateTransform):
        """Positions to labels and back."""

        def __init__(self, even: EvenAxis) -> None:
            super().__init__([even.name], {even.name: even.size}, np.dtype(np.float64))
            self.even = even

        def forward(self, dim_positions: dict[str, Any]) -> dict[Any, Any]:
            return {self.even.name: self.even.at(dim_positions[self.even.name])}

        def reverse(self, coord_labels: dict[Any, Any]) -> dict[str, Any]:
            where = self.even.places(np.asarray(coord_labels[self.even.name], np.float64))
            return {self.even.name: np.clip(where, 0, self.even.size - 1)}

        def equals(self, other: CoordinateTransform, **_: Any) -> bool:
            theirs = getattr(other, "even", None)
            return isinstance(theirs, EvenAxis) and theirs.facts == self.even.facts

    return EvenTransform


@cache
def _index_class() -> type[Any]:
    """Return what xarray asks for parts; made on first use, since xarray loads late."""
    from xarray.indexes import CoordinateTransformIndex, PandasIndex

    class EvenIndex(CoordinateTransformIndex):
        """The index of an even axis: a part of it is one again."""

        def isel(self, indexers: Any) -> Any:
            even: EvenAxis = self.transform.even  # type: ignore[attr-defined]
            chosen = indexers[even.name]
            if isinstance(chosen, slice):
                count = len(range(even.size)[chosen])
                return (
                    EvenIndex(_transform_class()(even.even(chosen))) if count else PandasIndex(np.empty(0), even.name)
                )
            if np.ndim(chosen) != 1:
                return None
            dim = chosen.dims[0] if hasattr(chosen, "dims") else even.name
            where = np.asarray(chosen)
            where = np.flatnonzero(where) if where.dtype == np.bool_ else np.where(where < 0, where + even.size, where)
            return PandasIndex(even.at(where), dim)

        def sel(self, labels: dict[Any, Any], method: Any = None, tolerance: Any = None) -> Any:
            found = _selected(self.transform.even, labels[self.transform.dims[0]], method)  # type: ignore[attr-defined]
            return super().sel(labels, method=method or "nearest", tolerance=tolerance) if found is None else found

        def to_pandas_index(self) -> Any:
            import pandas as pd

            even: EvenAxis = self.transform.even  # type: ignore[attr-defined]
            return pd.Index(even.values, name=even.name)

    return EvenIndex


def _selected(even: EvenAxis, label: Any, method: str | None) -> Any:
    """Return what a slice or a single label selects, as other coordinates take them; None for lists of labels."""
    from xarray.core.indexing import IndexSelResult

    if isinstance(label, slice):
        low = even.first if label.start is None else label.start
        high = even.last if label.stop is None else label.stop
        return IndexSelResult({even.name: even.between(float(low), float(high))})
    if np.ndim(label) == 0:
        return IndexSelResult({even.name: even.nearest(float(label)) if method else even.index(float(label))})
    return None
