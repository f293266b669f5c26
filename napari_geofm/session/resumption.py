"""What an interpreter finds again in a session that was there before."""

from dataclasses import dataclass
from pathlib import Path

from napari_geofm.io.label_folder import LABELS
from napari_geofm.session.document import NAME

__all__ = ["Resumption", "last_saved"]


@dataclass(frozen=True, slots=True)
class Resumption:
    """What was restored.

    Attributes
    ----------
    sections
        Labelled sections.
    saved
        When something was last written, seconds since 1970.
    crashed
        Whether the viewer ended without closing the session.
    """

    sections: int
    saved: float
    crashed: bool


def last_saved(folder: Path) -> float | None:
    """Return when anything of a session was last written, seconds since 1970; None where nothing is there."""
    times = []
    for file in (folder / NAME, folder / "history.jsonl", folder / "labels" / LABELS):
        try:
            times.append(file.stat().st_mtime)
        except OSError:
            continue
    return max(times, default=None)
