"""Which header bytes hold inline and crossline numbers: pairs scored on a sample of headers, helped by the text."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from napari_geofm.io.segy.hints import Hints
from napari_geofm.io.segy.scan import HeaderSample, LineBytes

__all__ = [
    "CDP_BYTES",
    "STANDARD",
    "Candidate",
    "cdp_byte",
    "count_pairs",
    "doubt_of",
    "doubt_of_none",
    "rank",
    "score_pair",
    "search",
]

STANDARD = LineBytes(189, 193)
"""Revision 1's bytes."""

_COMMON = (STANDARD, LineBytes(9, 21), LineBytes(5, 21), LineBytes(17, 13), LineBytes(73, 77))
"""Pairs that are tried, the standard's first."""

CDP_BYTES = (21, 193, 189, 17, 197)
"""Bytes that may number the traces of a line; shot points, where it has no CDP, last."""

_SHOT_BYTES = (17, 197)

_GOOD = 0.3
"""Score from which the standard's pair, and the one that the text header names, are believed."""

_SURE = 0.5
"""Score from which the standard's pair needs no question."""


_SEARCHED = (*range(1, 29, 4), *range(41, 69, 4), 73, 77, 81, 85, *range(181, 201, 4), *range(205, 238, 4))
"""4-byte numbers of the header that are searched for a grid."""

_PART, _FOUND = 8192, 6
"""Traces that the search looks at, and pairs that it offers."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One pair of bytes that may hold inline and crossline numbers.

    Attributes
    ----------
    lines
        The bytes.
    score
        0 to 1: how much of a grid the numbers make, in the sample of headers.
    n_ilines, n_xlines, n_places
        Different numbers, and pairs of numbers, that occur in the sample.
    fill
        Share of the places spanned by these numbers that hold a trace, 0 to 1; None where only a part of the
        headers was looked at.
    named
        Whether the text header names these bytes.
    """

    lines: LineBytes
    score: float
    n_ilines: int
    n_xlines: int
    n_places: int
    fill: float | None
    named: bool

    @property
    def is_areal(self) -> bool:
        """Whether traces share lines both ways, or too few headers were looked at to tell."""
        return self.fill is None or self.n_places >= 1.5 * max(self.n_ilines, self.n_xlines)

    @property
    def is_believed(self) -> bool:
        """Whether these are lines beyond doubt, even where they fill little of a grid: the standard's, or named."""
        return self.score >= _SURE and (self.named or self.lines == STANDARD)

    @property
    def words(self) -> str:
        """The bytes, for the user."""
        return f"bytes {self.lines.iline} and {self.lines.xline}"


def rank(sample: HeaderSample, hints: Hints, others: Iterable[LineBytes] = ()) -> tuple[Candidate, ...]:
    """Return the pairs that may be inline and crossline, best first.

    A pair scores by how few traces share the same numbers, times the larger of two signs of a grid: that its
    places are filled, and that of neighbours in the file only one number changes. The pair that the text header names
    comes first where it scores at all well, then the standard's, then the others by score.

    Parameters
    ----------
    sample
        Trace headers.
    hints
        What the text header names.
    others
        Pairs to try besides the common ones.
    """
    named = [LineBytes(iline, xline) for iline in hints.get("inline", ()) for xline in hints.get("crossline", ())]
    pairs = dict.fromkeys((*_COMMON, *named, *others))
    found = [score_pair(sample, pair, named=pair in named) for pair in pairs]
    places = {candidate.lines: -place for place, candidate in enumerate(found)}

    def key(each: Candidate) -> tuple[bool, bool, float, int]:
        good = each.score >= _GOOD
        # Where the named bytes repeat the standard's numbers, the standard's serve as well.
        first = each.named and not (each.lines != STANDARD and _same(sample, each.lines, STANDARD))
        return good and first, good and each.lines == STANDARD, round(each.score, 1), places[each.lines]

    return tuple(sorted((each for each in found if each.score > 0.0 and each.is_areal), key=key, reverse=True))


def score_pair(sample: HeaderSample, lines: LineBytes, *, named: bool = False) -> Candidate:
    """Return how much of a grid the numbers at ``lines`` make."""
    first, second = sample.lines(lines)
    sizes = np.unique(first).size, np.unique(second).size
    different = count_pairs(first, second)
    filled = different / (sizes[0] * sizes[1])
    score = 0.0
    if min(sizes) >= 2 and not _runs_on(first) and not _runs_on(second):
        near = sample.neighbours
        moved = (np.diff(first) != 0)[near], (np.diff(second) != 0)[near]
        either = moved[0] | moved[1]
        steady = float((moved[0] ^ moved[1])[either].mean()) if either.any() else 0.0
        score = _distinct(sample, first, second, different) * max(filled, steady)
    return Candidate(lines, score, *sizes, different, filled if sample.whole else None, named)


def _runs_on(numbers: NDArray[np.int64]) -> bool:
    """Return whether numbers rise or fall from each trace to the next: then they count traces, and name no lines."""
    steps = np.diff(numbers)
    return bool((steps > 0).all() or (steps < 0).all())


def _distinct(sample: HeaderSample, first: NDArray[np.int64], second: NDArray[np.int64], different: int) -> float:
    """Return which share of the traces the numbers tell apart; in gathers the offset helps them."""
    offsets = sample.offsets
    if different * 1.5 > first.size or np.unique(offsets).size < 2:
        return different / first.size
    _, places = np.unique(np.stack([first, second]), axis=1, return_inverse=True)
    together = count_pairs(places.reshape(-1).astype(np.int64), offsets) / first.size
    return together if together > 0.9 else different / first.size


def count_pairs(first: NDArray[np.int64], second: NDArray[np.int64]) -> int:
    """Return how many different pairs of numbers there are."""
    order = np.lexsort((second, first))
    changed = (np.diff(first[order]) != 0) | (np.diff(second[order]) != 0)
    return int(np.count_nonzero(changed)) + 1


def doubt_of(sample: HeaderSample, ranked: tuple[Candidate, ...], hints: Hints) -> str:
    """Return why the first of ``ranked`` should not be taken without a question, in words; empty where it is clear."""
    stated = hints.get("inline", ())[:1] + hints.get("crossline", ())[:1]
    if not ranked:
        if len(stated) == 2:
            return f"the text header names bytes {stated[0]} and {stated[1]}, whose numbers make no grid"
        return ""
    best = ranked[0]
    if len(stated) == 2 and not best.named and not _same(sample, best.lines, LineBytes(*stated)):
        return f"the text header names bytes {stated[0]} and {stated[1]}; {best.words} make a better grid"
    if best.named or (best.lines == STANDARD and best.score >= _SURE):
        return ""
    if best.score < _GOOD:
        return f"{best.words} make a poor grid, and no others a better one"
    rivals = [
        each for each in ranked[1:] if each.score > best.score - 0.2 and not _same(sample, each.lines, best.lines)
    ]
    return f"{rivals[0].words} make as good a grid as {best.words}" if rivals else ""


def doubt_of_none(found: tuple[Candidate, ...]) -> str:
    """Return why a file without common bytes is in doubt, in words, from what :func:`search` found of it."""
    return f"no common bytes make a grid, but {found[0].words} do" if found else ""


def _same(sample: HeaderSample, one: LineBytes, other: LineBytes) -> bool:
    return all(np.array_equal(*each) for each in zip(sample.lines(one), sample.lines(other), strict=True))


def cdp_byte(sample: HeaderSample) -> int | None:
    """Return the byte whose numbers tell the traces of a 2-D line apart, or None where none does."""
    for byte in CDP_BYTES:
        numbers = sample.field(byte)
        if np.unique(numbers).size > max(1, numbers.size // 2) and (byte not in _SHOT_BYTES or _counts(numbers)):
            return byte
    return None


def _counts(numbers: NDArray[np.int64]) -> bool:
    """Return whether numbers go in steps, as shot points do, and not anyhow: floats stand in these bytes, too."""
    steps, counts = np.unique(np.diff(numbers), return_counts=True)
    most = int(counts.argmax())
    return bool(counts[most] > numbers.size // 2 and 0 < abs(int(steps[most])) <= 1000)


def search(sample: HeaderSample, known: tuple[Candidate, ...] = ()) -> tuple[Candidate, ...]:
    """Return pairs of any two 4-byte numbers that make a clear grid, besides those ``known``; best first.

    Too many numbers of a header make some grid by chance (a trace number and an hour, say) for these to be taken
    without a question: they are offered.
    """
    part = sample.first(_PART)
    columns = {byte: part.field(byte) for byte in _SEARCHED}
    varied = {byte: values for byte, values in columns.items() if 1 < np.unique(values).size <= 0.9 * values.size}
    seen = [part.lines(each.lines) for each in known]
    found: list[Candidate] = []
    for first, second in combinations(varied, 2):
        # The number that changes less often along the file is the line's.
        slow, fast = sorted((first, second), key=lambda byte: np.count_nonzero(np.diff(varied[byte])))
        candidate = score_pair(part, LineBytes(slow, fast))
        numbers = varied[slow], varied[fast]
        repeated = any(all(map(np.array_equal, numbers, each)) for each in (*seen, *(swap[::-1] for swap in seen)))
        if candidate.score >= 0.8 and not repeated:
            found.append(score_pair(sample, candidate.lines))
            seen.append(numbers)
    return tuple(sorted(found, key=lambda each: -each.score)[:_FOUND])
