"""Pairs of bytes that may hold the line numbers: the best, and each in words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_geofm.io.segy.candidates import Candidate
    from napari_geofm.io.segy.looking import SegyLook
    from napari_geofm.io.segy.scan import LineBytes

__all__ = ["CLEAR", "best_lines", "candidate_words"]

CLEAR = 0.3
"""Score from which numbers make a grid that can be worked with."""


def best_lines(look: "SegyLook") -> "LineBytes | None":
    """Return the first pair that makes a grid at all, else the one that comes nearest; None where there is no pair."""
    clear = [each for each in look.candidates if each.score >= CLEAR]
    best = clear[0] if clear else max(look.candidates, key=lambda each: each.score, default=None)
    return best.lines if best is not None else None


def candidate_words(candidate: "Candidate") -> str:
    """Return a pair of bytes and what speaks for it, as an interpreter reads it."""
    words = (
        f"{candidate.lines.iline} and {candidate.lines.xline}: {candidate.n_ilines:,} x {candidate.n_xlines:,} lines"
    )
    if candidate.fill is not None:
        words += f", {candidate.fill:.0%} full"
    return f"{words}, named in the text" if candidate.named else words
