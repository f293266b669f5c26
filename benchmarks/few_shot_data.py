"""Sections, strokes and scored sets of the few-shot table."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import fit_stretch
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.examples import Example
from napari_geofm.io.labels import read_labels
from napari_geofm.samples import FACIES, SeismicSample, SeismicSampleSpec, draw_strokes, make_seismic

F3_COLOURS = (
    "#000000", "#1446f5", "#285aeb", "#3c6ee1", "#5082d7", "#6496cd", "#78aac3", "#8cbeb9", "#a0d2af", "#b4e6a5",
)  # fmt: skip
FRACTION = 0.015
SHIFTS = (40, 60, 80)
LARGEST_SHIFT = max(SHIFTS)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledSection:
    """A section with its full truth; ``line`` is where it lies, ``block`` which connected part it lies in."""

    name: str
    line: int
    block: int
    picture: NDArray[np.float32]
    truth: NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """A crop of a section that is scored: ``first`` is its first row in the section."""

    section: LabelledSection
    first: int

    @property
    def picture(self) -> NDArray[np.float32]:
        """Picture of the crop, 0..1."""
        return np.ascontiguousarray(self.section.picture[self.first :])

    @property
    def truth(self) -> NDArray[np.uint8]:
        """Truth of the crop."""
        return np.ascontiguousarray(self.section.truth[self.first :])

    @property
    def key(self) -> str:
        """Name of the picture in caches."""
        return f"{picture_hash(self.section.picture)}:{self.first}"


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One source section with one set of strokes, and what is scored.

    Seed 0 shows sections whole and moves the shifted ones up; seed 1 cuts every section by the largest shift and
    moves the shifted ones down.
    """

    dataset: str
    source: LabelledSection
    seed: int
    classes: int
    example: Example
    base: int
    sets: dict[str, list[Scored]]

    @property
    def name(self) -> str:
        """Data set, source and seed."""
        return f"{self.dataset}/{self.source.name}/{self.seed}"

    @property
    def source_truth(self) -> NDArray[np.uint8]:
        """The source's full truth in the frame in which it is seen."""
        return self.source.truth[self.base :]


def f3_sections() -> list[LabelledSection]:
    """Return the 21 crosslines of F3; needs the folder ``seismic/f3_facies`` under GEOFM_TEST_DATA."""
    folder = Path(os.environ.get("GEOFM_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))
    folder /= "seismic/f3_facies"
    from PIL import Image

    table = ClassTable.named([f"facies {n}" for n in range(len(F3_COLOURS))], list(F3_COLOURS))
    found = []
    for file in sorted((folder / "sections").glob("*.png")):
        number = int(file.stem)
        line = number - 1 if number <= 1251 else number - 952
        picture = np.asarray(Image.open(file).convert("L"), np.float32)
        truth = np.asarray(read_labels(folder / "labels" / file.name, None, table).values[:])
        picture = fit_stretch(picture, 99.0, symmetric=False).apply(picture)
        found.append(LabelledSection(file.stem, line, int(line > 700), picture, truth))
    return found


def synthetic_sections(style: str = "shelf", seed: int = 11) -> list[LabelledSection]:
    """Return the inlines of a synthetic survey; its first half is one block, its second the other.

    Its sections are as tall as those of F3: on the 256 samples of the embedded sample, moves of 40 to 80 samples would
    be a third of the record, and a section but 18 tokens high.
    """
    sample = make_seismic(SeismicSampleSpec(seed=seed, style=style, crosslines=448, samples=462))
    return sections_of(sample, sample.facies)


def sections_of(sample: SeismicSample, truth: NDArray[np.uint8]) -> list[LabelledSection]:
    """Return the inlines of a synthetic survey with a truth of the same shape; half of them is one block."""
    stretch = fit_stretch(sample.amplitude, 99.0, symmetric=True)
    lines = [int(line) for line in sample.inlines]
    middle = lines[len(lines) // 2]
    return [
        LabelledSection(
            str(line),
            line,
            int(line >= middle),
            np.ascontiguousarray(stretch.apply(sample.amplitude[place].T)),
            np.ascontiguousarray(truth[place].T),
        )
        for place, line in enumerate(lines)
    ]


def class_count(dataset: str) -> int:
    """Return the count of classes of a data set."""
    return len(F3_COLOURS) if dataset == "f3" else len(FACIES)


def cases(dataset: str, sources: int, seeds: int, per_set: int) -> list[Case]:
    """Return all cases: sources spread over both blocks, times seeds."""
    sections = f3_sections() if dataset == "f3" else synthetic_sections()
    ordered = sorted(sections, key=lambda section: section.line)
    picks = np.unique(np.linspace(0, len(ordered) - 1, sources + 2)[1:-1].round().astype(int))
    return [_case(dataset, ordered[pick], seed, ordered, per_set) for seed in range(seeds) for pick in picks]


def _case(dataset: str, source: LabelledSection, seed: int, sections: Sequence[LabelledSection], per_set: int) -> Case:
    base = LARGEST_SHIFT * (seed % 2)
    near = [s for s in sections if s.block == source.block and abs(s.line - source.line) >= 50]
    far = [s for s in sections if s.block != source.block]
    near, far = spread_evenly(near, per_set), spread_evenly(far, per_set)
    both = [section for pair in zip(near, far, strict=False) for section in pair]
    shifted = spread_evenly(both, per_set)
    moved = [
        Scored(section, SHIFTS[place % 3] if base == 0 else base - SHIFTS[place % 3])
        for place, section in enumerate(shifted)
    ]
    sets = {"near": [Scored(s, base) for s in near], "far": [Scored(s, base) for s in far], "shifted": moved}
    truth = np.ascontiguousarray(source.truth[base:])
    strokes = draw_strokes(truth, FRACTION, 100 * seed + source.line % 97)
    picture = np.ascontiguousarray(source.picture[base:])
    key = f"{picture_hash(source.picture)}:{base}"
    example = Example(picture, strokes, strokes, key, source.name, np.ones(truth.shape, bool))
    return Case(dataset, source, seed, class_count(dataset), example, base, sets)


def spread_evenly(sections: Sequence[LabelledSection], count: int) -> list[LabelledSection]:
    """Return at most ``count`` of the sections, spread evenly."""
    if len(sections) <= count:
        return list(sections)
    return [sections[place] for place in np.linspace(0, len(sections) - 1, count).round().astype(int)]


def picture_hash(picture: NDArray[np.float32]) -> str:
    """Return what tells a picture from others in caches."""
    return hashlib.sha256(picture.tobytes()).hexdigest()[:24]
