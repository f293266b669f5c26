"""Words of the verbs that score. Loads nothing but argparse."""

import argparse

__all__ = ["fill_evaluate"]


def fill_evaluate(verb: argparse.ArgumentParser) -> None:
    """Add the options of ``geofm evaluate``."""
    verb.add_argument("--truth", required=True, metavar="T", help="labels; 255 is not scored")
    verb.add_argument("--prediction", required=True, metavar="P")
    verb.add_argument("--classes", metavar="NAMES.csv", help="class table, for names and for coloured PNG")
    verb.add_argument("--paper", action="store_true", help="add the paper's per-batch form")
    distance = "samples within which a boundary counts as found (default 0.75 %% of the section's diagonal)"
    verb.add_argument("--tolerance", type=float, metavar="N", help=distance)
    verb.add_argument("--plot", metavar="OUT", help=".png, .pdf, .svg: how the sections' scores are distributed")
    verb.add_argument("--overwrite", action="store_true", help="replace a plot that exists")
