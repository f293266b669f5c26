"""What steps of a chain have fitted to a recording, kept while files come to its folder."""

import hashlib
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from napari_geofm.core.das.stages import Keep
from napari_geofm.core.das.step import Floats
from napari_geofm.errors import GeoFMError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.cache_folder import cache_folder

__all__ = ["kept_fits"]


def kept_fits(named: str) -> Keep:
    """Return what keeps the fits of a recording and a chain that ``named`` tells from all others."""

    def keep(step: str, fit: Callable[[], Floats | None]) -> Floats | None:
        name = hashlib.sha256(f"{named}|{step}".encode()).hexdigest()[:32]
        file = cache_folder("fits") / f"{name}.npy"
        try:
            found = np.load(file, allow_pickle=False)
        except (OSError, ValueError, EOFError, SyntaxError):
            found = None
        if found is not None and found.dtype == np.float64 and found.ndim == 2:
            return np.asarray(found, np.float64)
        made = fit()
        if made is not None:
            # A full or read-only cache: the next opening fits it anew.
            with suppress(OSError, GeoFMError), replacing(file, overwrite=True) as beside, beside.open("wb") as stream:
                np.save(stream, made)
        return made

    return keep
