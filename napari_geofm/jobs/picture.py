"""Sections as pictures: read, stretch, and name them for the cache."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey

__all__ = ["Picture", "fed_values", "picture_key", "picture_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What the encoder is fed for a section, before zoom and padding.

    Attributes
    ----------
    values
        float32, shape ``(rows, columns)``, or ``(rows, columns, 3)`` of a relief, 0..1, dead traces gray.
    section
        The section it shows.
    key
        Names it in caches.
    """

    values: NDArray[np.float32]
    section: Section
    key: str


def picture_of(survey: Survey, section: Section, stretch: Stretch, channels: str = "grey") -> Picture:
    """Return ``section`` of ``survey`` as a picture; ``channels`` as of the recipe's input."""
    values = fed_values(survey, section.places, section.values, stretch, channels)
    return Picture(values, section, picture_key(survey, section.places, stretch, channels))


def fed_values(
    survey: Survey,
    places: tuple[int | slice, ...],
    values: NDArray[np.float32],
    stretch: Stretch,
    channels: str = "grey",
) -> NDArray[np.float32]:
    """Return what the encoder is fed for a part of a survey.

    Parameters
    ----------
    survey
        The whole: a relief is drawn from what lies around as well.
    places
        The part.
    values
        Its amplitudes in display order, float32, NaN where dead.
    stretch
        Amplitudes that become 0 and 1.
    channels
        As of the recipe's input.

    Raises
    ------
    UsageError
        When a relief is asked for, and the survey is no map of elevation.
    """
    if channels == "grey":
        return stretch.apply(values)
    from napari_geofm.io.raster.relief import relief_of

    rows, columns = (each for each in places if isinstance(each, slice))
    relief, fit = relief_of(survey)
    return relief.picture((rows, columns), fit)


def picture_key(survey: Survey, places: tuple[int | slice, ...], stretch: Stretch, channels: str = "grey") -> str:
    """Return what names a part of ``survey`` as a picture in caches."""
    sides = [[place.start, place.stop] if isinstance(place, slice) else place for place in places]
    # Of a recording that grows, what is in this part: the rest may be other than it was.
    what = f"{survey.fingerprint}:{sides}" if survey.content is None else survey.content(places)
    plain = f"{what}:{stretch.low!r}:{stretch.high!r}"
    # Where a map lies decides how steep it is.
    return plain if channels == "grey" else f"{plain}:{channels}:{getattr(survey.template, 'transform', None)}"
