"""Sections as pictures: read, stretch, and name them for the cache."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey

__all__ = ["Picture", "picture_key", "picture_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """What the encoder is fed for a section, before zoom and padding.

    Attributes
    ----------
    values
        float32, shape ``(rows, columns)``, 0..1, dead traces gray.
    section
        The section it shows.
    key
        Names it in caches.
    """

    values: NDArray[np.float32]
    section: Section
    key: str


def picture_of(survey: Survey, section: Section, stretch: Stretch) -> Picture:
    """Return ``section`` of ``survey`` as a picture."""
    return Picture(stretch.apply(section.values), section, picture_key(survey, section.places, stretch))


def picture_key(survey: Survey, places: tuple[int | slice, ...], stretch: Stretch) -> str:
    """Return what names a part of ``survey`` as a picture in caches."""
    sides = [[place.start, place.stop] if isinstance(place, slice) else place for place in places]
    return f"{survey.fingerprint}:{sides}:{stretch.low!r}:{stretch.high!r}"
