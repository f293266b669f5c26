"""Where the traces of a file lie: as a volume, a line, or gathers of which one offset or the mean is read."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import GeometryError
from napari_geofm.io.segy.candidates import Candidate, cdp_byte, doubt_of, doubt_of_none, rank, search
from napari_geofm.io.segy.coordinates import fit_affine
from napari_geofm.io.segy.gathers import LINE_BYTES, Gathers, find_gathers, near_offset, plausible, require_choice
from napari_geofm.io.segy.geometry import Grid, grid_of, line_of
from napari_geofm.io.segy.header_cache import cached_lines
from napari_geofm.io.segy.hints import Hints, named_bytes
from napari_geofm.io.segy.layout import Bytes, SegyLayout
from napari_geofm.io.segy.oddity import Oddity
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.scan import HeaderSample, LineBytes, LineNumbers, Report, sample_headers
from napari_geofm.io.segy.template import SegyTemplate
from napari_geofm.io.segy.text import TEXT_BYTES, decode_text

__all__ = ["Found", "find_traces", "hints_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Where traces lie, what the pass over their headers gave, what is unusual about it, and whether it is in doubt."""

    template: SegyTemplate
    lines: LineNumbers
    odd: tuple[str, ...] = ()
    doubtful: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Work:
    """One file, and how it is to be read."""

    layout: SegyLayout
    file: Bytes
    options: SegyOptions
    sample: HeaderSample
    on_progress: Report | None

    def numbers(self, lines: LineBytes, gathers: Gathers | None) -> LineNumbers:
        offsets = self.sample.offset_byte if gathers is not None else None
        found = cached_lines(self.layout, self.file, lines, self.on_progress, offsets=offsets)
        # A mark on every trace tells nothing.
        everywhere = found.dead.size == self.layout.n_traces
        return replace(found, dead=found.dead[:0], all_marked=True) if everywhere else found


def hints_of(file: Bytes) -> Hints:
    """Return what the text header says of the trace headers."""
    return named_bytes(decode_text(file[:TEXT_BYTES].tobytes()))


def find_traces(layout: SegyLayout, file: Bytes, options: SegyOptions, on_progress: Report | None = None) -> Found:
    """Find the grid: by the bytes given, else by the pairs that may be, else as a line.

    Raises
    ------
    FormatError
        When the file is pre-stack and nothing is chosen of its gathers.
    GeometryError
        When its numbers make no grid.
    """
    work = _Work(layout, file, options, sample_headers(layout, file, options.offset_byte), on_progress)
    if options.pair is not None:
        lines = LineBytes(*options.pair, *options.widths)
        return _volume(work, lines, _gathers(work, lines.fields), trusted=True)
    hints = hints_of(file)
    doubt: GeometryError | None = None
    ranked = rank(work.sample, hints)
    for candidate in plausible(work.sample, ranked):
        gathers = _gathers(work, candidate.lines.fields)
        try:
            found = _volume(work, candidate.lines, gathers, trusted=candidate.is_believed)
        except GeometryError as error:
            doubt = doubt or error
            continue
        if found.template.grid.is_areal:
            why = doubt_of(work.sample, ranked, hints)
            return replace(found, odd=(*found.odd, *((Oddity.DOUBT.say(why=why),) if why else ())), doubtful=bool(why))
    return _line(work, ranked, doubt)


def _gathers(work: _Work, fields: tuple[tuple[int, int], ...]) -> Gathers | None:
    # Whoever asks for the stack knows that these are gathers, whether or not their offsets are told.
    gathers = find_gathers(work.sample, fields) or (
        find_gathers(work.sample, fields, any_offset=True) if work.options.stack else None
    )
    require_choice(work.layout.path, gathers, work.options)
    return gathers


def _volume(work: _Work, lines: LineBytes, gathers: Gathers | None, *, trusted: bool) -> Found:
    layout = work.layout
    numbers = work.numbers(lines, gathers)
    chosen, odd = _chosen(work, numbers, gathers)
    stacked = gathers is not None and work.options.stack
    both, names = (numbers.ilines, numbers.xlines), ("inline", "crossline")
    grid = grid_of(layout.path, names, *both, chosen=chosen, shared=stacked, trusted=trusted)
    affine = fit_affine(layout, grid, work.options, (lines.iline, lines.xline))
    if affine is not None and affine.angle:
        odd += (Oddity.ANGLES.say(unit=affine.angle),)
    template = SegyTemplate(
        layout, grid, lines.iline, lines.xline, numbers.dead, affine, work.options, _kept(grid, gathers)
    )
    return Found(template, numbers, odd)


def _line(work: _Work, ranked: tuple[Candidate, ...], doubt: GeometryError | None) -> Found:
    layout, sample, options = work.layout, work.sample, work.options
    byte, gathers = cdp_byte(sample), None
    if byte is None:
        gathers = next(filter(None, (_gathers(work, ((each, 4),)) for each in LINE_BYTES)), None)
        byte = gathers.fields[0][0] if gathers is not None else None
        if gathers is None and doubt is not None:
            raise doubt
    others = search(sample, ranked) if gathers is None else ()
    if byte is None and any(np.unique(sample.field(each)).size > 1 for each in (21, 189, 193)):
        raise GeometryError(
            f"{layout.path}: neither bytes 189 and 193 nor other common ones number the traces of a volume or a line; "
            f"{_remedy(others)}"
        )
    numbers = work.numbers(LineBytes(189, byte or 21), gathers)
    chosen, odd = _chosen(work, numbers, gathers)
    counted = numbers.xlines if byte else np.arange(1, layout.n_traces + 1)
    grid = line_of(layout.path, counted, chosen=chosen, shared=gathers is not None and options.stack)
    template = SegyTemplate(layout, grid, 0, byte or 0, numbers.dead, options=options, kept=_kept(grid, gathers))
    why = doubt_of_none(others)
    if not why:
        return Found(template, numbers, odd)
    counted_words = "" if byte else "; until then its traces are counted from 1, as one line"
    return Found(template, numbers, (*odd, Oddity.DOUBT.say(why=why + counted_words)), doubtful=True)


def _remedy(others: tuple[Candidate, ...]) -> str:
    """Return what to do where no common bytes number the traces."""
    if not others:
        return "name the bytes that do with --iline-byte and --xline-byte"
    best = others[0]
    return (
        f"{best.words} make a grid of {best.n_ilines} x {best.n_xlines} lines: name them, or others, as in "
        f"--iline-byte {best.lines.iline} --xline-byte {best.lines.xline}"
    )


def _chosen(
    work: _Work, numbers: LineNumbers, gathers: Gathers | None
) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    """Return the traces that are read of gathers, None for all, and what there is to say of it."""
    options = work.options
    odd = (Oddity.ALL_DEAD.say(),) if numbers.all_marked else ()
    if gathers is None or numbers.offsets is None:
        return None, (*odd, Oddity.NOT_PRESTACK.say()) if options.chooses_gather else odd
    if options.offset is None:
        # A place takes its header from its first trace, which had better be a live one.
        alive = np.setdiff1d(np.arange(work.layout.n_traces), numbers.dead) if numbers.dead.size else None
        return alive, (
            *odd,
            Oddity.STACKED.say(fold=gathers.fold),
        )
    traces, used = near_offset(numbers.offsets, options.offset, gathers.step)
    count = gathers.n_offsets
    return traces, (
        *odd,
        Oddity.ONE_OFFSET.say(used=used, count=count, low=gathers.lowest, high=gathers.highest),
    )


def _kept(grid: Grid, gathers: Gathers | None) -> NDArray[np.int64] | None:
    if gathers is None:
        return None
    flat = grid.index.reshape(-1)
    return np.sort(flat[flat >= 0]).astype(np.int64)
