"""A model of the zoo out of labelled surveys in memory, through the program's own training."""

import contextlib
import dataclasses
import hashlib
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from napari_geofm.compute.run import Run
from napari_geofm.core.progress import Control, Progress
from napari_geofm.core.recipe import Recipe, SourceRecord
from napari_geofm.io.models import read_model, write_model
from napari_geofm.io.zoo import ABOUT
from napari_geofm.jobs.specs import FinetuneResult, FinetuneSpec, SourceSpec
from tools.seal_model import seal


class Labelled(Protocol):
    """Something with labels that can be written as a survey."""

    @property
    def labels(self) -> NDArray[np.uint8]:
        """Classes in the survey's order, 255 where nothing is said."""
        ...

    def write(self, folder: Path, name: str) -> Path:
        """Write the survey into a folder; return its path."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """What is learned from, and what decides which state is kept.

    Attributes
    ----------
    learned, judged
        Surveys with labels.
    sources
        Where they come from, as the recipe tells it.
    """

    learned: Sequence[Labelled]
    judged: Sequence[Labelled]
    sources: tuple[SourceRecord, ...] = ()


class _Telling:
    """Says once in a while how far a training is."""

    def __init__(self, every_s: float = 30.0) -> None:
        self._every_s, self._told = every_s, 0.0

    def __call__(self, news: Progress) -> None:
        if time.monotonic() - self._told < self._every_s:
            return
        self._told = time.monotonic()
        numbers = ", ".join(f"{name} {value:.4g}" for name, value in news.numbers.items())
        sys.stderr.write(f"{news.text} {numbers}\n")
        sys.stderr.flush()


def file_source(path: Path, part: str) -> SourceRecord:
    """Return a part of a file as the recipe tells it, with the sha256 of the whole."""
    return SourceRecord(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), 0.0, 1.0, (part,))


def train_on(
    lessons: Lessons, recipe: Recipe, classes: Sequence[tuple[str, str]], output: Path, start: Path | None = None
) -> str:
    """Train and write a model's folder; return what came of it in one line.

    Parameters
    ----------
    lessons
        Surveys with labels.
    recipe
        How.
    classes
        Names and colours.
    output
        The folder; of a model that is there all is replaced but ``about.toml`` and pictures.
    start
        A model of the same make to go on from, or None.
    """
    kept = {file.name: file.read_bytes() for file in output.glob("*") if file.name == ABOUT or file.suffix == ".png"}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        table = place / "classes.csv"
        lines = [f"{number},{name},{colour}" for number, (name, colour) in enumerate(classes)]
        table.write_text("\n".join(["number,name,colour", *lines]) + "\n", encoding="utf-8")
        sources = [_written(place, f"learned {n}", one, "train") for n, one in enumerate(lessons.learned)]
        sources += [_written(place, f"judged {n}", one, "valid") for n, one in enumerate(lessons.judged)]
        spec = FinetuneSpec(tuple(sources), output, recipe, start, class_table=table, overwrite=True, model=str(output))
        found = _run(spec)
    finish(output, lessons.sources, kept)
    return f"{output}: {_story(found)}"


def _run(spec: FinetuneSpec) -> FinetuneResult:
    """Run a training to its end, or to the first Ctrl+C or request to terminate: the best state so far is kept then."""
    control, tell = Control(), _Telling()

    def stop(_number: int, _frame: FrameType | None) -> None:
        control.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    run = Run(spec, control)
    with contextlib.closing(run):
        while (progress := run.step()) is not None:
            tell(progress)
        return run.result


def finish(output: Path, sources: tuple[SourceRecord, ...], kept: dict[str, bytes]) -> None:
    """Write a trained model anew: where its lessons come from for the files that stood for them, and what was kept."""
    made = read_model(output)
    told = dataclasses.replace(made.recipe, sources=sources)
    write_model(output, told, made.card, made.adapter, made.head, overwrite=True)
    for name, content in kept.items():
        (output / name).write_bytes(content)
    seal(output)


def _story(found: FinetuneResult) -> str:
    checks = ", ".join(f"{step}: {score:.3f}" for step, _, _, score in found.history)
    return f"{found.steps} steps, {found.seconds:.0f} s, state of step {found.kept_step}; mIoU by step {checks}"


def _written(folder: Path, name: str, one: Labelled, split: str) -> SourceSpec:
    """Write a survey and its labels."""
    labels = folder / f"{name}.npy"
    np.save(labels, one.labels)
    return SourceSpec(one.write(folder, name), labels, split)
