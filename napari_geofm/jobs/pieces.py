"""Parts of a survey that are segmented at once: sections of a volume, pages of an image, tiles of a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.display import Layout
from napari_geofm.core.paging import LARGEST, PAGE
from napari_geofm.core.region import At, Region
from napari_geofm.core.survey import Survey
from napari_geofm.core.tiling import Tiling
from napari_geofm.io.blocks import Block, blocks_along

__all__ = ["Piece", "Plan", "plan_pieces"]

Places = tuple[int | slice, ...]

LARGEST_PX = LARGEST
"""Sections up to this side are segmented whole."""

CORE_PX = PAGE
"""Side of the tiles of larger ones."""

HALO_PX = 252
"""What is seen around a tile where it is not told how a network looks: half an encoder window."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One picture's worth.

    Attributes
    ----------
    seen
        What is read: one int or slice per survey dimension.
    kept
        What of it is written.
    name
        For the user.
    more
        Samples by which ``seen`` is to be continued at its end, mirrored, along the two dimensions of the picture, in
        survey order.
    """

    seen: Places
    kept: Places
    name: str
    more: tuple[int, int] = (0, 0)

    def inner(self) -> tuple[slice, slice]:
        """Return ``kept`` within ``seen``, for the two dimensions of the picture in survey order."""
        first, second = (
            slice(kept.start - seen.start, kept.stop - seen.start)
            for seen, kept in zip(self.seen, self.kept, strict=True)
            if isinstance(seen, slice) and isinstance(kept, slice)
        )
        return first, second

    def continued(self, picture: NDArray[np.float32], layout: Layout) -> NDArray[np.float32]:
        """Return a picture of ``seen``, float32 in display order, mirrored at its end as far as :attr:`more` says.

        The picture is ``(rows, columns)`` or, of three channels, ``(rows, columns, 3)``.
        """
        if not any(self.more):
            return picture
        if picture.ndim == 3:
            return np.stack([self.continued(each, layout) for each in np.moveaxis(picture, -1, 0)], -1)
        own = layout.from_display(picture)
        wider = np.pad(own, [(0, more) for more in self.more], mode="symmetric")
        return np.ascontiguousarray(layout.to_display(wider))

    def cut(self, planes: NDArray[np.float32], layout: Layout) -> NDArray[np.float32]:
        """Return what was computed of a continued picture, float32 ``(planes, rows, columns)``, for ``seen`` alone."""
        if not any(self.more):
            return planes
        turned = [layout.from_display(plane) for plane in planes]
        down, across = (size - more for size, more in zip(turned[0].shape, self.more, strict=True))
        return np.stack([layout.to_display(plane[:down, :across]) for plane in turned])


@dataclass(frozen=True, slots=True)
class Plan:
    """Blocks of a run: each is saved at once.

    Attributes
    ----------
    blocks
        Numbered parts of the result.
    pieces
        The pictures of each block.
    layout
        How pictures lie on the screen.
    """

    blocks: tuple[Block, ...]
    pieces: tuple[tuple[Piece, ...], ...]
    layout: Layout


def plan_pieces(survey: Survey, at: At | None, along: str, region: Region, tiling: Tiling | None = None) -> Plan:
    """Plan a run.

    Parameters
    ----------
    survey
        What is segmented.
    at
        One section, or None for all.
    along
        Direction in which a volume is cut; empty for its first.
    region
        Area of interest.
    tiling
        How a network looks: of what is too large to be seen at once, each part is read with what has a say in it, so
        that no seam is seen. None: with a margin.

    Raises
    ------
    GeoFMError
        When the survey has no such section, direction or area.
    """
    if at is None and survey.paged:
        pages = tuple((piece,) for piece in _pages(survey, region, tiling))
        return Plan(blocks_along(0, len(pages), 1), pages, survey.layout(survey.whole()))
    chosen = list(survey.sections(along, region)) if at is None else [at]
    groups = [tuple(_tiles(survey.places(place, region), str(place), tiling)) for place in chosen]
    if len(groups) == 1 and len(groups[0]) > 1:
        # A single large image: every tile is saved for itself.
        groups = [(piece,) for piece in groups[0]]
    return Plan(blocks_along(0, len(groups), 1), tuple(groups), survey.layout(chosen[0]))


def _pages(survey: Survey, region: Region, tiling: Tiling | None) -> Iterator[Piece]:
    """Yield the pages of a recording or an image, each with a margin that is seen and not kept."""
    whole = survey.places(survey.whole(), region)
    limits = cast("tuple[slice, slice]", whole)
    for box in survey.paging().boxes(limits):
        first, second = (
            slice(max(part.start, side.start), min(part.stop, side.stop))
            for part, side in zip(box, limits, strict=True)
        )
        yield _piece(whole, (first, second), str(survey.page(box)), tiling)


def _tiles(places: Places, name: str, tiling: Tiling | None) -> Iterator[Piece]:
    """Yield the tiles of one section."""
    spans = [place for place in places if isinstance(place, slice)]
    if max(span.stop - span.start for span in spans) <= LARGEST_PX:
        yield Piece(places, places, name)
        return
    for first in _cuts(spans[0]):
        for second in _cuts(spans[1]):
            words = f"{name}, rows {first.start} and columns {second.start} on"
            yield _piece(places, (first, second), words, tiling)


def _piece(places: Places, kept: tuple[slice, slice], name: str, tiling: Tiling | None) -> Piece:
    """Return a part of what lies at ``places``, with what is read around it."""
    spans = [place for place in places if isinstance(place, slice)]
    parts = [
        tiling.seen(part, span) if tiling is not None else (_grown(part, span), 0)
        for part, span in zip(kept, spans, strict=True)
    ]
    seen, own = iter(part for part, _ in parts), iter(kept)
    return Piece(
        tuple(next(seen) if isinstance(place, slice) else place for place in places),
        tuple(next(own) if isinstance(place, slice) else place for place in places),
        name,
        (parts[0][1], parts[1][1]),
    )


def _cuts(span: slice) -> list[slice]:
    """Return parts of a span of about equal length, at most CORE_PX each."""
    count = max(1, -(-(span.stop - span.start) // CORE_PX))
    ends = np.linspace(span.start, span.stop, count + 1).round().astype(int)
    return [slice(int(low), int(high)) for low, high in pairwise(ends)]


def _grown(part: slice, span: slice) -> slice:
    """Return a part with its halo, within the span."""
    return slice(max(span.start, part.start - HALO_PX), min(span.stop, part.stop + HALO_PX))
