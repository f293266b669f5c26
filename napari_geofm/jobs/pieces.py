"""Parts of a survey that are segmented at once: sections of a volume, pages of an image, tiles of a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from napari_geofm.core.display import Layout
from napari_geofm.core.paging import LARGEST, PAGE
from napari_geofm.core.region import At, Region
from napari_geofm.core.survey import Survey
from napari_geofm.io.blocks import Block, blocks_along

__all__ = ["Piece", "Plan", "plan_pieces"]

Places = tuple[int | slice, ...]

LARGEST_PX = LARGEST
"""Sections up to this side are segmented whole."""

CORE_PX = PAGE
"""Side of the tiles of larger ones."""

HALO_PX = 252
"""What is seen around a tile or page and cut off, so that its edge is judged in context: half an encoder window."""


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
    """

    seen: Places
    kept: Places
    name: str

    def inner(self) -> tuple[slice, slice]:
        """Return ``kept`` within ``seen``, for the two dimensions of the picture in survey order."""
        first, second = (
            slice(kept.start - seen.start, kept.stop - seen.start)
            for seen, kept in zip(self.seen, self.kept, strict=True)
            if isinstance(seen, slice) and isinstance(kept, slice)
        )
        return first, second


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


def plan_pieces(survey: Survey, at: At | None, along: str, region: Region) -> Plan:
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

    Raises
    ------
    GeoFMError
        When the survey has no such section, direction or area.
    """
    if at is None and survey.paged:
        pages = tuple((piece,) for piece in _pages(survey, region))
        return Plan(blocks_along(0, len(pages), 1), pages, survey.layout(survey.whole()))
    chosen = list(survey.sections(along, region)) if at is None else [at]
    groups = [tuple(_tiles(survey.places(place, region), str(place))) for place in chosen]
    if len(groups) == 1 and len(groups[0]) > 1:
        # A single large image: every tile is saved for itself.
        groups = [(piece,) for piece in groups[0]]
    return Plan(blocks_along(0, len(groups), 1), tuple(groups), survey.layout(chosen[0]))


def _pages(survey: Survey, region: Region) -> Iterator[Piece]:
    """Yield the pages of a recording or an image, each with a margin that is seen and not kept."""
    first, second = survey.places(survey.whole(), region)
    if not (isinstance(first, slice) and isinstance(second, slice)):
        return
    for box in survey.paging().boxes((first, second)):
        kept = tuple(
            slice(max(part.start, limits.start), min(part.stop, limits.stop))
            for part, limits in zip(box, (first, second), strict=True)
        )
        seen = tuple(_grown(part, limits) for part, limits in zip(kept, (first, second), strict=True))
        yield Piece(seen, kept, str(survey.page(box)))


def _tiles(places: Places, name: str) -> Iterator[Piece]:
    """Yield the tiles of one section."""
    spans = [place for place in places if isinstance(place, slice)]
    if max(span.stop - span.start for span in spans) <= LARGEST_PX:
        yield Piece(places, places, name)
        return
    for first in _cuts(spans[0]):
        for second in _cuts(spans[1]):
            kept, seen = iter((first, second)), iter((_grown(first, spans[0]), _grown(second, spans[1])))
            yield Piece(
                tuple(next(seen) if isinstance(place, slice) else place for place in places),
                tuple(next(kept) if isinstance(place, slice) else place for place in places),
                f"{name}, rows {first.start} and columns {second.start} on",
            )


def _cuts(span: slice) -> list[slice]:
    """Return parts of a span of about equal length, at most CORE_PX each."""
    count = max(1, -(-(span.stop - span.start) // CORE_PX))
    ends = np.linspace(span.start, span.stop, count + 1).round().astype(int)
    return [slice(int(low), int(high)) for low, high in pairwise(ends)]


def _grown(part: slice, span: slice) -> slice:
    """Return a part with its halo, within the span."""
    return slice(max(span.start, part.start - HALO_PX), min(span.stop, part.stop + HALO_PX))
