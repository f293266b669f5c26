"""The options of ``geofm export --quantity events``."""

import argparse
import json
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_geofm.errors import UsageError

if TYPE_CHECKING:
    from napari_geofm.core.das.event_options import EventOptions

__all__ = ["FoundEvents", "event_options", "events_in", "events_of"]

_LENGTHS = (
    ("gap_s", "S", "seconds without the class over which an event goes on (default 14 samples)"),
    ("gap_m", "M", "distance without the class over which an event goes on (default 4 channels)"),
    ("least_s", "S", "length of the shortest event in s (default 14 samples)"),
    ("least_m", "M", "length of the smallest event along the fibre (default 5 channels)"),
    ("edge_s", "S", "how well the mask knows an onset, in s (default 17 samples)"),
)


def event_options(verb: argparse.ArgumentParser) -> None:
    """Add what counts as an event of a fibre recording."""
    group = verb.add_argument_group("events and onsets of DAS recordings (--quantity events or onsets)")
    for name, metavar, text in _LENGTHS:
        group.add_argument(f"--{name.replace('_', '-')}", type=float, metavar=metavar, help=text)
    group.add_argument(
        "--as-marked", action="store_true", help="onsets where the classes begin, not refined on samples"
    )
    group.add_argument("--confidence", metavar="FILE", help="confidence of the mask, averaged over each event")
    # --probabilities is there for craters already.


def events_of(arguments: Namespace) -> "EventOptions":
    """Return the thresholds that were asked for.

    Raises
    ------
    UsageError
        When options of events are given without events.
    """
    from napari_geofm.core.das.event_options import EventOptions
    from napari_geofm.io.events.quakeml import QUAKEML_ENDINGS

    given = {name: getattr(arguments, name) for name, _, _ in _LENGTHS if getattr(arguments, name) is not None}
    others = [name for name in ("as_marked", "confidence", "probabilities", "sure") if getattr(arguments, name)]
    wanted = arguments.quantity in {"events", "onsets"} or str(arguments.output).lower().endswith(QUAKEML_ENDINGS)
    if (given or others) and not wanted:
        word = [*given, *others][0].replace("_", "-")
        raise UsageError(f"--{word} belongs to events; say --quantity events or --quantity onsets, or leave it out")
    if wanted and arguments.sure and not (arguments.confidence or arguments.probabilities):
        msg = f"--sure {arguments.sure:g}: how sure the mask is is not known; give --confidence or --probabilities"
        raise UsageError(msg)
    return EventOptions(**given, refine=not arguments.as_marked, sure=arguments.sure if wanted else 0.0)


@dataclass(frozen=True, slots=True)
class FoundEvents:
    """How many events were written: as data, and in words."""

    data: dict[str, Any]
    words: str


def events_in(output: Path) -> FoundEvents | None:
    """Return what the sidecar of events or onsets says of how many there are; None of other results."""
    from napari_geofm.io.segy import sidecar_of

    try:
        facts = json.loads(sidecar_of(output).read_text(encoding="utf-8"))
        count, onsets, kinds = int(facts["events"]), int(facts["onsets"]), dict(facts["of each class"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    each = ", ".join(f"{many:,} {name}" for name, many in kinds.items())
    words = f"{count:,} event{'s' * (count != 1)}{f' ({each})' if each else ''} with {onsets:,} onsets"
    return FoundEvents({"events": count, "onsets": onsets, "classes": kinds}, words)
