"""Onsets of events as lines over the section that is shown."""

from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.core.section import Section
from napari_geofm.gui.picks.picks_overlay import DrawnPick

__all__ = ["event_marks"]

LEAP = 12.0
"""A step from channel to channel so many times the usual one is no line: two vehicles on one channel, say."""

CHOSEN = "#ffffff"
"""Colour of the events that are chosen, which class colours are seldom."""


def event_marks(events: EventList, section: Section, chosen: Collection[int] = ()) -> list[DrawnPick]:
    """Return the onsets that lie on a section; those chosen last, with a line on either side for their errors.

    Parameters
    ----------
    events
        Of the recording.
    section
        Its window on the screen: time down, distance across.
    chosen
        Positions in the list.
    """
    drawn: list[DrawnPick] = []
    on_top: list[DrawnPick] = []
    times = float(section.rows.first), float(section.rows.last)
    for number, event in enumerate(events.events):
        if event.start_s > times[1] or np.nanmax(event.onset_s, initial=event.start_s) < times[0]:
            continue
        colour = events.classes.infos[event.kind].colour if event.kind < len(events.classes) else CHOSEN
        lines = _lines(events, event, section)
        if number not in chosen:
            drawn.append(DrawnPick(colour, lines))
            continue
        sure = tuple(line for sign in (-1.0, 1.0) for line in _lines(events, event, section, sign))
        on_top.append(DrawnPick(CHOSEN, lines, thin=sure))
    return [*drawn, *on_top]


def _lines(
    events: EventList, event: FibreEvent, section: Section, errors: float = 0.0
) -> tuple[NDArray[np.float64], ...]:
    """Return the onsets, moved by some of their errors, as lines in samples: column and row."""
    onset = event.onset_s + errors * event.error_s if errors else event.onset_s
    rows = section.rows.places(onset)
    columns = section.columns.places(events.place[event.first : event.last + 1])
    inside = np.isfinite(rows) & (rows >= -0.5) & (rows <= section.shape[0] - 0.5)
    inside &= (columns >= -0.5) & (columns <= section.shape[1] - 0.5)
    points = np.column_stack([columns, rows])
    # A channel without an onset breaks the line, and so does a leap; a single one is a short dash.
    steps = np.abs(np.diff(rows))
    usual = float(np.median(steps[np.isfinite(steps)])) if np.isfinite(steps).any() else 0.0
    breaks = (np.diff(inside.astype(np.int8)) != 0) | (np.nan_to_num(steps) > max(LEAP * usual, 40.0))
    parts = np.split(np.arange(points.shape[0]), np.flatnonzero(breaks) + 1)
    found = [points[part] for part in parts if part.size and inside[part[0]]]
    return tuple(part if len(part) > 1 else part + np.array([[-0.4, 0.0], [0.4, 0.0]]) for part in found)
