"""Events and their picks as QuakeML 1.2 (basic event description)."""

import re
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from napari_geofm import __version__
from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.core.das.phases import phase_hint
from napari_geofm.errors import FormatError

__all__ = ["QUAKEML_ENDINGS", "write_quakeml"]

QUAKEML_ENDINGS = (".xml", ".qml", ".quakeml")
"""Endings of QuakeML files."""

BED = "http://quakeml.org/xmlns/bed/1.2"
QUAKEML = "http://quakeml.org/xmlns/quakeml/1.2"

NETWORK = "XX"
"""Network code of recordings that belong to no registered network."""

EVALUATION = (("evaluationMode", "automatic"), ("evaluationStatus", "preliminary"))
"""What is said of every pick: nobody has looked at it yet."""


def write_quakeml(events: EventList, path: Path, *, network: str = NETWORK) -> None:
    """Write events with a pick per channel, its error, and the channel as station.

    An S wave joins the event of the P wave before it on the same channels. Picks are automatic and preliminary. A
    channel's number, with five digits, is the station code.

    Raises
    ------
    FormatError
        When the recording has no date: QuakeML knows absolute times only.
    """
    if not events.start_utc:
        msg = f"{events.survey} has no date, and QuakeML needs absolute times; write .csv, which has s from the start"
        raise FormatError(msg)
    ET.register_namespace("", BED)
    ET.register_namespace("q", QUAKEML)
    root = ET.Element(f"{{{QUAKEML}}}quakeml")
    base = f"smi:local/napari-geofm/{_slug(events.survey)}"
    catalogue = _sub(root, "eventParameters", publicID=f"{base}/events")
    for number, group in enumerate(events.earthquakes(), 1):
        element = _sub(catalogue, "event", publicID=f"{base}/event/{number}")
        picks = [
            (event, position, f"{base}/pick/{number}/{part}/{position}")
            for part, event in enumerate(group, 1)
            for position in event.channels.tolist()
        ]
        for event, position, name in picks:
            _pick(element, events, event, position, name, network)
        if any(event.vehicle for event in group):
            _text(element, "type", "anthropogenic event")
        for event in group:
            _text(_sub(element, "comment"), "text", _words(events, event))
    made = _sub(catalogue, "creationInfo")
    _text(made, "author", f"napari-geofm {__version__}")
    _text(made, "creationTime", datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)


def _pick(parent: ET.Element, events: EventList, event: FibreEvent, position: int, name: str, network: str) -> None:
    pick = _sub(parent, "pick", publicID=name)
    onset, error = (float(part[position - event.first]) for part in (event.onset_s, event.error_s))
    time = _sub(pick, "time")
    _text(time, "value", events.utc(onset))
    if np.isfinite(error):
        _text(time, "uncertainty", f"{error:.6f}")
    _sub(pick, "waveformID", networkCode=network, stationCode=f"{events.channel(position):05d}")
    hint = phase_hint(events.name(event)) or events.name(event)[:32]
    if hint:
        _text(pick, "phaseHint", hint)
    for tag, text in EVALUATION:
        _text(pick, tag, text)


def _words(events: EventList, event: FibreEvent) -> str:
    """Return what QuakeML has no element for: class, channels, velocity along the fibre, where it is cut."""
    main = event.moveout.main
    parts = [
        f"{events.name(event)}: channels {events.channel(event.first)} to {events.channel(event.last)}",
        f"{event.duration_s:.3f} s",
    ]
    if np.isfinite(main.velocity):
        parts.append(f"apparent velocity {main.velocity:.4g} +- {main.velocity_error:.2g} {events.speed_unit}")
    if event.apex is not None:
        parts.append(f"first on channel {events.channel(event.apex)}")
    if np.isfinite(event.confidence):
        parts.append(f"confidence {event.confidence:.2f}")
    if event.cut:
        parts.append(f"cut by {', '.join(event.cut)}")
    return "; ".join(parts)


def _sub(parent: ET.Element, tag: str, **attributes: str) -> ET.Element:
    return ET.SubElement(parent, f"{{{BED}}}{tag}", attributes)


def _text(parent: ET.Element, tag: str, text: str) -> None:
    _sub(parent, tag).text = text


def _slug(name: str) -> str:
    """Return a name with the characters that a resource identifier may have."""
    return re.sub(r"[^A-Za-z0-9_.-]", "_", Path(name).stem) or "recording"
