"""Dense labels on three sections of a synthetic survey, scored on other sections of it: salt, and faults.

The surveys are of the style *minibasins*, on which nothing was developed. Truth: the salt, or faults drawn about 5
samples thick. Three sections, 40 lines apart, are labelled all over; sets: *near*, the same half of the survey, at
least 50 lines from every labelled section; *far*, the other half. Cases: three such triples in each of two surveys,
with another seed of the training in the second.

Methods: the probe; LoRA with each decoder; a U-Net from scratch; a random forest on seismic attributes; for salt, a
copy of the nearest labelled section. Probe, LoRA and U-Net are fitted by the program's own job, nothing encoded
before. ``--minutes`` is for training LoRA, and for training the U-Net. On the first case of each survey that one is
trained with each of three rates; the rate that does best on the labelled section that was held out is taken there and
on the survey's other cases, and only its seconds are counted.

Columns: mIoU, IoU of salt or fault, and mean boundary F1 over all scored sections of a set together, each with its
standard deviation over the cases; seconds of fitting, and of predicting a section. Below the tables: the best LoRA
minus the probe; for salt the best LoRA's error (1 - mIoU) over the U-Net's, which should be at most 0.8.

Every result is written to a file as it is found: an interrupted run goes on where it ended. ``--print`` prints what is
there. Run as ``python -m benchmarks.dense_labels --task salt``; ``--methods probe "lora dpt"``, ``--minutes 1 3 5``
and ``--cases 3`` for some of it, or more. Minutes are those of the machine: nothing else should run beside, or, with
``--processor-seconds 1.8`` and one thread (``OMP_NUM_THREADS=1``), so many processor seconds are one of training.
"""

import argparse
import dataclasses
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.dense_labels_controls import Predict, copied, forest
from benchmarks.dense_labels_data import CLASSES, DenseCase, dense_cases
from benchmarks.few_shot_data import LabelledSection
from benchmarks.fitting import Fitted, fit
from benchmarks.processor_clock import processor_clock
from benchmarks.result_rows import Row, add_row, found, read_rows, spread
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.tally import Tally
from napari_geofm.jobs.cache import FeatureCache
from napari_geofm.jobs.workbench import workbench

SETS = ("near", "far")
DECODERS = ("linear", "guided", "pup", "mla", "dpt")
METHODS = ("copy", "forest", "probe", *(f"lora {decoder}" for decoder in DECODERS), "unet")
RATES = (3e-4, 1e-3, 3e-3)
"""Rates that are tried for the U-Net."""

ERROR_RATIO = 0.8
"""What the error of LoRA should be of the U-Net's on salt, at most."""


def main() -> None:
    """Fill in what is missing and print the tables."""
    options = _options()
    with ExitStack() as clock:
        if options.processor_seconds:
            clock.enter_context(processor_clock(options.processor_seconds))
        _fill_in(options)


def _fill_in(options: argparse.Namespace) -> None:
    for task in options.task:
        file = options.results / f"dense_labels_{task}.jsonl"
        if not options.print:
            known = found(read_rows(file))
            # Case by case: an interrupted run has whole rows, which can be compared.
            for case in dense_cases(task, options.cases, options.per_set):
                for method in _methods(options, task):
                    if (case.name, method) not in known:
                        add_row(file, _scored(case, method, read_rows(file)))
        print_tables(task, read_rows(file))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", choices=tuple(CLASSES), nargs="*", default=list(CLASSES))
    parser.add_argument("--methods", choices=METHODS, nargs="*", default=list(METHODS))
    parser.add_argument("--minutes", type=float, nargs="*", default=[3.0])
    parser.add_argument("--cases", type=int, default=6)
    parser.add_argument("--per-set", type=int, default=4, help="sections scored in each set")
    parser.add_argument("--results", type=Path, default=Path("out/benchmarks"))
    parser.add_argument("--processor-seconds", type=float, default=0.0, help="what one second of training costs")
    parser.add_argument("--print", action="store_true", help="print what was found so far")
    return parser.parse_args()


def _methods(options: argparse.Namespace, task: str) -> list[str]:
    """Return the methods asked for, those that train once for each number of minutes."""
    methods: list[str] = []
    for method in options.methods:
        if method.startswith("lora") or method == "unet":
            methods += [f"{method} {minutes:g} min" for minutes in options.minutes]
        elif not (method == "copy" and task == "faults"):
            methods.append(method)
    return methods


def _scored(case: DenseCase, method: str, rows: list[Row]) -> Row:
    """Fit one method on one case, and score it on both sets; ``rows`` are what was found before."""
    began = time.monotonic()
    predict, notes = _fitted(case, method, rows)
    row: Row = {"case": case.name, "method": method, "fit_s": round(time.monotonic() - began, 1), **notes}
    seconds, sections = 0.0, 0
    for name, scored in case.sets.items():
        tally = Tally(2)
        for one in scored:
            began = time.monotonic()
            prediction = predict(one)
            seconds, sections = seconds + time.monotonic() - began, sections + 1
            tally.add(one.truth, prediction)
        row[name] = {
            "miou": round(tally.scores.miou, 4),
            "iou": [round(float(value), 4) for value in tally.scores.iou],
            "boundary_f1": round(tally.boundaries.mean_f1, 4),
        }
    return row | {"predict_s": round(seconds / max(1, sections), 2)}


def _fitted(case: DenseCase, method: str, rows: list[Row]) -> tuple[Predict, dict[str, Any]]:
    if method == "copy":
        return copied(case), {}
    if method == "forest":
        return forest(case)
    words = method.split()
    if words[0] == "unet":
        survey = case.name.rpartition("/")[0]
        known = [row["rate"] for row in rows if row["method"] == method and row["case"].startswith(f"{survey}/")]
        return _tuned_unet(case, float(words[1]), known[:1] or RATES)
    recipe = Recipe.for_method("probe")
    if words[0] == "lora":
        recipe = _trained_for(Recipe.for_method("lora", words[1]), float(words[2]))
    fitted, seconds = _fit(case, recipe)
    return _predict(fitted), _notes(fitted, seconds)


def _tuned_unet(case: DenseCase, minutes: float, rates: Sequence[float]) -> tuple[Predict, dict[str, Any]]:
    """Train the U-Net with each rate, and keep the one that is best on what was held out."""
    tried: list[tuple[float, Fitted, float]] = []
    for rate in rates:
        recipe = _trained_for(Recipe.for_method("full", "unet"), minutes)
        training = dataclasses.replace(recipe.training, adapter_rate=rate, head_rate=rate)
        tried.append((rate, *_fit(case, dataclasses.replace(recipe, training=training))))
    rate, best, seconds = max(tried, key=lambda one: np.nan_to_num(one[1].learned.scores.miou))
    tuning = [[each[0], round(each[1].learned.scores.miou, 4)] for each in tried]
    return _predict(best), _notes(best, seconds) | {"rate": rate, "tuning": tuning}


def _trained_for(recipe: Recipe, minutes: float) -> Recipe:
    return dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, minutes=minutes))


def _fit(case: DenseCase, recipe: Recipe) -> tuple[Fitted, float]:
    """Fit with nothing encoded before; return the seconds too."""
    bench = workbench()
    bench.cache = FeatureCache(None)
    recipe = dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, seed=case.seed))
    began = time.monotonic()
    fitted = fit(recipe, case.examples, 2, bench)
    return fitted, time.monotonic() - began


def _predict(fitted: Fitted) -> Predict:
    def predict(one: LabelledSection) -> NDArray[np.uint8]:
        return np.asarray(fitted.predictor.probabilities(one.picture).argmax(0), np.uint8)

    return predict


def _notes(fitted: Fitted, seconds: float) -> dict[str, Any]:
    """Return what is told of a fit beside its scores."""
    learned = fitted.learned
    return {
        "fit_s": round(seconds, 1),
        "held_out": round(learned.scores.miou, 4),
        "steps": learned.steps,
        "kept_step": learned.kept_step,
        "checks": [[check.step, round(check.score, 4)] for check in learned.checks],
    }


def print_tables(task: str, rows: list[Row]) -> None:
    """Print a table for each set, and the comparisons that are asked for."""
    if not rows:
        print(f"{task}: nothing found so far")
        return
    methods = list(dict.fromkeys(row["method"] for row in rows))
    for name in SETS:
        title = f"{task}, {name}"
        head = "".join(f"{each:>16}" for each in ("mIoU", CLASSES[task][1], "boundary F1"))
        print(f"{title:<18}{head}{'fit s':>9}{'predict s':>11}{'cases':>7}")
        for method in methods:
            own = [row for row in rows if row["method"] == method]
            values = [[row[name]["miou"], row[name]["iou"][1], row[name]["boundary_f1"]] for row in own]
            cells = "".join(f"{spread(column):>16}" for column in zip(*values, strict=True))
            fit_s, predict_s = (float(np.mean([row[key] for row in own])) for key in ("fit_s", "predict_s"))
            print(f"{method:<18}{cells}{fit_s:>9.1f}{predict_s:>11.2f}{len(own):>7}")
        print()
    _compare(task, rows)


def _compare(task: str, rows: list[Row]) -> None:
    """Print the best LoRA against the probe and, for salt, its error against the U-Net's."""
    scores: dict[str, dict[str, float]] = {}
    for row in rows:
        miou = float(np.mean([row[name]["miou"] for name in SETS]))
        scores.setdefault(row["method"], {})[row["case"]] = miou
    lora, unet = (_best(scores, word) for word in ("lora", "unet"))
    if lora and "probe" in scores:
        ours, theirs = _common(scores[lora], scores["probe"])
        print(f"{task}: {lora} minus probe {np.mean(ours) - np.mean(theirs):+.3f} mIoU, {len(ours)} cases")
    if task == "salt" and lora and unet:
        ours, theirs = _common(scores[lora], scores[unet])
        ratio = (1 - float(np.mean(ours))) / max(1e-9, 1 - float(np.mean(theirs)))
        print(f"{task}: error of {lora} / {unet} {ratio:.2f} (at most {ERROR_RATIO}), {len(ours)} cases")


def _best(scores: dict[str, dict[str, float]], word: str) -> str:
    """Return the method beginning with a word that is best in the mean over its cases; empty: there is none."""
    own = [method for method in scores if method.startswith(word)]
    most = max((len(scores[method]) for method in own), default=0)
    # One that has seen few cases so far is not compared with one that has seen all.
    whole = [method for method in own if len(scores[method]) == most]
    return max(whole, key=lambda method: np.mean(list(scores[method].values())), default="")


def _common(ours: dict[str, float], theirs: dict[str, float]) -> tuple[list[float], list[float]]:
    """Return the scores of the cases that both have."""
    both = [case for case in ours if case in theirs]
    return [ours[case] for case in both], [theirs[case] for case in both]


if __name__ == "__main__":
    main()
