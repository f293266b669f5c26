"""How much longer work takes, from what it has done since it began to count."""

import time
from typing import TYPE_CHECKING

from napari_geofm.gui.parts.words import time_words

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress

__all__ = ["TimeLeft"]

LONG_S = 9.5


class TimeLeft:
    """Follows one piece of work; what it counts may change on its way (slices read, then slices written)."""

    def __init__(self) -> None:
        self._began: tuple[float, float, float] | None = None

    def words(self, progress: "Progress") -> str:
        """Return the time that is left, as in ``", 12 s left"``; empty where it cannot be told yet."""
        if progress.fraction is None:
            self._began = None
            return ""
        now = time.monotonic()
        if self._began is None or self._began[2] != progress.total or progress.done < self._began[1]:
            # What an earlier run has left done took no time of this one.
            self._began = now, progress.done, progress.total
        did = progress.done - self._began[1]
        if did <= 0 or progress.done >= progress.total:
            return ""
        seconds = (now - self._began[0]) / did * (progress.total - progress.done)
        # Tenths of a second would only flicker.
        return f", {time_words(seconds) if seconds > LONG_S else f'{max(1, round(seconds))} s'} left"
