"""Sections as pictures: read, stretch, and name them for the cache."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey

__all__ = ["Picture", "picture_of"]


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
    places = [[place.start, place.stop] if isinstance(place, slice) else place for place in section.places]
    key = f"{survey.fingerprint}:{places}:{stretch.low!r}:{stretch.high!r}"
    return Picture(stretch.apply(section.values), section, key)
