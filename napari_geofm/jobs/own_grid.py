"""Results go back to the recording's own samples and channels, where a model's chain makes them fewer."""

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.thinning import Box, Thinning
from napari_geofm.core.display import Layout
from napari_geofm.core.region import At, Region
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey
from napari_geofm.jobs.pieces import Piece, Plan

__all__ = ["OwnGrid", "on_own_section", "tokens_on_own_section"]


@dataclass(frozen=True, slots=True, eq=False)
class OwnGrid:
    """Where the pieces of a run lie in what is written.

    Attributes
    ----------
    survey
        What the result has the shape of: the recording as it was, or the survey that is segmented.
    layout
        How its pictures lie on the screen.
    grids
        How the grids of the two lie; None where they are one.
    seen, wanted
        What of the survey that is segmented, and of the result, the run covers.
    """

    survey: Survey
    layout: Layout
    grids: Thinning | None = None
    seen: Box = (slice(0), slice(0))
    wanted: Box = (slice(0), slice(0))

    @classmethod
    def of(cls, survey: Survey, plan: Plan, at: At | None, region: Region) -> "OwnGrid":
        """Return where a run's result is to lie."""
        grids = Thinning.of(survey)
        if grids is None or survey.processed is None:
            return cls(survey, plan.layout)
        source = survey.processed.source
        kept = [cast("Box", piece.kept) for group in plan.pieces for piece in group]
        first, second = (
            slice(min(box[axis].start for box in kept), max(box[axis].stop for box in kept)) for axis in (0, 1)
        )
        return cls(
            source, plan.layout, grids, (first, second), cast("Box", source.places(at or source.whole(), region))
        )

    @property
    def key(self) -> tuple[str, ...]:
        """What of it decides a result."""
        return () if self.grids is None else (repr((self.grids, self.wanted)),)

    def places(self, piece: Piece) -> tuple[int | slice, ...]:
        """Return where a piece is written."""
        if self.grids is None:
            return piece.kept
        standing = self.grids.standing(cast("Box", piece.kept))
        found = []
        for part, own, whole, want in zip(piece.kept, standing, self.seen, self.wanted, strict=True):
            assert isinstance(part, slice)
            # A window may begin or end between two of the fewer samples: its first and last stand for what is left.
            low = want.start if part.start <= whole.start else max(own.start, want.start)
            high = want.stop if part.stop >= whole.stop else min(own.stop, want.stop)
            found.append(slice(low, max(low, high)))
        return tuple(found)

    def spread(self, values: NDArray[Any], piece: Piece) -> NDArray[Any]:
        """Return numbers of a piece, the last two dimensions in survey order, for the places it is written to."""
        if self.grids is None:
            return values
        return self.grids.repeated(values, cast("Box", piece.kept), cast("Box", self.places(piece)))


def on_own_section(survey: Survey, section: Section, *planes: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    """Return numbers of a section, in display order, on the recording's own section."""
    grids = Thinning.of(survey)
    if grids is None or survey.processed is None:
        return planes
    own = cast("Box", survey.processed.source.places(section.at))
    turn = section.layout
    return tuple(
        turn.to_display(grids.repeated(turn.from_display(plane), cast("Box", section.places), own)) for plane in planes
    )


def tokens_on_own_section(
    survey: Survey, section: Section, region: Region, colours: NDArray[np.uint8], token_px: float
) -> tuple[NDArray[np.uint8], tuple[int, int], float]:
    """Return colours of tokens as they lie on the recording's own section, that section's shape, and a token's side.

    Parameters
    ----------
    survey, section, region
        What was encoded.
    colours
        ndarray of uint8, shape ``(tokens down, tokens across, 3)``.
    token_px
        Samples of ``section`` per token.
    """
    grids = Thinning.of(survey)
    if grids is None or survey.processed is None:
        return colours, section.shape, token_px
    channels, samples = survey.processed.source.places(section.at, region)
    assert isinstance(channels, slice)
    assert isinstance(samples, slice)
    shape = (samples.stop - samples.start, channels.stop - channels.start)
    # Tokens are square on the screen: of the two directions the one that was thinned more is repeated.
    least = min(grids.every)
    rows, columns = (
        np.arange(-(-count * every // least)) * least // every
        for count, every in zip(colours.shape[:2], grids.every[::-1], strict=True)
    )
    return colours[rows[:, None], columns[None, :]], shape, token_px * least
