"""SEG-Y to Survey: 3-D post-stack volumes and 2-D lines, read lazily from a memory map of the file itself."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, GeoFMError, GeometryError
from napari_geofm.io.segy.crs import require_crs
from napari_geofm.io.segy.domain import depth_words
from napari_geofm.io.segy.finding import find_traces
from napari_geofm.io.segy.floats import mistaken_float
from napari_geofm.io.segy.formats import format_named
from napari_geofm.io.segy.layout import TRACE_HEADER, Bytes, SegyLayout, find_layout, map_file
from napari_geofm.io.segy.memory import recall
from napari_geofm.io.segy.noticing import oddities_of
from napari_geofm.io.segy.oddity import Oddity
from napari_geofm.io.segy.options import SegyOptions
from napari_geofm.io.segy.probing import headers_at, pieces_at
from napari_geofm.io.segy.scan import LineNumbers, Report
from napari_geofm.io.segy.stacking import StackVolume
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


def read_segy(  # noqa: PLR0913 - the options that were there before SegyOptions keep their names
    path: Path | str,
    options: SegyOptions | None = None,
    *,
    iline_byte: int | None = None,
    xline_byte: int | None = None,
    domain: str | None = None,
    interval_ms: float | None = None,
    zeros_are_dead: bool = True,
    remembered: bool = True,
    on_progress: Report | None = None,
) -> Survey:
    """Open a SEG-Y file; only its headers are read.

    Parameters
    ----------
    path
        The file.
    options
        How it is to be read where its headers leave that open, or lie.
    iline_byte, xline_byte, domain, interval_ms
        These options by name; they win over those of ``options``.
    zeros_are_dead
        Whether traces that hold only zeros are dead. False for files of labels or probabilities, where 0 is a value.
    remembered
        Whether what the options leave open is taken from what was chosen for this file, or one like it, before
        (:func:`~napari_geofm.io.segy.memory.remember`). ``odd`` says so.
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
        When it is no SEG-Y, truncated, contradicts itself, or is pre-stack and neither offset nor stack is chosen.
    GeometryError
        When its numbers make no grid.
    UsageError
        When an option cannot be.
    """
    path = Path(path)
    named = SegyOptions(iline_byte=iline_byte, xline_byte=xline_byte, domain=domain, interval_ms=interval_ms)
    asked = named.over(options or SegyOptions())
    require_crs(asked.crs)
    known = recall(path) if remembered else None
    if known is None:
        return _opened(path, asked, zeros_are_dead, on_progress)
    merged = asked.over(known)
    words = known.words()
    try:
        note = Oddity.REMEMBERED.say(words=words) if merged != asked else ""
        return _opened(path, merged, zeros_are_dead, on_progress, note)
    except (FormatError, GeometryError):
        return _opened(path, asked, zeros_are_dead, on_progress, Oddity.REMEMBERED_IN_VAIN.say(words=words))


def _opened(
    path: Path, options: SegyOptions, zeros_are_dead: bool, on_progress: Report | None, note: str = ""
) -> Survey:
    file = map_file(path)
    layout = find_layout(path, file, options)
    try:
        found = find_traces(layout, file, options, on_progress)
    except GeometryError as error:
        if layout.certain:
            raise
        raise GeometryError(
            f"{path}: either the traces have not {layout.n_samples} samples, which only the binary header says (say "
            "--samples N), or their headers hold no line numbers where they are looked for (name the bytes with "
            "--iline-byte and --xline-byte)"
        ) from error
    template = found.template
    refuse_truncated(template, file)
    reading = StackVolume if template.is_stacked else TraceVolume
    volume = reading(template, zeros_are_dead=zeros_are_dead)
    domain = options.domain if options.domain in {"twt", "depth"} else "twt"
    samples, unit, odd = _samples(layout, file, found.lines, domain, options.interval_ms)
    from napari_geofm.io.segy.array import lazy_array

    areal = len(template.grid.lines) == 2
    dims = ("inline", "crossline", domain) if areal else ("cdp", domain)
    units = ("",) * (len(dims) - 1) + (unit,)
    notes = (note,) if note else ()
    seen = oddities_of(template, volume.zero_share(), volume.strange_share(), doubtful=found.doubtful)
    return Survey(
        kind="seismic-3d" if areal else "seismic-2d",
        data=lazy_array(volume, dims, (*template.grid.lines, samples), units),
        path=path,
        fingerprint=_fingerprint(layout, file, template),
        sample_format=layout.sample_format.words,
        crs=options.crs,
        odd=(
            *notes,
            *layout.odd,
            *_float_odd(layout, file, options),
            *odd,
            *_domain_odd(file, options),
            *found.odd,
            *seen,
        ),
        template=template,
        direct=volume.read,
        fill_chunks=volume.fill_chunks if areal and isinstance(volume, TraceVolume) else None,
    )


def _float_odd(layout: SegyLayout, file: Bytes, options: SegyOptions) -> tuple[str, ...]:
    """Return what there is to say of floats that do not look like what the header says."""
    stated = layout.sample_format
    if options.sample_format is not None or stated.kind not in {"ibm", "f4", "gain"}:
        return ()
    traces = np.unique(np.linspace(0, layout.n_traces - 1, 32).astype(np.int64))
    word = mistaken_float(layout.raw_samples(file)[traces], stated.kind)
    if word is None:
        return ()
    return (Oddity.OTHER_FLOATS.say(seen=format_named(word).words + "s", stated=stated.words, word=word),)


def _domain_odd(file: Bytes, options: SegyOptions) -> tuple[str, ...]:
    words = "" if options.domain else depth_words(decode_text(file[:TEXT_BYTES].tobytes()))
    return (Oddity.SAYS_DEPTH.say(words=words.lower()),) if words else ()


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
        # The first trace may be padding, whose header was never filled in.
        spread = np.unique(np.linspace(0, layout.n_traces - 1, 256).astype(np.int64))
        delays, counts = np.unique(headers_at(layout, spread).field(109, "i2"), return_counts=True)
        first = float(delays[counts.argmax()]) * factor
        low, high = (f"{delay * factor:g}" for delay in lines.delays)
        odd.append(Oddity.DELAYS_DIFFER.say(low=low, high=high, used=first))
    unit = "ms" if domain == "twt" else "ft" if layout.feet else "m"
    return first + step * np.arange(layout.n_samples, dtype=np.float64), unit, tuple(odd)


def _fingerprint(layout: SegyLayout, file: Bytes, template: SegyTemplate) -> str:
    """Return a hash of the headers, of blocks spread over the file, and of how its numbers were read.

    A copy of the file has the same; whether a file was changed where no block lies is not seen.
    """
    digest = hashlib.sha256(f"{layout.size}|{template.iline_byte}|{template.xline_byte}".encode())
    options = template.options
    changes = (options.widths, options.offset, options.stack, options.sample_format, options.order)
    if changes != ((4, 4), None, False, None, None):
        digest.update(repr(changes).encode())
    later = tuple((name, getattr(options, name)) for name in ("samples", "offset_byte") if getattr(options, name))
    if later:
        digest.update(repr(later).encode())
    digest.update(file[: layout.start + TRACE_HEADER].tobytes())
    block = 4096
    begins = np.linspace(layout.start, max(layout.start, layout.size - block), 64).astype(np.int64)
    for piece in pieces_at(layout.path, begins.tolist(), block):
        digest.update(piece)
    return digest.hexdigest()[:32]
