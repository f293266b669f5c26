"""The survey's colour basis: fitted once on a spread of sections, kept, and used for every line."""

from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from napari_geofm.core.colour import PcaBasis, fit_pca
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.io.atomic import replacing
from napari_geofm.jobs.cache import cache_key
from napari_geofm.jobs.picture import picture_of
from napari_geofm.jobs.workbench import Workbench

if TYPE_CHECKING:
    from napari_geofm.core.section import Section
    from napari_geofm.nets.extract import Extractor

__all__ = ["survey_basis"]

SPREAD = 5
"""Sections that the basis is fitted on."""

LARGEST_PX = 1024
"""Side of the part of an image or long line that stands for it in the fit."""


def survey_basis(
    bench: Workbench, survey: Survey, extractor: "Extractor", identity: str, recipe: Recipe, control: Control
) -> Job[PcaBasis]:
    """Return the basis of the deepest tap for a survey and an encoder, from disk or fitted now.

    Parameters
    ----------
    bench
        Features and caches.
    survey
        The survey.
    extractor, identity
        The encoder and what tells it from others.
    recipe
        Input rules.
    control
        Looked at between sections.
    """
    along = survey.along(None)
    precision = "bf16" if extractor.bf16 else "fp32"
    deepest = max(extractor.encoder.taps)
    key = cache_key(
        survey=survey.fingerprint, encoder=identity, tap=deepest, input=repr(recipe.input), along=along, basis=1
    )
    held: dict[str, PcaBasis] = bench.shelf("bases")
    path = bench.folder / "bases" / f"{key}.npz"
    if key not in held:
        known = _read(path)
        if known is None:
            stretch = bench.stretch(survey, recipe.input.percent)
            maps = []
            sections = list(_spread(survey, along))
            for done, section in enumerate(sections):
                control.check()
                yield Progress(done, len(sections), f"fitting colours on {section.at}, once per survey ({precision})")
                picture = picture_of(survey, section, stretch)
                taps = bench.features(extractor, identity, picture.values, picture.key)
                maps.append(taps[-extractor.encoder.dim :].astype(np.float32))
            known = fit_pca(maps)
            _write(path, known)
        held[key] = known
    return held[key]


def _spread(survey: Survey, along: str) -> "list[Section]":
    """Return sections spread over a volume, or the middle of a line or image."""
    if along:
        axis = survey.axis(along)
        places = np.unique(np.linspace(0, axis.size - 1, SPREAD + 2)[1:-1].round().astype(int))
        return [survey.section(At(along, axis.values[place].item())) for place in places]
    height, width = survey.shape
    if max(height, width) <= LARGEST_PX or survey.kind != "image":
        return [survey.section(survey.whole())]
    tops = sorted({0, max(0, height - LARGEST_PX)})
    lefts = sorted({0, max(0, width - LARGEST_PX)})
    size = (min(height, LARGEST_PX), min(width, LARGEST_PX))
    return [survey.section(At("window", None, None, (top, left, *size))) for top in tops for left in lefts]


def _read(path: Path) -> PcaBasis | None:
    if not path.is_file():
        return None
    try:
        # Opened here, since numpy does not close a file that turns out to be damaged.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as held:
            return PcaBasis(held["mean"], held["components"], held["low"], held["high"])
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None


def _write(path: Path, basis: PcaBasis) -> None:
    try:
        with replacing(path, overwrite=True) as beside, beside.open("wb") as stream:
            np.savez(stream, mean=basis.mean, components=basis.components, low=basis.low, high=basis.high)
    except OSError:
        # A full or read-only cache costs the next start a second fit, nothing more.
        return
