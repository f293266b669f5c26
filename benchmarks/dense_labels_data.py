"""Surveys, labelled sections and scored sets of the table of dense labels."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation

from benchmarks.few_shot_data import LabelledSection, picture_hash, sections_of, spread_evenly
from napari_geofm.core.examples import Example
from napari_geofm.samples import SeismicSample, SeismicSampleSpec, make_seismic

STYLE = "minibasins"
SEEDS = (61, 62)
"""Seeds of the surveys; nothing was developed on them, nor on their style."""

CLASSES = {"salt": ("rest", "salt"), "faults": ("rest", "fault")}
SOURCES = ((3, 7, 11), (18, 22, 26), (41, 45, 49))
"""The labelled sections: places of inlines among the 60 of a survey, every tenth line; two in its first half."""

GAP_LINES = 50
"""Lines that a scored section lies away from every labelled one."""

THICKENING = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)
"""Makes a fault of about 2 samples about 4 to 5 thick, as sticks are drawn."""


@dataclass(frozen=True, slots=True, eq=False)
class DenseCase:
    """Three sections labelled all over, and what is scored."""

    task: str
    survey: int
    seed: int
    labelled: tuple[LabelledSection, ...]
    sets: dict[str, list[LabelledSection]]

    @property
    def name(self) -> str:
        """Task, survey and labelled sections."""
        return f"{self.task}/{self.survey}/{'-'.join(section.name for section in self.labelled)}"

    @property
    def examples(self) -> tuple[Example, ...]:
        """The labelled sections as they are learned from."""
        return tuple(
            Example(
                one.picture, one.truth, one.truth, picture_hash(one.picture), one.name, np.ones(one.truth.shape, bool)
            )
            for one in self.labelled
        )


def dense_cases(task: str, count: int, per_set: int) -> Iterator[DenseCase]:
    """Yield at most ``count`` cases: sources times seeds, a seed being a survey and the training's own.

    Parameters
    ----------
    task
        ``salt`` or ``faults``.
    count
        The sources of the first survey come first.
    per_set
        How many sections are scored in each set.
    """
    for seed, survey in enumerate(SEEDS):
        wanted = SOURCES[: max(0, count - seed * len(SOURCES))]
        sections = _sections(task, survey) if wanted else []
        for places in wanted:
            yield _case(task, survey, seed, [sections[place] for place in places], sections, per_set)


def _case(
    task: str,
    survey: int,
    seed: int,
    labelled: Sequence[LabelledSection],
    sections: Sequence[LabelledSection],
    per_set: int,
) -> DenseCase:
    own = labelled[0].block
    away = [one for one in sections if min(abs(one.line - other.line) for other in labelled) >= GAP_LINES]
    near = [one for one in away if one.block == own]
    far = [one for one in away if one.block != own]
    sets = {"near": spread_evenly(near, per_set), "far": spread_evenly(far, per_set)}
    return DenseCase(task, survey, seed, tuple(labelled), sets)


def _sections(task: str, survey: int) -> list[LabelledSection]:
    spec = SeismicSampleSpec(seed=survey, style=STYLE, inlines=60, crosslines=448, samples=462)
    sample = make_seismic(spec)
    return sections_of(sample, sample.salt if task == "salt" else thick_faults(sample))


def thick_faults(sample: SeismicSample) -> NDArray[np.uint8]:
    """Return faults as they are drawn on inlines, uint8 of the survey's shape: 1 on a fault, not in salt."""
    thick = binary_dilation(sample.faults.astype(bool), THICKENING[None])
    return np.asarray(thick & (sample.salt == 0), np.uint8)
