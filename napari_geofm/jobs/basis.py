"""The survey's colour basis: fitted once on a spread of sections, kept, and used for every line.

Until it is there, a provisional one of the section that was first on the screen. An adapted model's basis is turned
until its colours are as near as can be to those of the encoder before: what changes colour has changed.
"""

from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

import numpy as np

from napari_geofm.core.colour import PcaBasis, align_pca, fit_pca
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.io.atomic import replacing
from napari_geofm.jobs.cache import cache_key
from napari_geofm.jobs.picture import Picture, picture_of
from napari_geofm.jobs.sight import Sight
from napari_geofm.jobs.workbench import Workbench

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_geofm.core.section import Section

__all__ = ["known_basis", "provisional_basis", "survey_basis"]

SPREAD = 5
"""Sections that the basis is fitted on."""

LARGEST_PX = 1024
"""Side of the part of an image or long line that stands for it in the fit."""


def known_basis(bench: Workbench, survey: Survey, sight: Sight) -> PcaBasis | None:
    """Return the survey's basis where it has been fitted, by this process or another; else None."""
    held: dict[str, PcaBasis] = bench.shelf("bases")
    key = _key(survey, sight)
    if key not in held:
        found = _read(_path(bench, key))
        if found is None:
            return None
        held[key] = found
    return held[key]


def provisional_basis(bench: Workbench, survey: Survey, sight: Sight, picture: Picture, control: Control) -> PcaBasis:
    """Return the basis of the section that was first asked for, this one perhaps, to be replaced by the survey's."""
    held: dict[str, PcaBasis] = bench.shelf("provisional bases")
    key = _key(survey, sight)
    if key not in held:
        tokens = sight.tokens(bench, picture, control)
        found = fit_pca([tokens])
        if sight.plain is not None:
            before = sight.plain.tokens(bench, picture, control)
            like = known_basis(bench, survey, sight.plain)
            like = like or provisional_basis(bench, survey, sight.plain, picture, control)
            found = align_pca(found, [tokens], like, [before])
        held[key] = found
    return held[key]


def survey_basis(bench: Workbench, survey: Survey, sight: Sight, control: Control) -> Job[PcaBasis]:
    """Return the basis of a survey and a network, known or fitted now.

    Parameters
    ----------
    bench
        Features and caches.
    survey
        The survey.
    sight
        The network and the depth.
    control
        Looked at between sections, and within them.
    """
    known = known_basis(bench, survey, sight)
    if known is not None:
        return known
    maps = yield from _maps(bench, survey, sight, control)
    found = fit_pca(maps)
    if sight.plain is not None:
        like = yield from survey_basis(bench, survey, sight.plain, control)
        like_maps = yield from _maps(bench, survey, sight.plain, control)
        found = align_pca(found, maps, like, like_maps)
    key = _key(survey, sight)
    _write(_path(bench, key), found)
    bench.shelf("bases")[key] = found
    bench.shelf("provisional bases").pop(key, None)
    return found


def _maps(bench: Workbench, survey: Survey, sight: Sight, control: Control) -> "Job[list[NDArray[np.float32]]]":
    """Return the tokens of a spread of sections."""
    stretch = bench.stretch(survey, sight.recipe.input.percent)
    precision = "bf16" if sight.extractor.bf16 else "fp32"
    sections = list(_spread(survey, survey.along(None)))
    maps = []
    for done, section in enumerate(sections):
        control.check()
        yield Progress(done, len(sections), f"fitting colours on {section.at}, once per survey ({precision})")
        maps.append(sight.tokens(bench, picture_of(survey, section, stretch, sight.recipe.input.channels), control))
    return maps


def _key(survey: Survey, sight: Sight) -> str:
    # An aligned basis is another one than that of an earlier version, which was not.
    return cache_key(
        survey=survey.fitted_as or survey.fingerprint,
        encoder=sight.identity,
        tap=sight.tap,
        input=repr(sight.recipe.input),
        along="pages" if survey.paged else survey.along(None),
        basis=1 if sight.plain is None else 2,
    )


def _path(bench: Workbench, key: str) -> Path:
    return bench.folder / "bases" / f"{key}.npz"


def _spread(survey: Survey, along: str) -> "list[Section]":
    """Return sections spread over a volume, pages over a recording or image, or the whole of a small one."""
    if along:
        axis = survey.axis(along)
        places = np.unique(np.linspace(0, axis.size - 1, SPREAD + 2)[1:-1].round().astype(int))
        return [survey.section(At(along, axis.values[place].item())) for place in places]
    if survey.paged:
        return _pages(survey)
    height, width = survey.shape
    if max(height, width) <= LARGEST_PX or survey.kind != "image":
        return [survey.section(survey.whole())]
    tops = sorted({0, max(0, height - LARGEST_PX)})
    lefts = sorted({0, max(0, width - LARGEST_PX)})
    size = (min(height, LARGEST_PX), min(width, LARGEST_PX))
    return [survey.section(At("window", None, None, (top, left, *size))) for top in tops for left in lefts]


def _pages(survey: Survey) -> "list[Section]":
    """Return pages spread over a recording, or the middles of pages of an image; those that hold samples."""
    paging = survey.paging()
    # Within a gap or a map's margin nothing is seen: others are looked at then.
    found: list[Section] = []
    for share in (SPREAD, 3 * SPREAD):
        for number in np.unique(np.linspace(0, paging.count - 1, share + 2)[1:-1].round().astype(int)).tolist():
            box = paging.box(number)
            if survey.kind == "image":
                box = (_middle(box[0]), _middle(box[1]))
            section = survey.section(survey.page(box))
            if section.valid.any() and not any(section.places == each.places for each in found):
                found.append(section)
            if len(found) == SPREAD:
                return found
    return found or [survey.section(survey.page(paging.box(0)))]


def _middle(part: slice) -> slice:
    """Return the middle of a side of a page."""
    start = part.start + max(0, (part.stop - part.start - LARGEST_PX) // 2)
    return slice(start, min(part.stop, start + LARGEST_PX))


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
