"""Events and onsets as tables that any program reads."""

import csv
from pathlib import Path

import numpy as np

from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.core.das.moveout import Slope

__all__ = ["KM_PER_H", "write_events", "write_onsets"]

KM_PER_H = 3.6
"""Kilometres per hour in a metre per second."""


def write_events(events: EventList, path: Path) -> None:
    """Write a line per event; what is not known is left blank.

    ``no_velocity`` says why there is none. Times are in UTC (blank where the recording has no date) and in s from the
    recording's start, distances and velocities in the recording's unit, which the column's name tells. A positive
    velocity runs towards larger distances; with an apex the velocity is that of the longer flank, and both are given.
    """
    speed = f"{events.unit or 'channels'}_per_s"
    header = [
        "event", "class", "start_utc", "start_s", "end_s", "duration_s", "first_channel", "last_channel", "channels",
        *((f"first_distance_{events.unit}", f"last_distance_{events.unit}") if events.unit else ()),
        f"apparent_velocity_{speed}", "velocity_error", f"slowness_s_per_{events.unit or 'channel'}", "slowness_error",
        *(("speed_km_per_h",) if events.unit == "m" else ()),
        "apex_channel", "velocity_before_apex", "velocity_after_apex",
        "peak_amplitude", "unit", "confidence", "cut_by", "no_velocity",
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(header)
        for number, event in enumerate(events.events, 1):
            table.writerow(_line(events, event, number))


def write_onsets(events: EventList, path: Path) -> None:
    """Write a line per event and channel: the onset and its standard error."""
    header = [
        "event", "class", "channel", *((f"distance_{events.unit}",) if events.unit else ()),
        "onset_utc", "onset_s", "error_s",
    ]  # fmt: skip
    with path.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(header)
        for number, event in enumerate(events.events, 1):
            for position in event.channels.tolist():
                onset, error = (float(part[position - event.first]) for part in (event.onset_s, event.error_s))
                table.writerow(
                    [
                        number,
                        events.name(event),
                        events.channel(position),
                        *((_shown(events.place[position], 3),) if events.unit else ()),
                        events.utc(onset),
                        _shown(onset, 6),
                        _shown(error, 6),
                    ]
                )


def _line(events: EventList, event: FibreEvent, number: int) -> list[object]:
    main, apex = event.moveout.main, event.apex
    ends = (event.first, event.last)
    flanks = ["", "", ""]
    if apex is not None:
        flanks = [str(events.channel(apex)), _velocity(event.moveout.before), _velocity(event.moveout.after)]
    return [
        number, events.name(event), events.utc(event.start_s), _shown(event.start_s, 6), _shown(event.end_s, 6),
        _shown(event.duration_s, 6), *(events.channel(end) for end in ends), event.channels.size,
        *((_shown(events.place[end], 3) for end in ends) if events.unit else ()),
        _velocity(main), _figures(main.velocity_error, 3), _figures(main.slowness, 6), _figures(main.error, 3),
        *((_shown(abs(main.velocity) * KM_PER_H, 1) if event.vehicle else "",) if events.unit == "m" else ()),
        *flanks, _figures(event.peak, 5), events.amplitude_unit, _shown(event.confidence, 4), " ".join(event.cut),
        main.why_none,
    ]  # fmt: skip


def _velocity(slope: Slope) -> str:
    return _figures(slope.velocity, 5)


def _shown(number: float, places: int) -> str:
    """Return a number with at most so many decimals; "" for NaN."""
    return f"{number:.{places}f}" if np.isfinite(number) else ""


def _figures(number: float, figures: int) -> str:
    """Return a number with so many figures; "" for NaN."""
    return f"{number:.{figures}g}" if np.isfinite(number) else ""
