"""The file in which a session keeps the events of a recording."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.core.das.moveout import moveout_of
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError
from napari_geofm.io.atomic import replacing
from napari_geofm.session.time_fit import later_s

__all__ = ["EVENTS", "read_kept", "write_kept"]

EVENTS = "events.npz"
"""Its name in the session's folder."""

_NUMBERS = ("kind", "first", "start_s", "end_s", "peak", "confidence", "samples")


def write_kept(events: EventList, path: Path) -> None:
    """Write events over those that were kept.

    Raises
    ------
    OutputError
        When it cannot be written.
    """
    facts = {
        "classes": [{"name": info.name, "colour": info.colour} for info in events.classes],
        "cut": [list(event.cut) for event in events.events],
        # The samples may have been processed: the recording does not tell.
        "unit": events.amplitude_unit,
        # Times are from here on: a file that comes to a folder may begin before it.
        "start_utc": events.start_utc,
        "vehicle": [event.vehicle for event in events.events],
    }
    arrays: dict[str, Any] = {
        name: np.array([getattr(event, name) for event in events.events], np.float64) for name in _NUMBERS
    }
    arrays["size"] = np.array([event.onset_s.size for event in events.events], np.int64)
    for name in ("onset_s", "error_s"):
        arrays[name] = np.concatenate([np.zeros(0), *(getattr(event, name) for event in events.events)])
    with replacing(path, overwrite=True) as beside:
        np.savez_compressed(beside, allow_pickle=False, facts=np.array(json.dumps(facts)), **arrays)


def read_kept(path: Path, survey: Survey) -> EventList:
    """Read the events that a session keeps.

    Raises
    ------
    FormatError
        When the file is damaged, or of a recording with other channels.
    """
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        facts = json.loads(str(arrays["facts"]))
        table = ClassTable(tuple(ClassInfo(str(row["name"]), str(row["colour"])) for row in facts["classes"]))
        events = replace(EventList.of(survey, table), amplitude_unit=str(facts["unit"]))
        for name in ("start_s", "end_s", "onset_s"):
            arrays[name] = arrays[name] + _later(str(facts.get("start_utc", "")), events.start_utc)
        return events.with_events(tuple(_events(arrays, facts, events)))
    except Exception as error:
        # Whatever a damaged file makes numpy, zipfile and json raise.
        msg = f"The events kept in {path} cannot be read ({' '.join(str(error).split())[:80]}); find them anew"
        raise FormatError(msg) from error


def _later(kept: str, now: str) -> float:
    """Return by how many s the start that times are kept from is later than that of the recording as it is."""
    return later_s(kept, now) if kept and now else 0.0


def _events(arrays: dict[str, Any], facts: dict[str, Any], events: EventList) -> list[FibreEvent]:
    bounds = np.cumsum(arrays["size"])[:-1]
    onsets, errors = (np.split(arrays[name], bounds) if arrays["size"].size else [] for name in ("onset_s", "error_s"))
    found = []
    for number, (onset, error) in enumerate(zip(onsets, errors, strict=True)):
        kind, first, start_s, end_s, peak, confidence, samples = (float(arrays[name][number]) for name in _NUMBERS)
        begin, vehicle = int(first), bool(facts["vehicle"][number])
        if begin < 0 or begin + onset.size > events.place.size:
            raise ValueError("its channels are not this recording's")
        place = events.place[begin : begin + onset.size]
        moveout = moveout_of(place, onset, error, with_apex=not vehicle)
        cut = tuple(map(str, facts["cut"][number]))
        found.append(
            FibreEvent(
                int(kind), begin, onset, error, start_s, end_s, moveout, peak, confidence, int(samples), cut, vehicle
            )
        )
    return found
