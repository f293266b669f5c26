"""The stretch of a recording that grows: fitted once, and kept while files come to its folder.

A stretch that changed with each new file would change every picture that was encoded, and predict what was predicted
already a little otherwise.
"""

import hashlib
import json
from contextlib import suppress
from pathlib import Path

from napari_geofm.core.amplitude import Stretch, survey_stretch
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.cache_folder import cache_folder

__all__ = ["stretch_of"]


def stretch_of(survey: Survey, percent: float) -> Stretch:
    """Return the survey's stretch: as it was fitted to what a recording held before it grew, else fitted now.

    Parameters
    ----------
    survey
        The survey, processed or not.
    percent
        As of :func:`~napari_geofm.core.amplitude.fit_stretch`.
    """
    if not survey.fitted_as:
        return survey_stretch(survey, percent)
    name = hashlib.sha256(f"{survey.fitted_as}|{percent!r}".encode()).hexdigest()[:32]
    file = cache_folder("stretches") / f"{name}.json"
    known = _read(file)
    if known is not None:
        return known
    found = survey_stretch(survey, percent)
    # A full or read-only cache: the next opening fits it anew.
    with suppress(OSError, GeoFMError), replacing(file, overwrite=True) as beside:
        beside.write_text(json.dumps([found.low, found.high]), encoding="utf-8")
    return found


def _read(file: Path) -> Stretch | None:
    try:
        low, high = json.loads(file.read_text(encoding="utf-8"))
        found = Stretch(float(low), float(high))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return found if found.low < found.high else None
