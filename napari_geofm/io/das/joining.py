"""Files become one recording: where on an even time grid each of them lies, what is missing, what is there twice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import GeometryError
from napari_geofm.io.das.header import DasHeader
from napari_geofm.io.das.instants import instant

__all__ = ["Gap", "Overlap", "TimeGrid", "join", "usual_step"]

_OFF = 0.5
"""Part of a step by which a file may start off the end of the one before it and still go on from there."""

_DRIFT = 1e-5
"""Part by which the true step may differ from the one in the headers, which is rounded to ns or worse."""

_LONGEST_GAP_NS = 366 * 86_400_000_000_000
"""A clock that was not set starts in 1970, or in 1904."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Positions on the grid at which nothing was recorded."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Overlap:
    """Samples that two files hold.

    Attributes
    ----------
    earlier, later
        The files, by number; the samples of the earlier one are used.
    earlier_first, later_first
        The first of these samples in either file.
    count, of
        How many, and how many the later file has in all.
    """

    earlier: int
    later: int
    earlier_first: int
    later_first: int
    count: int
    of: int


@dataclass(frozen=True, slots=True, eq=False)
class TimeGrid:
    """An even time grid, and which samples of which file lie where on it.

    Attributes
    ----------
    start_ns
        Time of position 0, in ns since 1970 UTC.
    step_ns
        Step in ns; a fraction where the files' starts tell it more precisely than their headers.
    size
        Count of positions, gaps included.
    begins, counts
        int64: first position and number of samples of each piece, in ascending order, none over another.
    firsts, files
        int64: a piece's first sample within its file, and the file's number.
    gaps, overlaps
        What is missing, and what is there twice.
    jitter, drift
        By how much of a sample files start off their place beside their neighbours, and off their own time.
    """

    start_ns: int
    step_ns: float
    size: int
    begins: NDArray[np.int64]
    counts: NDArray[np.int64]
    firsts: NDArray[np.int64]
    files: NDArray[np.int64]
    gaps: tuple[Gap, ...]
    overlaps: tuple[Overlap, ...]
    jitter: float
    drift: float

    def pieces(self, low: int, high: int) -> range:
        """Return the pieces that reach into positions from ``low`` up to ``high``."""
        first = int(np.searchsorted(self.begins, low, side="right")) - 1
        if first < 0 or self.begins[first] + self.counts[first] <= low:
            first += 1
        return range(first, int(np.searchsorted(self.begins, high, side="left")))


def join(headers: Sequence[DasHeader], names: Sequence[str]) -> TimeGrid:
    """Return where each of several files lies on one even time grid.

    Files are ordered by their start, whatever their names. One that starts within half a sample of the end of the one
    before goes on from there without a gap; else it lies where its own start says.

    Parameters
    ----------
    headers
        One or more, of equal traits.
    names
        What the files are called in messages.

    Raises
    ------
    GeometryError
        When a clock has jumped by more than a year.
    """
    runs = sorted(
        ((run, number) for number, header in enumerate(headers) for run in header.runs),
        key=lambda each: (each[0].start_ns, -each[0].count),
    )
    origin = runs[0][0].start_ns
    starts = np.array([run.start_ns - origin for run, _ in runs], np.int64)
    counts = np.array([run.count for run, _ in runs], np.int64)
    _require_set_clocks(starts, [names[number] for _, number in runs], [run.start_ns for run, _ in runs])
    step = _true_step(starts, counts, usual_step(headers))
    places, jitter, drift = _placed(starts, counts, step)
    firsts = np.array([run.first for run, _ in runs], np.int64)
    files = np.array([number for _, number in runs], np.int64)
    kept, overlaps, gaps = _without_doubles(places, counts, firsts, files)
    begins, lengths, used, owners = kept
    size = int(begins[-1] + lengths[-1])
    return TimeGrid(origin, step, size, begins, lengths, used, owners, gaps, overlaps, jitter, drift)


def usual_step(headers: Sequence[DasHeader]) -> float:
    """Return the step in ns that most files have; a second where none tells."""
    told = [header.traits.step_ns for header in headers if header.traits.step_ns > 0]
    return float(np.median(told)) if told else 1e9


def _require_set_clocks(starts: NDArray[np.int64], names: Sequence[str], when: Sequence[int]) -> None:
    apart = np.diff(starts)
    if apart.size and int(apart.max()) > _LONGEST_GAP_NS:
        at = int(np.argmax(apart))
        msg = (
            f"{names[at + 1]} starts {apart[at] / 86_400e9:,.0f} days after {names[at]} ({instant(when[at + 1], 0)} "
            f"and {instant(when[at], 0)}): a clock was not set, or these are two recordings; move one of them out"
        )
        raise GeometryError(msg)


def _true_step(starts: NDArray[np.int64], counts: NDArray[np.int64], told: float) -> float:
    """Return the step that brings files that follow each other end to end; the headers' own where both agree."""
    lengths = np.diff(starts)
    slack = np.maximum(_OFF, _DRIFT * counts[:-1]) * told
    near = np.abs(lengths - counts[:-1] * told) < slack
    if not near.any():
        return told
    likely = (told, float(np.median(lengths[near] / counts[:-1][near])))
    follow = [near & (np.abs(lengths - counts[:-1] * step) < _OFF * step) for step in likely]
    near = max(follow, key=np.count_nonzero)
    if not near.any():
        return told
    samples = int(counts[:-1][near].sum())
    step = float(lengths[near].sum()) / samples
    return told if abs(step - told) * samples < told else step


def _placed(
    starts: NDArray[np.int64], counts: NDArray[np.int64], step: float
) -> tuple[NDArray[np.int64], float, float]:
    """Return each run's position on the grid, the largest jitter and the largest drift, in samples."""
    places = np.zeros(starts.size, np.int64)
    exact = starts / step
    follows = np.abs(np.diff(starts) - counts[:-1] * step) < _OFF * step
    jitter = float(np.abs(np.diff(starts) - counts[:-1] * step)[follows].max() / step) if follows.any() else 0.0
    for number in range(1, starts.size):
        after = int(places[number - 1] + counts[number - 1])
        later = starts[number] - starts[number - 1] >= counts[number - 1] * step
        there = after if follows[number - 1] else round(exact[number])
        # A clock that has drifted may bring a run that comes after a gap before the end of the last: it does not.
        places[number] = max(there, after if later else int(places[number - 1]))
    return places, jitter, float(np.abs(exact - places).max())


def _without_doubles(
    places: NDArray[np.int64], counts: NDArray[np.int64], firsts: NDArray[np.int64], files: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.int64], ...], tuple[Overlap, ...], tuple[Gap, ...]]:
    """Return begins, counts, firsts and files of the pieces that are used, overlaps, and gaps."""
    rows: list[tuple[int, int, int, int]] = []
    overlaps: list[Overlap] = []
    gaps: list[Gap] = []
    end, owner = int(places[0]), 0
    for number, (place, count, first, file) in enumerate(
        zip(places.tolist(), counts.tolist(), firsts.tolist(), files.tolist(), strict=True)
    ):
        twice = min(max(end - place, 0), count)
        if twice:
            within = int(firsts[owner]) + place - int(places[owner])
            overlaps.append(Overlap(int(files[owner]), file, within, first, twice, count))
        if place > end:
            gaps.append(Gap(end, place))
        if count > twice:
            rows.append((place + twice, count - twice, first + twice, file))
            end, owner = place + count, number
    table = np.array(rows, np.int64).reshape(-1, 4)
    return tuple(np.ascontiguousarray(column) for column in table.T), tuple(overlaps), tuple(gaps)
