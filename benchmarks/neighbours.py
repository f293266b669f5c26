"""Labels carried to neighbouring sections, beside plain copying: mIoU at 5, 10 and 20 lines away.

The full truth of a section is carried on: line by line and in steps of five lines on the synthetic surveys (seeds that
nothing was developed on), in steps of five lines on Penobscot, at once over the gap between two labelled crosslines of
F3. *sure*: part of the samples that are labelled, the others are left to the interpreter; *right*: part of those that
is right; *strokes*: part of the carried samples of strokes over 1.5 % of the section that is right. mIoU is over all
samples, sure or not, and over the classes that hold at least 0.5 % of them, beside plain copying, matching by amplitude
alone, and by the network's features alone.

Run as ``python -m benchmarks.neighbours``; ``--only shelf foldbelt penobscot f3`` for some of it,
``shelf-5`` and ``foldbelt-5`` for the steps of five lines.
"""

import argparse
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from benchmarks.few_shot_data import F3_COLOURS, f3_sections
from napari_geofm.core.amplitude import fit_stretch
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.recipe import MIDDLE_TAPS
from napari_geofm.core.scores import score
from napari_geofm.jobs.carry_specs import SURE
from napari_geofm.jobs.sight import sight_of
from napari_geofm.jobs.specs import Where
from napari_geofm.jobs.workbench import Workbench
from napari_geofm.nets.carrying import Carrying, Look
from napari_geofm.nets.section_matching import FEATURES, match_sections, unit_tokens
from napari_geofm.samples import SeismicSampleSpec, draw_strokes, make_seismic

DISTANCES = (5, 10, 20)
ALL = ["shelf", "foldbelt", "shelf-5", "foldbelt-5", "penobscot", "f3"]
SMALLEST_SHARE = 0.005
REPORTED = (41, 42, 43)
"""Seeds of the synthetic surveys; 31 to 34 were developed on."""

ONLY = {"amplitude": (1.0, 0.0), "features": (0.0, FEATURES)}
"""Weights of amplitudes and features where one of the two is left out."""


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A section with its truth, as the network sees it."""

    look: Look
    truth: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found a certain way from a labelled section."""

    copied: float
    amplitude: float
    features: float
    carried: float
    sure: float
    right: float
    strokes: float
    seconds: float


Way = tuple[list[Line], dict[int, int]]
"""Sections in the order in which they are come to, the labelled one first, and at which of them each distance lies."""


class Eyes:
    """Encodes sections."""

    def __init__(self) -> None:
        self._sight = sight_of(Workbench(), Where(), None, MIDDLE_TAPS[-1])

    def line(self, picture: NDArray[np.float32], truth: NDArray[np.uint8]) -> Line:
        """Return a section as it is compared; its features are rounded as the cache rounds them."""
        extractor = self._sight.extractor
        taps = extractor(picture).stacked().astype(np.float16)
        levels = taps.reshape(len(extractor.encoder.taps), -1, *taps.shape[1:])
        tokens = unit_tokens(levels[extractor.encoder.taps.index(self._sight.tap)])
        return Line(Look(picture, tokens, self._sight.token_px), truth)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="*", default=ALL, metavar="DATA")
    eyes = Eyes()
    print(
        f"{'':<12}{'lines':>6}{'copy':>8}{'ampl.':>8}{'feat.':>8}{'carried':>9}"
        f"{'sure':>7}{'right':>7}{'strokes':>9}{'s':>6}{'cases':>7}"
    )
    for name in parser.parse_args().only:
        found: dict[int, list[Found]] = {distance: [] for distance in DISTANCES}
        for way, places in _ways(name, eyes):
            for distance, one in _carried(way, places):
                found[distance].append(one)
        for distance, cases in found.items():
            if cases:
                _print(name, distance, cases)


def _print(name: str, distance: int, cases: list[Found]) -> None:
    mean = Found(*(float(np.mean([getattr(one, each) for one in cases])) for each in Found.__slots__))
    print(
        f"{name:<12}{distance:>6}{mean.copied:>8.3f}{mean.amplitude:>8.3f}{mean.features:>8.3f}{mean.carried:>9.3f}"
        f"{mean.sure:>7.3f}{mean.right:>7.3f}{mean.strokes:>9.3f}{mean.seconds:>6.1f}{len(cases):>7}",
        flush=True,
    )


def _carried(way: list[Line], places: dict[int, int]) -> Iterator[tuple[int, Found]]:
    """Yield a distance and what was found there."""
    source = way[0]
    carrying = Carrying.begin(source.truth, source.look)
    others = dict.fromkeys(ONLY, carrying)
    strokes = draw_strokes(source.truth, 0.015, 0)
    distances, seconds = {place: distance for distance, place in places.items()}, 0.0
    for place, line in enumerate(way[1:], 1):
        for name, (amplitude, features) in ONLY.items():
            here, new = others[name].here, line.look
            pair = (new.picture, here.picture, new.tokens, here.tokens, new.token_px)
            shift = match_sections(*pair, amplitude=amplitude, features=features)
            others[name] = others[name].moved(new, shift)
        began = time.monotonic()
        carrying = carrying.onto(line.look)
        labels = carrying.carried()
        sure = carrying.confidence(carrying.evidence(labels)) >= SURE
        seconds += time.monotonic() - began
        if place not in distances:
            continue
        thin = Carrying(strokes, carrying.source, carrying.here, carrying.down, carrying.disagreement).carried()
        drawn = thin != UNLABELLED
        scores = [_miou(line.truth, each) for each in (source.truth, *(o.carried() for o in others.values()), labels)]
        right = labels == line.truth
        yield (
            distances[place],
            Found(
                scores[0], scores[1], scores[2], scores[3],
                float(sure.mean()), float(right[sure].mean()),
                float((thin == line.truth)[drawn].mean()), seconds / place,
            ),
        )  # fmt: skip


def _miou(truth: NDArray[np.uint8], found: NDArray[np.uint8]) -> float:
    classes = int(max(truth[truth != UNLABELLED].max(), found[found != UNLABELLED].max())) + 1
    scores = score([(truth, found)], classes)
    share = scores.matrix.sum(1) / max(1, scores.pixels)
    return float(scores.iou[share >= SMALLEST_SHARE].mean())


def _ways(name: str, eyes: Eyes) -> Iterator[Way]:
    if name == "f3":
        yield from _f3(eyes)
    elif name == "penobscot":
        yield from _penobscot(eyes)
    else:
        style, _, step = name.partition("-")
        for seed in REPORTED:
            yield from _synthetic(style, seed, eyes, int(step or 1))


def _synthetic(style: str, seed: int, eyes: Eyes, step: int) -> Iterator[Way]:
    """Yield lines of 21 that are 12.5 m apart, upwards from the first, for even seeds downwards from the last."""
    sample = make_seismic(SeismicSampleSpec(seed, 20 // step + 1, 320, 400, inline_step=step, style=style))
    stretch = fit_stretch(sample.amplitude, 99.0, symmetric=True)
    lines = [
        eyes.line(np.ascontiguousarray(stretch.apply(values.T)), np.ascontiguousarray(facies.T))
        for values, facies in zip(sample.amplitude, sample.facies, strict=True)
    ]
    yield lines[:: 1 if seed % 2 else -1], {distance: distance // step for distance in DISTANCES}


def _penobscot(eyes: Eyes) -> Iterator[Way]:
    """Yield inlines in steps of five, from 1075 and 1090 up and from 1110 and 1095 down."""
    from PIL import Image

    from napari_geofm.io.labels import read_labels

    folder = _data() / "penobscot"
    table = ClassTable.named([f"interval {n}" for n in range(8)], list(F3_COLOURS[:8]))
    held: dict[int, Line] = {}
    for file in sorted((folder / "sections").glob("*.png")):
        picture = np.asarray(Image.open(file).convert("L"), np.float32)
        truth = np.asarray(read_labels(folder / "labels" / file.name, None, table).values[:])
        # Blended pixels between two colours are the nearer one's.
        nearest = distance_transform_edt(truth == UNLABELLED, return_distances=False, return_indices=True)
        picture = fit_stretch(picture, 99.0, symmetric=False).apply(picture)
        held[int(file.stem)] = eyes.line(picture, truth[tuple(nearest)])
    for first, step in ((1075, 5), (1090, 5), (1110, -5), (1095, -5)):
        numbers = [first + step * n for n in range(5)]
        if set(numbers) <= set(held):
            yield [held[number] for number in numbers], {5: 1, 10: 2, 20: 4}


def _f3(eyes: Eyes) -> Iterator[Way]:
    """Yield pairs of crosslines about so far apart, both ways: there are none between them."""
    sections = sorted(f3_sections(), key=lambda section: section.line)
    lines = {}
    for one in sections:
        for other in sections:
            apart = abs(other.line - one.line)
            distance = next((d for d in DISTANCES if apart > 0 and abs(apart - d) <= 0.2 * d), None)
            if distance is None:
                continue
            for each in (one, other):
                if each.name not in lines:
                    lines[each.name] = eyes.line(each.picture, each.truth)
            yield [lines[one.name], lines[other.name]], {distance: 1}


def _data() -> Path:
    return Path(os.environ.get("GEOFM_TEST_DATA", Path(__file__).parents[2] / "shared" / "data")) / "seismic"


if __name__ == "__main__":
    main()
