"""Where what can be made anew is kept between openings: ``GEOFM_CACHE``, else the user's cache folder."""

import os
from pathlib import Path

__all__ = ["cache_folder"]


def cache_folder(name: str) -> Path:
    """Return the folder of one kind of notes, which may not be there yet."""
    # As nets.weights_cache has it, which io may not know.
    chosen = os.environ.get("GEOFM_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute() / name
    import platformdirs

    return Path(platformdirs.user_cache_dir("napari-geofm", appauthor=False)) / name
