"""SEG-Y to Survey: 3-D post-stack volumes and 2-D lines, read lazily from a memory map of the file itself."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError, GeometryError, UsageError
from napari_geofm.io.segy.coordinates import fit_affine
from napari_geofm.io.segy.geometry import PAIRS, Grid, cdp_byte, grid_of, line_of, rank_pairs, refuse_prestack
from napari_geofm.io.segy.layout import TRACE_HEADER, Bytes, SegyLayout, find_layout, map_file
from napari_geofm.io.segy.oddity import Oddity
from napari_geofm.io.segy.scan import HeaderSample, LineNumbers, Report, sample_headers, scan_lines
from napari_geofm.io.segy.template import SegyTemplate
from napari_geofm.io.segy.text import TEXT_BYTES, decode_text
from napari_geofm.io.segy.truncation import refuse_truncated
from napari_geofm.io.segy.volume import TraceVolume

__all__ = ["is_segy", "read_segy", "text_header"]

_DEFAULT_INTERVAL_US = 4000.0
"""What is assumed where no header gives an interval: what most land and marine surveys were recorded at."""


def is_segy(path: Path | str) -> bool:
    """Return whether a file looks like SEG-Y: known sample format, and trace headers where they should be.

    Reads a few kilobytes and never raises.
    """
    try:
        found = find_layout(Path(path), map_file(Path(path)))
    except GeoFMError:
        return False
    # Two bytes that happen to be a small number are no proof: text, or a plausible interval, must speak for it too.
    return found.encoding is not None or 0 < found.interval_us < 1e5


def text_header(path: Path | str) -> str:
    """Return the text header as 40 lines, decoded from EBCDIC or ASCII.

    Raises
    ------
    SourceError, FormatError
        When the file cannot be read or is too short.
    """
    file = map_file(Path(path))
    find_layout(Path(path), file)
    return decode_text(file[:TEXT_BYTES].tobytes())


def read_segy(
    path: Path | str,
    *,
    iline_byte: int | None = None,
    xline_byte: int | None = None,
    domain: str = "twt",
    interval_ms: float | None = None,
    zeros_are_dead: bool = True,
    on_progress: Report | None = None,
) -> Survey:
    """Open a SEG-Y file; only its headers are read.

    Parameters
    ----------
    path
        The file.
    iline_byte, xline_byte
        First bytes (from 1) of the inline and crossline numbers in the trace headers, 4 bytes each. None: 189 and
        193, or the common pair that makes a grid.
    domain
        ``"twt"``: samples are two-way time in ms. ``"depth"``: the interval is taken as 1/1000 of the file's unit of
        length, as is the custom.
    interval_ms
        Sample interval in ms (or unit of length); None: as the headers say.
    zeros_are_dead
        Whether traces that hold only zeros are dead. False for files of labels or probabilities, where 0 is a value.
    on_progress
        Takes each Progress of the header scan; what it raises ends it.

    Returns
    -------
    Survey
        ``seismic-3d (inline, crossline, twt|depth)`` or ``seismic-2d (cdp, twt|depth)``; its ``template`` is a
        :class:`~napari_geofm.io.segy.template.SegyTemplate`.

    Raises
    ------
    SourceError
        When the file cannot be read.
    FormatError
        When it is no SEG-Y, truncated, contradicts itself, or is pre-stack.
    GeometryError
        When its numbers make no grid.
    UsageError
        When a byte lies outside the trace header, or ``domain`` is neither word.
    """
    path = Path(path)
    _require_options(iline_byte, xline_byte, domain, interval_ms)
    file = map_file(path)
    layout = find_layout(path, file)
    pair = None if iline_byte is None and xline_byte is None else (iline_byte or 189, xline_byte or 193)
    template, lines = _lay_out(layout, file, pair, on_progress)
    refuse_truncated(template, file)
    volume = TraceVolume(template, zeros_are_dead=zeros_are_dead)
    samples, unit, odd = _samples(layout, file, lines, domain, interval_ms)
    from napari_geofm.io.segy.array import lazy_array

    areal = len(template.grid.lines) == 2
    dims = ("inline", "crossline", domain) if areal else ("cdp", domain)
    units = ("",) * (len(dims) - 1) + (unit,)
    return Survey(
        kind="seismic-3d" if areal else "seismic-2d",
        data=lazy_array(volume, dims, (*template.grid.lines, samples), units),
        path=path,
        fingerprint=_fingerprint(layout, file, template),
        sample_format=layout.sample_format.words,
        odd=(*layout.odd, *odd, *_oddities(template, volume)),
        template=template,
        direct=volume.read,
    )


def _require_options(iline: int | None, xline: int | None, domain: str, interval_ms: float | None) -> None:
    for byte in (iline, xline):
        if byte is not None and not 1 <= byte <= TRACE_HEADER - 3:
            raise UsageError(
                f"Header byte {byte}: a 4-byte number begins at byte 1 to {TRACE_HEADER - 3} of the trace header"
            )
    if domain not in {"twt", "depth"}:
        raise UsageError(f"Domain '{domain}': samples are 'twt' or 'depth'")
    if interval_ms is not None and not 0.0 < interval_ms < 1e6:
        raise UsageError(f"Sample interval {interval_ms:g}: give a number above 0")


def _lay_out(
    layout: SegyLayout, file: Bytes, pair: tuple[int, int] | None, on_progress: Report | None
) -> tuple[SegyTemplate, LineNumbers]:
    """Find the grid: by the bytes given, else by the pairs that may be, else as a line."""
    sample = sample_headers(layout, file)
    if pair is not None:
        refuse_prestack(layout.path, sample, (pair,))
        return _volume(layout, file, pair, on_progress)
    doubt: GeometryError | None = None
    for candidate in rank_pairs(sample):
        refuse_prestack(layout.path, sample, (candidate,))
        try:
            template, lines = _volume(layout, file, candidate, on_progress)
        except GeometryError as error:
            doubt = doubt or error
            continue
        if template.grid.is_areal:
            return template, lines
    return _line(layout, file, sample, doubt, on_progress)


def _volume(
    layout: SegyLayout, file: Bytes, pair: tuple[int, int], on_progress: Report | None
) -> tuple[SegyTemplate, LineNumbers]:
    lines = scan_lines(layout, file, *pair, on_progress)
    grid = grid_of(layout.path, ("inline", "crossline"), lines.ilines, lines.xlines)
    return SegyTemplate(layout, grid, *pair, lines.dead, fit_affine(layout, file, grid)), lines


def _line(
    layout: SegyLayout, file: Bytes, sample: HeaderSample, doubt: GeometryError | None, on_progress: Report | None
) -> tuple[SegyTemplate, LineNumbers]:
    byte = cdp_byte(sample)
    if byte is None:
        refuse_prestack(layout.path, sample, (*PAIRS, (21,), (9,), (17,)))
        if doubt is not None:
            raise doubt
    if byte is None and any(np.unique(sample.field(each)).size > 1 for each in (21, 189, 193)):
        raise GeometryError(
            f"{layout.path}: neither bytes 189 and 193 nor other common ones number the traces of a volume or a line; "
            "write the line numbers to bytes 189 and 193"
        )
    lines = scan_lines(layout, file, 189, byte or 21, on_progress)
    numbers = lines.xlines if byte else np.arange(1, layout.n_traces + 1)
    return SegyTemplate(layout, line_of(layout.path, numbers), 0, byte or 0, lines.dead), lines


def _samples(
    layout: SegyLayout, file: Bytes, lines: LineNumbers, domain: str, interval_ms: float | None
) -> tuple[NDArray[np.float64], str, tuple[str, ...]]:
    """Return the numbers of the sample axis, their unit, and what is unusual about them."""
    odd: list[str] = []
    step = interval_ms if interval_ms is not None else layout.interval_us / 1000.0
    if step == 0.0:
        step = _DEFAULT_INTERVAL_US / 1000.0
        odd.append(Oddity.NO_INTERVAL.say(used=step))
    scalar = int(layout.field(file, 215, "i2")[0])
    # Revision 1 gave these bytes their meaning; elsewhere anything may stand there.
    factor = float(abs(scalar)) if abs(scalar) in {10, 100, 1000, 10000} else 1.0
    factor = 1.0 / factor if scalar < 0 else factor
    first = float(layout.field(file, 109, "i2")[0]) * factor
    if lines.delays[0] != lines.delays[1]:
        low, high = (f"{delay * factor:g}" for delay in lines.delays)
        odd.append(Oddity.DELAYS_DIFFER.say(low=low, high=high, used=first))
    unit = "ms" if domain == "twt" else "ft" if layout.feet else "m"
    return first + step * np.arange(layout.n_samples, dtype=np.float64), unit, tuple(odd)


def _oddities(template: SegyTemplate, volume: TraceVolume) -> tuple[str, ...]:
    grid, odd = template.grid, []
    areal = len(grid.lines) == 2
    if areal and (template.iline_byte, template.xline_byte) != PAIRS[0]:
        odd.append(Oddity.OTHER_BYTES.say(iline=template.iline_byte, xline=template.xline_byte))
    if not areal and template.xline_byte == 0:
        odd.append(Oddity.NO_NUMBERS.say())
    elif not areal and template.xline_byte != 21:
        odd += [Oddity.ONE_LINE.say(), Oddity.OTHER_CDP.say(byte=template.xline_byte)]
    odd += _grid_oddities(grid, ("inline", "crossline") if areal else ("CDP",))
    if areal and not _rises(grid.index):
        odd.append(Oddity.CROSSLINE_SORTED.say() if _rises(grid.index.T) else Oddity.UNSORTED.say())
    if template.dead.size:
        odd.append(Oddity.DEAD.say(count=template.dead.size))
    share = volume.zero_share()
    if share > 0.0:
        odd.append(Oddity.ZERO.say(percent=max(1.0, 100.0 * share)))
    return tuple(odd)


def _grid_oddities(grid: Grid, names: tuple[str, ...]) -> list[str]:
    odd = [
        Oddity.UNEVEN.say(axis=name)
        for name, line in zip(names, grid.lines, strict=True)
        if line.size > 2 and np.unique(np.diff(line)).size > 1
    ]
    if grid.n_missing:
        odd.append(Oddity.MISSING.say(count=grid.n_missing, whole=grid.index.size))
    if grid.repeats.size:
        odd.append(Oddity.DUPLICATES.say(count=grid.repeats.size))
    return odd


def _rises(index: NDArray[np.integer]) -> bool:
    """Return whether the traces of each line follow the line's before, gaps apart."""
    flat = index.reshape(-1)
    traces = flat[flat >= 0]
    return bool((np.diff(traces) > 0).all())


def _fingerprint(layout: SegyLayout, file: Bytes, template: SegyTemplate) -> str:
    """Return a hash of the headers, of blocks spread over the file, and of how its numbers were read.

    A copy of the file has the same; whether a file was changed where no block lies is not seen.
    """
    digest = hashlib.sha256(f"{layout.size}|{template.iline_byte}|{template.xline_byte}".encode())
    digest.update(file[: layout.start + TRACE_HEADER].tobytes())
    block = 4096
    for start in np.linspace(layout.start, max(layout.start, layout.size - block), 64).astype(np.int64).tolist():
        digest.update(file[start : start + block].tobytes())
    return digest.hexdigest()[:32]
