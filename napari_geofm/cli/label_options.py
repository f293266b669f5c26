"""The options of ``geofm label``."""

import argparse

__all__ = ["label_options"]


def label_options(verb: argparse.ArgumentParser) -> None:
    """Add what labels are made of: picks of other programs, or the labels of a section."""
    for option, words, text in (
        ("--between", ("TOP", "BASE", "CLASS"), "what lies between two horizons (repeatable)"),
        ("--above", ("HORIZON", "CLASS"), "what lies above a horizon (repeatable)"),
        ("--below", ("HORIZON", "CLASS"), "what lies at a horizon and below (repeatable)"),
        ("--fault", ("STICKS", "CLASS"), "the surface between fault sticks (repeatable)"),
    ):
        verb.add_argument(option, action="append", default=[], nargs=len(words), metavar=words, help=text)
    verb.epilog = "Of a file with several horizons, faults or polygons FILE:NAME takes the one of that name."
    verb.add_argument("--thickness", type=float, default=3.0, metavar="T", help="of faults (default 3 samples)")
    verb.add_argument("--unit", choices=("samples", "m"), default="samples", help="of the thickness")
    polygons = "polygons on sections; their names are classes (repeatable)"
    verb.add_argument("--polygons", action="append", default=[], metavar="P", help=polygons)
    picks = "onsets per channel of a DAS recording, .csv or QuakeML: a band from each onset on (repeatable)"
    verb.add_argument("--picks", action="append", default=[], nargs=2, metavar=("PICKS", "CLASS"), help=picks)
    verb.add_argument("--onset-band", type=float, metavar="S", help="length of that band in s (default 50 samples)")
    verb.add_argument("--noise", metavar="CLASS", help="class of as long a band before each onset (default: none)")
    verb.add_argument("--z-unit", choices=("ms", "s", "m", "ft"), help="of the picks (default: what fits the survey)")
    verb.add_argument("--classes", metavar="NAMES.csv", help="class table; without one classes are numbered as named")
    group = verb.add_argument_group("carrying the labels of a section to its neighbours, until that is unsure")
    group.add_argument("--carry", metavar="AXIS=N", help="the labelled section, as in inline=1080")
    group.add_argument("--labels", metavar="L", help="its labels, in the survey's shape; 255 is unlabelled")
    group.add_argument("--to", type=float, metavar="N", help="the line to come to, before or after it")
    group.add_argument("--step", type=int, metavar="K", help="label every K-th line (default 1)")
    group.add_argument("--sure", type=float, metavar="P", help="label samples that are so probably right (default 0.8)")
    least = "stop before a section of which less than this part is sure (default 0.6)"
    group.add_argument("--least", type=float, metavar="P", help=least)
    group.add_argument("--confidence", metavar="OUT2", help="also write how probably each carried sample is right")
