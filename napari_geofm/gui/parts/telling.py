"""Errors on purpose become a napari notification of one sentence."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from napari_geofm.errors import GeoFMError

__all__ = ["in_window", "tell", "telling"]

LONG = 40
"""Signs that fit in the one line of napari's notification; the rest would be cut off."""

OURS = "geofm"

READ_MS = 12_000
"""A longer one stays for so long."""


def in_window(text: str) -> str:
    """Return a sentence without what only the command line can be told.

    Examples
    --------
    >>> in_window("a.sgy is pre-stack; read one offset (--offset 300) or the mean of each gather (--stack)")
    'a.sgy is pre-stack; read one offset or the mean of each gather'
    >>> in_window("a.sgy gives format 99; say what it is, as in --sample-format ieee")
    'a.sgy gives format 99'
    """
    plain = re.sub(r"\s*\((?:or )?--[a-z][^)]*\)", "", text)
    return re.sub(r"; [^;]*--[a-z][^;]*$", "", plain)


def tell(text: str) -> None:
    """Show ``text`` as napari's error notification, all of it, and without a traceback to open."""
    from napari.utils.notifications import show_error

    words = in_window(text)
    show_error(words)
    # How napari shows it is its own affair, and may change: then a click opens it as before.
    with suppress(Exception):
        _unfold(words)


def _unfold(words: str) -> None:
    """Open the notification that napari has just shown, as long as reading takes; ours before would shine through."""
    from napari._qt.dialogs.qt_notification import NapariQtNotification

    shown = NapariQtNotification._instances
    if not shown or shown[-1].message.text() != words:
        return
    box = shown[-1]
    box.setProperty(OURS, True)
    if len(words) > LONG:
        box.geom_anim.setCurrentTime(box.geom_anim.totalDuration())
        box.expand()
        box.timer.setInterval(READ_MS)
    for other in shown[:-1]:
        # One whose window is gone may still be listed.
        with suppress(RuntimeError):
            if other.property(OURS):
                shown.remove(other)
                other.timer_stop()
                other.hide()
                other.deleteLater()


@contextmanager
def telling() -> Iterator[None]:
    """Tell what is refused inside the block instead of raising it."""
    try:
        yield
    except GeoFMError as error:
        tell(str(error))
