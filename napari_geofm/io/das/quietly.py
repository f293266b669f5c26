"""Vendors' readers warn, log and raise as they like: here it becomes one line of ours, or silence."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from napari_geofm.errors import FormatError, GeoFMError, SourceError

__all__ = ["quietly"]


@contextmanager
def quietly(path: Path) -> Iterator[None]:
    """Keep dascore's warnings and log lines to itself, and turn whatever it raises into one line.

    Raises
    ------
    SourceError
        When the system does not let the file be read.
    FormatError
        When anything else went wrong.
    """
    log = logging.getLogger("dascore")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except GeoFMError:
        raise
    except PermissionError as error:
        msg = f"{path.name} cannot be read ({error.strerror or error}); check its permissions"
        raise SourceError(msg) from error
    except Exception as error:
        # Each vendor's reader raises its own kinds (h5py's, struct's, numpy's): all mean that the file cannot be read.
        reason = " ".join(str(error).split())[:120] or type(error).__name__
        msg = f"{path.name} cannot be read as a DAS recording ({reason}); it may be damaged or cut short"
        raise FormatError(msg) from error
    finally:
        log.setLevel(level)
