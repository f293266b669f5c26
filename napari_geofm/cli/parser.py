"""Words of the command line. Loads nothing but argparse, so that ``geofm --help`` is quick."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from napari_geofm import __version__
from napari_geofm.cli.crater_options import export_crater_options, label_crater_options
from napari_geofm.cli.event_options import event_options
from napari_geofm.cli.label_options import label_options
from napari_geofm.cli.option_groups import (
    Once,
    add_encoder_file,
    add_output,
    add_place,
    add_processing,
    add_range,
    add_raster,
    add_reading,
    add_segy,
)
from napari_geofm.cli.scoring_words import fill_benchmark, fill_evaluate

__all__ = ["build_parser", "joined_places"]


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are one line with the remedy."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"geofm: {' '.join(message.split())}; see '{self.prog} --help'\n")
        raise SystemExit(2)


def joined_places(words: Sequence[str]) -> list[str]:
    """Join ``--at time=1/0.5 distance=0:50`` into one word, since the second would be taken for a file."""
    joined: list[str] = []
    for word in words:
        if word.startswith("distance=") and len(joined) >= 2 and joined[-2] == "--at":
            joined[-1] += f" {word}"
        elif joined and joined[-1] == "--georeference":
            # A longitude may begin with a minus, which would be taken for an option.
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all verbs."""
    parser = _Parser(
        prog="geofm",
        description="Interpret seismic volumes, DAS recordings and planetary images with an adapted DINOv2.",
        epilog="'geofm VERB --help' tells a verb's options. Sections are named as interpreters do: --at inline=1080.",
    )
    parser.add_argument("--version", action="version", version=f"napari-geofm {__version__}")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True, parser_class=_Parser)
    common = _common()
    for name, help_text, fill in _VERBS:
        verb = verbs.add_parser(name, help=help_text, description=help_text, parents=[common])
        verb.set_defaults(module=name)
        fill(verb)
    return parser


def _common() -> _Parser:
    common = _Parser(add_help=False)
    group = common.add_argument_group("common options")
    group.add_argument("--device", choices=("auto", "cuda", "cpu"), default="auto", help="where to compute")
    group.add_argument("--precision", choices=("auto", "bf16", "fp32"), default="auto", help="number format")
    cluster = "run the job on a Dask cluster that sees the same files (extra: dask), as in tcp://host:8786"
    group.add_argument("--scheduler", metavar="ADDRESS", help=cluster)
    group.add_argument("--quiet", action="store_true", help="no progress")
    group.add_argument("--json", action="store_true", help="the result alone, as JSON, on stdout")
    group.add_argument("--debug", action="store_true", help="show where an error came from")
    return common


def _info(verb: argparse.ArgumentParser) -> None:
    known = "SEG-Y, DAS, raster, folder of tiles, zarr, NumPy, netCDF, ZGY, bare numbers"
    verb.add_argument("files", nargs="+", metavar="FILE", help=known)
    text = "of SEG-Y also the text header, which bytes may number the lines, and the headers of the first N traces"
    verb.add_argument("--headers", type=int, nargs="?", const=5, metavar="N", help=text)
    spectrum = "of a DAS recording also its power spectrum, written as OUT.csv or drawn as OUT.png"
    verb.add_argument("--spectrum", action=Once, metavar="OUT", help=spectrum)
    verb.add_argument("--at", action=Once, metavar="time=S/L", help="of that window and distance=A:B only")
    verb.add_argument("--overwrite", action="store_true", help="replace a spectrum that exists")
    add_segy(verb)
    add_reading(verb)
    add_raster(verb)
    add_processing(verb)


def _section(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE")
    add_segy(verb)
    add_reading(verb)
    add_raster(verb)
    add_processing(verb)
    add_place(verb)
    add_range(verb)
    add_output(verb, "s.npy (amplitudes) or s.png (picture, as the encoder sees it)")


def _features(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE")
    add_segy(verb)
    add_reading(verb)
    add_raster(verb)
    add_processing(verb)
    add_place(verb)
    add_range(verb)
    verb.add_argument("--model", metavar="M", help="an adapted model's folder or name; without, the encoder as it is")
    tuning = "'auto' for the one of the survey's kind, as the viewer shows, or its name (default: none)"
    verb.add_argument("--tuning", default="", metavar="W", help=f"tuning of the encoder: {tuning}")
    what = "of a section .png (PCA colours) or .npz (tap3, tap6, tap9, tap12, image as fed); principal ones of each"
    add_output(verb, f"{what} sample as .npy, .zarr or .sgy, in the survey's shape")
    verb.add_argument("--components", type=int, metavar="N", help="principal features of each sample, 1 to 3 (default)")
    verb.add_argument("--along", metavar="AXIS", help="direction in which a volume is cut (default: its first)")
    verb.add_argument("--resume", action="store_true", help="go on where an interrupted run ended")
    add_encoder_file(verb)


def _finetune(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", nargs="?", metavar="FILE")
    add_segy(verb)
    add_reading(verb)
    add_raster(verb)
    add_processing(verb)
    verb.add_argument("--labels", metavar="L", help=".npy, .npz, .zarr, .sgy, .tif or .png; 255 is unlabelled")
    verb.add_argument("--data", metavar="PAIRS.csv", help="several surveys: columns file, labels, split (train, valid)")
    add_output(verb, "the model's folder")
    base = verb.add_mutually_exclusive_group()
    base.add_argument("--recipe", metavar="R", help="recipe.toml or paper-salt, ...; other options win over it")
    base.add_argument("--model", metavar="BASE", help="continue from this model, and rehearse what it learned from")
    verb.add_argument("--no-rehearsal", action="store_true", help="do not learn the labels of BASE again")
    verb.add_argument("--method", choices=("probe", "lora", "full", "frozen"), help="what is trained (default probe)")
    decoders = ("auto", "linear", "guided", "pup", "mla", "dpt", "unet")
    words = "head (default linear for the probe; else auto: guided where sections are labelled all over, or linear)"
    verb.add_argument("--decoder", choices=decoders, help=words)
    fed = "what is seen of a map of elevation: grey (default), or elevation, hillshade and slope as relief"
    verb.add_argument("--channels", choices=("grey", "relief"), help=fed)
    verb.add_argument("--encoder", metavar="NAME", help="a ViT as timm names it (default vit_small_patch14_dinov2)")
    budget = verb.add_mutually_exclusive_group()
    budget.add_argument("--minutes", type=float, metavar="M", help="train for this long (default 1)")
    budget.add_argument("--steps", type=int, metavar="N", help="train for so many steps, reproducible bit for bit")
    losses = "dice (weighted), soft_dice, ce (cross entropy), focal, or a sum as in dice+ce (default)"
    verb.add_argument("--loss", metavar="L", help=losses)
    verb.add_argument("--classes", metavar="NAMES.csv", help="class table: columns name, colour")
    verb.add_argument("--rest-is", metavar="CLASS", help="what is unlabelled on a labelled section is this class")
    verb.add_argument("--along", metavar="AXIS", help="direction of the sections (default: where most strokes lie)")
    add_range(verb)
    verb.add_argument("--seed", type=int, metavar="S", help="seed of everything random (default 0)")
    add_encoder_file(verb)


def _segment(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE")
    add_segy(verb)
    add_reading(verb)
    add_raster(verb)
    add_processing(verb)
    verb.add_argument("--model", required=True, metavar="M", help="a model's folder or name")
    add_output(verb, ".npy, .zarr, .sgy, or .png for one section")
    place = verb.add_mutually_exclusive_group()
    place.add_argument("--at", action=Once, metavar="AXIS=N", help="one section or window only, as in inline=1080")
    place.add_argument("--all", action="store_true", help="the whole survey (default)")
    verb.add_argument("--along", metavar="AXIS", help="direction in which the volume is cut (default: the model's)")
    add_range(verb)
    verb.add_argument("--confidence", metavar="OUT2", help="also write top-1 minus top-2 probability")
    verb.add_argument("--probabilities", metavar="OUT3", help="also write the probability of each class")
    verb.add_argument("--resume", action="store_true", help="go on where an interrupted run ended")
    add_encoder_file(verb)


def _label(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE")
    add_segy(verb)
    label_options(verb)
    label_crater_options(verb)
    add_output(verb, ".npy, .zarr, .sgy or .tif in the survey's shape")
    add_encoder_file(verb)


def _export(verb: argparse.ArgumentParser) -> None:
    what = "labels, prediction, confidence, probabilities or features in the survey's shape"
    verb.add_argument("labels", metavar="LABELS", help=what)
    verb.add_argument("--like", required=True, metavar="FILE", help="the survey they belong to")
    add_segy(verb)
    add_processing(verb)
    endings = ".sgy .tif .csv .geojson .ply .npy .zarr; .dat .xyz .irap .cps3 for a horizon; .png with --at"
    add_output(verb, f"{endings}; of craters .csv .geojson .gpkg; of events .csv and .xml, QuakeML")
    add_place(verb)
    quantities = (
        "labels", "confidence", "probabilities", "features", "craters", "size-frequency", "events", "onsets",
    )  # fmt: skip
    verb.add_argument("--quantity", choices=quantities, help="what LABELS holds (default: what it says of itself)")
    verb.add_argument("--classes", metavar="NAMES.csv", help="class table")
    verb.add_argument("--format", metavar="F", help="SEG-Y samples: int8, int16, int32, uint8, ieee, ibm")
    verb.add_argument("--null", type=float, metavar="V", help="value of unlabelled samples (default -1; GeoTIFF 255)")
    verb.add_argument("--between", nargs=2, metavar=("UPPER", "LOWER"), help="boundary of two classes as a horizon")
    verb.add_argument("--minimum", type=float, default=0.0, metavar="V", help="smallest body, m3 or ft3, else samples")
    _velocity(verb)
    verb.add_argument("--describe", action="store_true", help="say in blank text-header lines what the samples are")
    export_crater_options(verb)
    event_options(verb)


def _velocity(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--velocity", type=float, metavar="M/S", help="average velocity: volumes of bodies in time")


def _ingest(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE")
    add_segy(verb)
    add_reading(verb)
    add_raster(verb)
    add_processing(verb)
    add_output(verb, "the copy, a folder that ends in .zarr; of a DAS recording as it is after --process a .nc file")
    verb.add_argument("--resume", action="store_true", help="go on where an interrupted run ended")
    verb.add_argument("--estimate", action="store_true", help="only say what it would take, in time and disk")


def _report(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("file", metavar="FILE")
    add_segy(verb)
    verb.add_argument("--labels", metavar="L", help="labels in the survey's shape, or a session's folder")
    verb.add_argument("--prediction", metavar="P", help="a prediction in the survey's shape")
    verb.add_argument("--at", action="append", default=[], metavar="AXIS=N", help="to show (default the middle ones)")
    verb.add_argument("--model", action="append", default=[], metavar="M", help="a model to tell of (repeatable)")
    _velocity(verb)
    verb.add_argument("--classes", metavar="NAMES.csv", help="class table")
    add_output(verb, ".html, with the pictures in it, or .png")


def _models(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("action", choices=("list", "show", "get"))
    help_m = "a model's folder or name; for get also http(s)://ADDRESS or hub:owner/name[@revision]"
    verb.add_argument("model", nargs="?", metavar="M", help=help_m)
    verb.add_argument("-o", "--output", metavar="FOLDER", help="for get: where to; by default here, by its name")
    verb.add_argument("--sha256", metavar="HASH", help="for get: what it must have; needed for one from elsewhere")
    verb.add_argument("--overwrite", action="store_true", help="for get: replace a model that is there")


def _weights(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("action", choices=("get", "verify"))
    verb.add_argument("encoder", nargs="?", default="vit_small_patch14_dinov2", metavar="ENCODER")


def _demo(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--headless", action="store_true", help="by script, in a virtual screen where there is one")
    verb.add_argument("--no-window", action="store_true", help="the job alone, without the viewer")
    verb.add_argument("-o", "--output", default="out", metavar="DIR", help="folder for results (default out)")
    verb.add_argument("--minutes", type=float, default=1.0, metavar="M", help="minutes of LoRA training (default 1)")
    verb.add_argument("--seed", type=int, default=0, metavar="S")


def _view(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("files", nargs="*", metavar="FILE", help="survey to open; without one the last ones are offered")
    add_segy(verb)
    add_reading(verb)
    add_raster(verb)


def _doctor(verb: argparse.ArgumentParser) -> None:
    verb.add_argument("--gpu", action="store_true", help="check the GPU; where there is none, say what was not run")


_VERBS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None]], ...] = (
    ("info", "say what a file holds, with its own numbers", _info),
    ("section", "write one section as array or picture", _section),
    ("features", "write the feature map of one section", _features),
    ("finetune", "learn from labels", _finetune),
    ("segment", "predict classes for a section, an area or the survey", _segment),
    ("label", "label by horizons, fault sticks and polygons, or from a labelled section on to its neighbours", _label),
    ("evaluate", "score a prediction against the truth", fill_evaluate),
    ("benchmark", "run the paper's protocol on its data", fill_benchmark),
    ("export", "take labels or predictions home in the survey's own format", _export),
    ("ingest", "make a fast copy of a volume, or write a DAS recording as it is after processing", _ingest),
    ("report", "write sections, class volumes, scores and provenance into one file", _report),
    ("models", "list, show or get models", _models),
    ("weights", "fetch or check the encoder's weights", _weights),
    ("view", "open the viewer", _view),
    ("demo", "run the whole job on the embedded sample survey", _demo),
    ("doctor", "check that everything works on this machine, and how quickly", _doctor),
)
