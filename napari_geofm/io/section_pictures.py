"""Results as pictures of one section, with the amplitudes below them."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import survey_stretch
from napari_geofm.core.labels import ArrayLike, LabelSet
from napari_geofm.core.region import At
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey
from napari_geofm.errors import OutputError
from napari_geofm.io.pictures import blended, tinted, write_gray, write_rgb
from napari_geofm.io.results import ResultSpec

__all__ = ["draw_classes", "draw_planes"]

_PERCENT = 99.0
_SURE = (255, 200, 0)
"""Colour of what is sure, where it is no class."""


def draw_classes(
    labels: LabelSet, survey: Survey, at: At | None, out: Path, *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Write one section as PNG, a pixel for each sample: classes in their colours over the amplitudes.

    Parameters
    ----------
    labels
        In the survey's shape.
    survey
        Gives the amplitudes.
    at
        The section; None for a line or image, which is one.
    out
        The file to be.
    overwrite
        Whether an existing file is replaced.

    Raises
    ------
    OutputError
        When no section is named of a volume, or the output exists or cannot be written.
    """
    section = _section(survey, at, out)
    values = labels.section(section.places, section.layout)
    write_rgb(_bytes(blended(_gray(survey, section), values, labels.classes)), out, overwrite=overwrite)
    return (out,)


def draw_planes(
    values: ArrayLike, spec: ResultSpec, at: At | None, files: tuple[Path, ...], *, overwrite: bool = False
) -> tuple[Path, ...]:
    """Write fractions of one section as PNG: the amplitudes tinted in the class's colour; components as they are, gray.

    Parameters
    ----------
    values
        Of ``spec.stored_shape``.
    spec
        What they are.
    at
        The section.
    files
        A file for each class or component; one where there is none.
    overwrite
        Whether existing files are replaced.

    Raises
    ------
    OutputError
        As :func:`draw_classes`.
    """
    survey = spec.survey
    section = _section(survey, at, files[0])
    gray = _gray(survey, section)
    colours = spec.classes.rgb if spec.planes else (_SURE,)
    for place, file in enumerate(files):
        where = (place, *section.places) if spec.planes else section.places
        shown = section.layout.to_display(np.asarray(values[where], np.float32))
        if spec.quantity == "features":
            write_gray(_stretched(shown), file, overwrite=overwrite)
        else:
            write_rgb(_bytes(tinted(gray, shown, colours[place])), file, overwrite=overwrite)
    return files


def _section(survey: Survey, at: At | None, out: Path) -> Section:
    if at is None and survey.cuts:
        first = survey.axes[0]
        msg = f"{out.name}: a PNG holds one section; name one, as in --at {first.name}={first.first}"
        raise OutputError(msg)
    return survey.section(at or survey.whole())


def _gray(survey: Survey, section: Section) -> NDArray[np.float32]:
    return survey_stretch(survey, _PERCENT).apply(section.values)


def _stretched(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return numbers as gray, the lowest and highest percent black and white; nothing is mid-gray."""
    known = values[np.isfinite(values)]
    low, high = np.percentile(known, [1.0, 99.0]) if known.size else (0.0, 1.0)
    return np.nan_to_num((values - low) / max(high - low, 1e-12), nan=0.5).astype(np.float32)


def _bytes(picture: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.round(np.clip(picture, 0, 1) * 255).astype(np.uint8)
