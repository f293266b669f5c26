"""The few-shot table: strokes on one section, scored on others, beside controls.

Strokes cover 1.5 % of one section. Sets: *near*, the same block of lines, at least 50 away; *far*, the other block;
*shifted*, such sections moved by 40 to 80 samples up (seed 0) or down (seed 1) against the stroked one. Columns:
probe; the same on the encoder as it is published; LoRA after 1, 3 and 5 minutes (separate runs); and the controls: a
copy of the source's full truth, the nearest stroke by position, the probe on a randomly initialised encoder, the probe
on its texture alone, a random forest on multi-scale Gaussian features.
mIoU is over all scored sections of a set together, and over the classes that were stroked and that hold at least 0.5 %
of the scored samples.

Every result is written to a file as it is found: an interrupted run goes on where it ended. Print the table alone with
``--print``. Run as ``python -m benchmarks.few_shot --data f3``.
"""

import argparse
import dataclasses
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.few_shot_controls import copied, forest, nearest_stroke, texture_alone
from benchmarks.few_shot_data import Case, Scored, cases
from benchmarks.fitting import assignment, fit
from benchmarks.result_rows import Row, add_row, found, read_rows, spread
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.scores import Scores, score
from napari_geofm.jobs.learned import Assignment
from napari_geofm.jobs.workbench import workbench

Predict = Callable[[Scored], NDArray[np.uint8]]
SMALLEST_SHARE = 0.005
SETS = ("near", "far", "shifted")
UNTUNED = "untuned probe"


def main() -> None:
    """Fill in what is missing and print the table."""
    options = _options()
    file = options.results / f"few_shot_{options.data}.jsonl"
    if not options.print:
        methods = ["copy", "nearest stroke", "forest", "texture alone", "random encoder", UNTUNED, "probe"]
        methods += [f"lora {minutes:g} min" for minutes in options.minutes]
        known = found(read_rows(file))
        # Case by case: an interrupted run has whole rows, which can be compared.
        for case in cases(options.data, options.sources, options.seeds, options.per_set):
            for method in methods:
                if (case.name, method) not in known:
                    _run(case, method, file)
    print_table(read_rows(file))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", choices=("f3", "synthetic"), default="f3")
    parser.add_argument("--sources", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--per-set", type=int, default=4, help="sections scored in each set")
    parser.add_argument("--minutes", type=float, nargs="*", default=[1.0, 3.0, 5.0])
    parser.add_argument("--results", type=Path, default=Path("out/benchmarks"))
    parser.add_argument("--print", action="store_true", help="print what was found so far")
    return parser.parse_args()


def _run(case: Case, method: str, file: Path) -> None:
    """Fit one method on one case, score it on the three sets, and keep the result."""
    began = time.monotonic()
    predict, notes = _fitted(case, method)
    fitted = time.monotonic() - began
    row: Row = {"case": case.name, "method": method, "fit_s": round(fitted, 1), **notes}
    for name, scored in case.sets.items():
        row[name] = round(_miou(score(((one.truth, predict(one)) for one in scored), case.classes), case), 4)
    add_row(file, row)


def _miou(scores: Scores, case: Case) -> float:
    """Return the mean IoU over the classes that were stroked and hold at least 0.5 % of the scored samples.

    Moved sections keep a few stray samples of classes that the move has cut off, and those moved down begin with
    layers that the stroked section does not show; as classes they would say nothing of any method and pull all of
    them down alike.
    """
    share = scores.matrix.sum(1) / max(1, scores.pixels)
    stroked = np.bincount(case.example.labels[case.example.labels != UNLABELLED], minlength=case.classes) > 0
    return float(scores.iou[(share >= SMALLEST_SHARE) & stroked].mean())


def _fitted(case: Case, method: str) -> tuple[Predict, dict[str, Any]]:
    if method == "copy":
        return copied(case), {}
    if method == "nearest stroke":
        return nearest_stroke(case), {}
    if method == "forest":
        return forest(case), {}
    if method == "texture alone":
        return texture_alone(case), {}
    return _learned(case, method)


def _learned(case: Case, method: str) -> tuple[Predict, dict[str, Any]]:
    """Fit the probe (on DINOv2 or a random encoder) or LoRA through the product's own code."""
    bench = workbench()
    lora = method.startswith("lora")
    recipe = Recipe.for_method("lora" if lora else "probe")
    if method == UNTUNED:
        recipe = dataclasses.replace(recipe, encoder=dataclasses.replace(recipe.encoder, tuning=""))
    training = dataclasses.replace(recipe.training, seed=case.seed)
    if lora:
        training = dataclasses.replace(training, minutes=float(method.split()[1]))
    recipe = dataclasses.replace(recipe, training=training)
    if method == "random encoder":
        return _random_probe(case, assignment(recipe, (case.example,), case.classes, bench)), {}
    fitted = fit(recipe, (case.example,), case.classes, bench)
    predictor = fitted.predictor

    def predict(one: Scored) -> NDArray[np.uint8]:
        if predictor.extractor is None or lora:
            return np.asarray(predictor.probabilities(one.picture).argmax(0), np.uint8)
        extractor = predictor.extractor

        def encode(picture: NDArray[np.float32]) -> NDArray[np.float16]:
            return bench.features(extractor, picture, one.key)

        return np.asarray(predictor.probabilities(one.picture, encode).argmax(0), np.uint8)

    return predict, {"held_out": round(fitted.learned.scores.miou, 4), "steps": fitted.learned.steps}


def _random_probe(case: Case, given: Assignment) -> Predict:
    from napari_geofm.jobs.probing import fit_probe
    from napari_geofm.nets.devices import choose_device
    from napari_geofm.nets.encoder import build_encoder
    from napari_geofm.nets.extract import Extractor
    from napari_geofm.nets.predictor import ProbePredictor

    bench = given.bench
    encoder = build_encoder(given.recipe.encoder.name, random=True, seed=case.seed, taps=given.recipe.encoder.taps)
    extractor = Extractor(encoder, given.recipe.input, choose_device("auto"), identity=f"random {case.seed}")
    head = run_to_end(fit_probe(bench, given.examples, given.recipe, extractor, Control()))
    predictor = ProbePredictor(given.recipe, extractor, head)

    def predict(one: Scored) -> NDArray[np.uint8]:
        scores = predictor.probabilities(one.picture, lambda p: bench.features(extractor, p, one.key))
        return np.asarray(scores.argmax(0), np.uint8)

    return predict


def print_table(rows: list[Row]) -> None:
    """Print mean and standard deviation of mIoU for each method and set, and how many cases they are from."""
    methods = list(dict.fromkeys(row["method"] for row in rows))
    print(f"{'mIoU':<16}" + "".join(f"{name:>18}" for name in SETS) + f"{'fit s':>9}{'cases':>7}")
    for method in methods:
        own = [row for row in rows if row["method"] == method]
        cells = "".join(f"{spread([row[name] for row in own]):>18}" for name in SETS)
        print(f"{method:<16}{cells}{np.mean([row['fit_s'] for row in own]):>9.1f}{len(own):>7}")


if __name__ == "__main__":
    main()
