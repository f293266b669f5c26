"""Body: the whole job on the embedded sample survey, from opening to SEG-Y, with pictures and figures."""

import dataclasses
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from napari_geofm import __version__
from napari_geofm.core.amplitude import survey_stretch
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.core.scores import score
from napari_geofm.io.atomic import replacing
from napari_geofm.io.class_table import write_class_table
from napari_geofm.io.exports import ExportOptions, export_labels
from napari_geofm.io.opening import open_survey
from napari_geofm.io.pictures import upscaled
from napari_geofm.jobs import features, finetune, segment
from napari_geofm.jobs.demo_pictures import Panel, draw_panels
from napari_geofm.jobs.spec import JobSpec, Lane
from napari_geofm.jobs.specs import FeaturesSpec, FinetuneResult, FinetuneSpec, SegmentSpec, SourceSpec, Where
from napari_geofm.samples import FACIES, SeismicSample, SeismicSampleSpec, draw_strokes, make_seismic, write_segy

__all__ = ["DemoSpec", "Stages", "run"]

STROKED = (8, 20, 32)
"""Positions of the inlines that are painted; at least five lines lie between any two."""

SHOWN = 26
"""Position of an inline without strokes that is shown in the pictures."""

FRACTION = 0.015
"""Share of a section's samples that strokes cover."""


@dataclass(frozen=True, slots=True)
class DemoSpec(JobSpec[dict[str, Any]]):
    """The main job on the sample survey.

    Attributes
    ----------
    folder
        Where results go; files of an earlier demo are replaced.
    minutes
        Time for the LoRA training.
    seed
        Of the sample survey, the strokes and the training.
    """

    body: ClassVar[str] = "napari_geofm.jobs.demo:run"
    lane: ClassVar[Lane] = "job"
    title: ClassVar[str] = "running the demo"
    folder: Path
    minutes: float = 1.0
    seed: int = 0
    where: Where = field(default_factory=Where)


class Stages:
    """Seconds spent on each step."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Time a step."""
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 2)


def run(spec: DemoSpec, control: Control) -> Job[dict[str, Any]]:
    """Open, encode, paint, probe, LoRA, segment, export; write pictures, SEG-Y and summary.json."""
    folder, stages = spec.folder, Stages()
    with stages.timed("sample"):
        yield Progress(0, 0, "making the sample survey")
        sample = make_seismic(SeismicSampleSpec(seed=spec.seed))
        file = folder / "sample.sgy"
        write_segy(sample, file, overwrite=True)
        table = ClassTable.named([facies.name for facies in FACIES])
        write_class_table(table, folder / "classes.csv", overwrite=True)
    control.check()
    with stages.timed("open"):
        survey = open_survey(file)
        shown = At("inline", int(sample.inlines[SHOWN]))
        section = survey.section(shown)
    with stages.timed("features"):
        seen = yield from features.run(FeaturesSpec(file, shown, where=spec.where), control)
    with stages.timed("strokes"):
        strokes = _strokes(sample, spec.seed)
        _save(strokes, folder / "strokes.npy")
    found, predictions = yield from _learn(spec, file, stages, control)
    with stages.timed("export"):
        yield Progress(0, 0, "exporting SEG-Y")
        options = ExportOptions(sample_format="int8", describe=True, overwrite=True)
        export_labels(predictions["lora"], survey, table, folder / "prediction.sgy", options)
    with stages.timed("pictures"):
        yield Progress(0, 0, "drawing")
        picture = survey_stretch(survey, 99.0).apply(section.values)
        colours = seen.colours if seen.colours is not None else np.zeros((1, 1, 3), np.uint8)
        _draw(folder, sample, picture, upscaled(colours, seen.token_px, section.shape), strokes, predictions)
    scores = {method: _unstroked_score(sample, prediction) for method, prediction in predictions.items()}
    summary = _summary(spec, sample, found, scores, stages)
    _save_json(summary, folder / "summary.json")
    return summary


def _learn(
    spec: DemoSpec, file: Path, stages: Stages, control: Control
) -> Job[tuple[dict[str, FinetuneResult], dict[str, NDArray[np.uint8]]]]:
    """Train probe and LoRA, and segment the survey with each; results by method."""
    found: dict[str, FinetuneResult] = {}
    predictions: dict[str, NDArray[np.uint8]] = {}
    for method in ("probe", "lora"):
        recipe = Recipe.for_method(method)
        training = dataclasses.replace(recipe.training, minutes=spec.minutes, seed=spec.seed)
        recipe = dataclasses.replace(recipe, training=training)
        model = spec.folder / f"model-{method}"
        with stages.timed(method):
            found[method] = yield from finetune.run(_finetune(spec, recipe, file, model), control)
        output = spec.folder / f"prediction-{method}.npy"
        with stages.timed(f"segment with {method}"):
            yield from segment.run(SegmentSpec(file, model, output, overwrite=True, where=spec.where), control)
        predictions[method] = np.load(output)
    return found, predictions


def _finetune(spec: DemoSpec, recipe: Recipe, file: Path, model: Path) -> FinetuneSpec:
    return FinetuneSpec(
        (SourceSpec(file, spec.folder / "strokes.npy"),),
        model,
        recipe,
        class_table=spec.folder / "classes.csv",
        overwrite=True,
        where=spec.where,
        model=str(model),
    )


def _strokes(sample: SeismicSample, seed: int) -> NDArray[np.uint8]:
    """Return strokes like a human's on a few inlines, uint8 in survey order, 255 elsewhere."""
    strokes = np.full(sample.facies.shape, UNLABELLED, np.uint8)
    for place in STROKED:
        strokes[place] = draw_strokes(np.ascontiguousarray(sample.facies[place].T), FRACTION, seed + place).T
    return strokes


def _unstroked_score(sample: SeismicSample, prediction: NDArray[np.uint8]) -> float:
    """Return the mIoU over all inlines that carry no stroke."""
    rest = [place for place in range(len(sample.inlines)) if place not in STROKED]
    return score(((sample.facies[place], prediction[place]) for place in rest), len(FACIES)).miou


def _draw(
    folder: Path,
    sample: SeismicSample,
    picture: NDArray[np.float32],
    colours: NDArray[np.uint8],
    strokes: NDArray[np.uint8],
    predictions: dict[str, NDArray[np.uint8]],
) -> None:
    """Write the pictures."""
    place, stroked = SHOWN, STROKED[1]
    inline = int(sample.inlines[place])
    gray = np.repeat((picture * 255).astype(np.uint8)[..., None], 3, -1)
    table = ClassTable.named([facies.name for facies in FACIES])
    extent = (
        float(sample.crosslines[0]), float(sample.crosslines[-1]), float(sample.twt_ms[-1]), float(sample.twt_ms[0])
    )  # fmt: skip
    stretch = np.percentile(np.abs(sample.amplitude), 99.0)
    base = (np.clip(sample.amplitude[stroked].T / (2 * stretch) + 0.5, 0, 1) * 255).astype(np.uint8)
    below = np.repeat(base[..., None], 3, -1)
    draw_panels(folder / "section.png", [Panel(f"inline {inline}, amplitude", gray)], extent)
    draw_panels(folder / "features.png", [Panel(f"inline {inline}, features of DINOv2 (PCA)", colours)], extent)
    painted = Panel(f"inline {int(sample.inlines[stroked])}, strokes", below, strokes[stroked].T)
    draw_panels(folder / "strokes.png", [painted], extent, table)
    draw_panels(
        folder / "prediction.png",
        [
            Panel(f"inline {inline}, no strokes here", gray),
            Panel("truth", gray, sample.facies[place].T),
            *(Panel(f"predicted by {method}", gray, part[place].T) for method, part in predictions.items()),
        ],
        extent,
        table,
    )


def _summary(
    spec: DemoSpec,
    sample: SeismicSample,
    found: dict[str, FinetuneResult],
    scores: dict[str, float],
    stages: Stages,
) -> dict[str, Any]:
    recipe = Recipe.read(spec.folder / "model-lora" / "recipe.toml")
    return {
        "version": __version__,
        "survey": "synthetic sample",
        "shape": list(sample.amplitude.shape),
        "stroked_inlines": [int(sample.inlines[place]) for place in STROKED],
        "scored_inlines": len(sample.inlines) - len(STROKED),
        "miou_unstroked": scores,
        "miou_held_out_strokes": {method: result.miou for method, result in found.items()},
        "lora_steps": found["lora"].steps,
        "weights_sha256": recipe.encoder.weights_sha256,
        "encoder": recipe.encoder.name,
        "seconds": stages.seconds,
        "spec": dataclasses.asdict(sample.spec),
    }


def _save(array: NDArray[np.uint8], path: Path) -> None:
    with replacing(path, overwrite=True) as beside, beside.open("wb") as stream:
        np.save(stream, array)


def _save_json(data: dict[str, Any], path: Path) -> None:
    with replacing(path, overwrite=True) as beside:
        beside.write_text(json.dumps(data, indent=2) + "\n", encoding="utf-8")
