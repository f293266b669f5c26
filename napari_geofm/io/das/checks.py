"""Whether the files of a folder are one recording, and what is odd about them."""

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np

from napari_geofm.core.das.facts import lasting
from napari_geofm.errors import GeometryError
from napari_geofm.io.das.header import DasHeader, DasTraits
from napari_geofm.io.das.instants import instant
from napari_geofm.io.das.joining import TimeGrid, usual_step

__all__ = ["grid_notes", "listed", "require_alike", "trait_notes"]

_SHOWN = 6
"""Files named in a message before it says how many more there are."""


def listed(names: Sequence[str]) -> str:
    """Return names for a message.

    >>> listed(["a", "b"]), listed(list("abcdefgh"))
    ('a, b', 'a, b, c, d, e, f and 2 more')
    """
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"{', '.join(names[:_SHOWN])}{more}"


def require_alike(folder: str, headers: Mapping[str, DasHeader]) -> None:
    """Refuse files that differ in channels, distances, step or unit.

    Raises
    ------
    GeometryError
        With the list of those that differ from most.
    """
    traits = {name: header.traits for name, header in headers.items()}
    _refuse_others(folder, traits, lambda each: (each.channels, each.fibre == "channel"), _channels)
    usual = _usual(list(traits.values()), lambda each: each)
    _refuse_others(folder, traits, lambda each: _at_places(each, usual), _places)
    step = usual_step(list(headers.values()))
    wrong = [f"{name} {each.traits.step_ns / 1e9:.9g} s" for name, each in headers.items() if _off_grid(each, step)]
    if wrong:
        msg = (
            f"Files in {folder} have unequal time steps: most have {step / 1e9:.9g} s, but {listed(wrong)}; "
            "move them to a folder of their own"
        )
        raise GeometryError(msg)
    known = {name: each for name, each in traits.items() if each.units or each.quantity}
    if known:
        _refuse_others(folder, known, lambda each: (each.quantity, each.units), _unit)


def _refuse_others(
    folder: str,
    traits: Mapping[str, DasTraits],
    key: Callable[[DasTraits], Hashable],
    words: Callable[[DasTraits], str],
) -> None:
    usual = _usual(list(traits.values()), key)
    others = [f"{name} {words(each)}" for name, each in traits.items() if key(each) != key(usual)]
    if others:
        msg = (
            f"Files in {folder} are no single recording: most have {words(usual)}, but {listed(others)}; move them to "
            "a folder of their own"
        )
        raise GeometryError(msg)


def _usual(traits: Sequence[DasTraits], key: Callable[[DasTraits], Hashable]) -> DasTraits:
    counts: dict[Hashable, int] = {}
    for each in traits:
        counts[key(each)] = counts.get(key(each), 0) + 1
    best = max(counts, key=lambda one: counts[one])
    return next(each for each in traits if key(each) == best)


def _at_places(traits: DasTraits, usual: DasTraits) -> bool:
    """Return whether channels lie where they usually do, within a hundredth of their spacing."""
    if traits.places == usual.places and (traits.first, traits.spacing) == (usual.first, usual.spacing):
        return True
    spacing = abs(usual.spacing) or float(np.abs(np.diff(usual.distances)).min())
    return bool(np.allclose(traits.distances, usual.distances, rtol=0, atol=1e-2 * spacing))


def _off_grid(header: DasHeader, step: float) -> bool:
    """Return whether a file's step takes its last sample half a step or more off a grid."""
    return header.traits.step_ns > 0 and abs(header.traits.step_ns - step) * header.longest >= 0.5 * step


def _channels(traits: DasTraits) -> str:
    return f"{traits.channels} channels" + (" without distances" if traits.fibre == "channel" else "")


def _places(traits: DasTraits) -> str:
    distances = traits.distances
    return f"channels from {distances[0]:.6g} to {distances[-1]:.6g} {traits.fibre_units}".rstrip()


def _unit(traits: DasTraits) -> str:
    words = f"{traits.quantity} in {traits.units}" if traits.units else traits.quantity
    return words if traits.quantity else f"samples in {traits.units}"


def trait_notes(traits: Sequence[DasTraits]) -> tuple[str, ...]:
    """Return what the user should know about what files share, or do not."""
    notes = []
    if traits[0].fibre == "channel":
        notes.append("no distances in the file: channels are numbered")
    if not traits[0].dated:
        notes.append("no date in the file: only time from the start is known")
    if traits[0].places:
        notes.append("distance is not evenly spaced")
    gauges = sorted({each.gauge_length_m for each in traits if each.gauge_length_m is not None})
    if len(gauges) > 1:
        notes.append(f"files differ in gauge length: {', '.join(f'{each:g} m' for each in gauges)}")
    silent = sum(not (each.units or each.quantity) for each in traits)
    if 0 < silent < len(traits):
        notes.append(f"{silent} of {len(traits)} files do not say what was measured, and are taken for the same")
    return tuple(notes)


def grid_notes(grid: TimeGrid, headers: Sequence[DasHeader]) -> tuple[str, ...]:
    """Return what is odd about the times of a recording's files."""
    dated = headers[0].traits.dated
    step = grid.step_ns / 1e9
    notes = []
    if grid.gaps:
        longest = max(grid.gaps, key=lambda gap: gap.end - gap.begin)
        ends = [round(place * grid.step_ns) for place in (longest.begin, longest.end)]
        where = " to ".join(instant(grid.start_ns + end) if dated else f"{end / 1e9:g} s" for end in ends)
        length = lasting((longest.end - longest.begin) * step)
        if len(grid.gaps) == 1:
            notes.append(f"1 gap of {length}, from {where}")
        else:
            total = lasting(sum(gap.end - gap.begin for gap in grid.gaps) * step)
            notes.append(f"{len(grid.gaps)} gaps, {total} in all, longest {length} from {where}")
    if grid.drift >= 1:
        notes.append(f"starts of files drift by up to {lasting(grid.drift * step)} from even steps")
    elif grid.jitter >= 0.01:
        notes.append(f"starts of files jitter by up to {lasting(grid.jitter * step)}: they are put on the even grid")
    within = max(header.jitter for header in headers)
    if within >= 0.01:
        notes.append(f"samples jitter by up to {lasting(within * step)}: they are put on the even grid")
    return tuple(notes)
