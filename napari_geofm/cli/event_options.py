"""The options of ``geofm export --quantity events``."""

import argparse
from argparse import Namespace
from typing import TYPE_CHECKING

from napari_geofm.errors import UsageError

if TYPE_CHECKING:
    from napari_geofm.core.das.event_options import EventOptions

__all__ = ["event_options", "events_of"]

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
    others = [name for name in ("as_marked", "confidence", "probabilities") if getattr(arguments, name)]
    wanted = arguments.quantity in {"events", "onsets"} or str(arguments.output).lower().endswith(QUAKEML_ENDINGS)
    if (given or others) and not wanted:
        word = [*given, *others][0].replace("_", "-")
        raise UsageError(f"--{word} belongs to events; say --quantity events or --quantity onsets, or leave it out")
    return EventOptions(**given, refine=not arguments.as_marked)
