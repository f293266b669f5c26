"""A DAS recording as a survey whose samples go through a chain when they are read."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.amplitudes import sample_windows
from napari_geofm.core.das.bad_channels import FoundBad, find_bad, listed
from napari_geofm.core.das.chain import Chain
from napari_geofm.core.das.processed import Processed
from napari_geofm.core.das.processing import Processing
from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.stages import Reader, Stages
from napari_geofm.core.survey import Survey
from napari_geofm.io.das.fits import kept_fits
from napari_geofm.io.lazy import lazy_variable, read_box

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["bad_channels_of", "processed", "unprocessed"]

SEARCHED = 4_000_000
"""Samples in which bad channels are looked for: enough to tell, and read in a second."""

_KEPT = 8
"""Recordings of which it is kept which channels are bad: each step of a chain that is tried asks for them anew."""

_FOUND: dict[tuple[str, str, tuple[int, ...]], FoundBad] = {}


def unprocessed(survey: Survey) -> Survey:
    """Return a recording as it was before anything was done to it; other surveys as they are."""
    return survey.processed.source if survey.processed is not None else survey


def processed(survey: Survey, processing: Processing) -> Survey:
    """Return a recording that is processed when it is read.

    Parameters
    ----------
    survey
        A recording; of one that is processed already that what it was before is taken.
    processing
        What is done: nothing gives the recording as it was.

    Returns
    -------
    Survey
        Of the same kind, with a fingerprint of its own; grid and units are those after the chain. Windows are what the
        same windows of the whole recording processed would be (:class:`~napari_geofm.core.das.stages.Stages`).

    Raises
    ------
    UsageError
        When it is no recording, or a step or channel does not suit it.
    """
    source = unprocessed(survey)
    if not processing:
        return source
    signal, reader = Signal.of(source), _reader(source)
    processing.chain.after(signal)
    bad = processing.bad.named(signal)
    found = bad_channels_of(source) if processing.bad.auto else None
    if found is not None:
        bad |= found.bad
    named = _fingerprint(source.fitted_as, processing.chain, bad) if source.fitted_as else ""
    keep = kept_fits(named) if named else None
    stages = Stages(reader, signal, processing.chain, bad if bad.any() else None, keep)
    after = stages.signal

    def read(box: tuple[slice, ...]) -> NDArray[np.float32]:
        return stages.read(box[0], box[1])

    shape = (after.channels, after.samples)

    def direct(places: tuple[int | slice, ...]) -> NDArray[np.float32]:
        return np.asarray(read_box(places, shape, read), np.float32)

    attrs = dict(source.data.attrs) | {"units": after.units.words, "quantity": after.quantity}
    variable = lazy_variable(("distance", "time"), shape, np.dtype(np.float32), read, attrs)
    notes = (*source.odd, *_notes(processing, bad, signal, found))
    return replace(
        source,
        data=_array(variable, source, after, processing.chain),
        fingerprint=_fingerprint(source.fingerprint, processing.chain, bad),
        odd=notes,
        direct=direct,
        fill_chunks=None,
        processed=Processed(source, processing, bad),
        content=_content(source, stages, named),
        fitted_as=named,
    )


def bad_channels_of(survey: Survey) -> FoundBad:
    """Find the bad channels of a recording as it was before processing, on a sample of it; what was found is kept.

    Raises
    ------
    UsageError
        When it is no recording.
    """
    source = unprocessed(survey)
    key = (str(source.path), source.fingerprint, source.shape)
    found = _FOUND.get(key)
    if found is None:
        found = _FOUND[key] = _looked_for(source)
        # Of other recordings it is looked for again.
        for other in list(_FOUND)[:-_KEPT]:
            _FOUND.pop(other, None)
    return found


def _looked_for(source: Survey) -> FoundBad:
    signal, read = Signal.of(source), _reader(source)

    def parts() -> Iterator[tuple[slice, NDArray[np.float64]]]:
        every = slice(0, signal.channels)
        windows = sample_windows(signal.channels, signal.samples)
        most = max(256, SEARCHED // (len(windows) * signal.channels))
        for times in windows:
            # Of a long window its middle: a recording often begins and ends with something else.
            spare = max(0, times.stop - times.start - most) // 2
            where = slice(times.start + spare, min(times.stop, times.start + spare + most))
            yield where, read(every, where)

    return find_bad(parts())


def _reader(source: Survey) -> Reader:
    def read(channels: slice, times: slice) -> NDArray[np.float64]:
        return source.read((channels, times)).astype(np.float64)

    return read


def _fingerprint(source: str, chain: Chain, bad: NDArray[np.bool_]) -> str:
    parts = f"{source}|{chain.words()}|".encode() + np.packbits(bad).tobytes()
    return hashlib.sha256(parts).hexdigest()[:32]


def _content(source: Survey, stages: Stages, named: str) -> "Callable[[tuple[int | slice, ...]], str] | None":
    """Return what names a part by the samples that it is made of; None where all of the recording has a say in it."""
    known = source.content
    if known is None or not named or not stages.lasting:
        return None

    def content(places: tuple[int | slice, ...]) -> str:
        channels, times = (place for place in places if isinstance(place, slice))
        seen = stages.seen(channels, times)
        inside = f"{channels.start - seen.channels.start}:{channels.stop}|{times.start - seen.times.start}"
        made = f"{known((seen.channels, seen.times))}|{named}|{inside}|{times.stop - times.start}"
        return hashlib.sha256(made.encode()).hexdigest()

    return content


def _array(variable: "xr.Variable", source: Survey, after: Signal, chain: Chain) -> "xr.DataArray":
    """Return the samples with the axes that are left of them; a long one is cut without being listed."""
    import xarray as xr

    thins = int(np.prod([step.thins for step in chain.steps]))
    coords = source.data.isel(time=slice(None, None, thins)).coords if thins > 1 else source.data.coords
    if after.channels != source.shape[0]:
        units = {"units": source.axis("distance").units}
        coords = coords.assign(distance=("distance", after.places, units))
    return xr.DataArray(variable, coords, name=source.data.name)


def _notes(processing: Processing, bad: NDArray[np.bool_], signal: Signal, found: FoundBad | None) -> tuple[str, ...]:
    """Return what the user should know."""
    notes = [f"processed: {processing.chain.words()}"] if processing.chain else []
    if bad.any():
        why = f" ({found.words()})" if found is not None and found.bad.any() else ""
        count = int(bad.sum())
        notes.append(f"{count} bad channel{'s' * (count != 1)} masked{why}: {listed(bad, signal)}")
    elif processing.bad:
        notes.append("no bad channels found")
    return tuple(notes)
