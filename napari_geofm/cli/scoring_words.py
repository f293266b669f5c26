"""Words of the verbs that score. Loads nothing but argparse."""

import argparse

from napari_geofm.core.paper_tasks import NETWORKS, TASKS

__all__ = ["fill_benchmark", "fill_evaluate"]


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


def fill_benchmark(verb: argparse.ArgumentParser) -> None:
    """Add the options of ``geofm benchmark``."""
    verb.add_argument("data", metavar="DATA_DIR", help="folder of the paper's data (seismicFace, geobody, crater, ...)")
    verb.add_argument("--fetch", action="store_true", help="fetch what is missing of the data first (2.8 GB packed)")
    tasks = "what to run (default all)"
    verb.add_argument("--task", nargs="+", action="extend", choices=tuple(TASKS), help=tasks)
    networks = "networks to run (default all); unet-tuned looks for its rate first"
    verb.add_argument("--decoder", nargs="+", action="extend", choices=tuple(NETWORKS), help=networks)
    verb.add_argument("--epochs", type=int, default=0, metavar="N", help="passes (default: the paper's 100)")
    seeds = "a run for each (default the paper's 1234)"
    verb.add_argument("--seeds", nargs="+", type=int, default=[1234], metavar="S", help=seeds)
    losses = "another loss than the paper's equation 1, as its code's soft_dice"
    verb.add_argument("--loss", metavar="L", help=losses)
    share = "share of the training pictures that choose the state to keep (default 0.1; 0 keeps the last)"
    verb.add_argument("--validation", type=float, default=0.1, metavar="SHARE", help=share)
    verb.add_argument("-o", "--output", default="benchmark", metavar="DIR", help="results (default ./benchmark)")
    verb.add_argument("--resume", action="store_true", help="go on where an interrupted benchmark ended")
    verb.add_argument("--overwrite", action="store_true", help="begin anew in the folder of an earlier benchmark")
    verb.add_argument("--weights", metavar="FILE", help="the encoder's weights, a local file")
