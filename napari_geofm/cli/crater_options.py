"""The options of verbs that are about craters."""

import argparse

__all__ = ["export_crater_options", "label_crater_options"]


def label_crater_options(verb: argparse.ArgumentParser) -> None:
    """Add what turns a catalogue of craters into labels."""
    group = verb.add_argument_group("craters of a catalogue as labels of an image: classes background and crater")
    text = "a table with latitude, longitude and diameter, or x, y and diameter in pixels (repeatable)"
    group.add_argument("--craters", action="append", default=[], metavar="CATALOGUE", help=text)
    group.add_argument("--rims", action="store_true", help="rims as a class of their own, so that none are joined")
    smallest = "leave out craters of a smaller diameter in pixels (default 5)"
    group.add_argument("--smallest-px", type=float, default=5.0, metavar="PX", help=smallest)
    _catalogue(group)


def export_crater_options(verb: argparse.ArgumentParser) -> None:
    """Add what finds craters in a mask, and what is said of their sizes."""
    group = verb.add_argument_group("--quantity craters (.csv .geojson .gpkg) or size-frequency (.png .csv)")
    text = "of a prediction, for the confidence of each crater or DAS event"
    group.add_argument("--probabilities", metavar="P", help=text)
    group.add_argument("--smallest-px", type=float, metavar="PX", help="smallest diameter in pixels (default 4)")
    group.add_argument("--smallest-km", type=float, default=0.0, metavar="KM", help="smallest diameter in km")
    group.add_argument(
        "--sure", type=float, default=0.0, metavar="P", help="least confidence of a crater or DAS event, 0 to 1"
    )
    limit = "diameter from which on all craters were found, km or px (default: estimated)"
    group.add_argument("--limit", type=float, metavar="D", help=limit)
    _catalogue(group)


def _catalogue(group: "argparse._ArgumentGroup") -> None:
    group.add_argument("--body", default="", metavar="NAME", help="body that a catalogue is of, where it does not say")
    places = "what a catalogue's places are (default: as its columns say)"
    group.add_argument("--places", choices=("degrees", "pixels"), default="", help=places)
    unit = "of a catalogue's diameters (default: as its column says, else km)"
    group.add_argument("--diameter-unit", choices=("km", "m", "px"), default="", help=unit)
