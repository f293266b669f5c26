"""Errors on purpose become a napari notification of one sentence."""

from collections.abc import Iterator
from contextlib import contextmanager

from napari_geofm.errors import GeoFMError

__all__ = ["tell", "telling"]


def tell(text: str) -> None:
    """Show ``text`` as napari's error notification, without a traceback to open."""
    from napari.utils.notifications import show_error

    # What the command line can be told is no help in a window.
    show_error(text.replace("; --debug shows where", ""))


@contextmanager
def telling() -> Iterator[None]:
    """Tell what is refused inside the block instead of raising it."""
    try:
        yield
    except GeoFMError as error:
        tell(str(error))
