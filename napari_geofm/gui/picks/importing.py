"""Reading what is imported, in a thread: interpretations, or labels of the whole survey."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.core.progress import Control, Job, Progress

if TYPE_CHECKING:
    from napari_geofm.core.labels import LabelSet
    from napari_geofm.io.interpretations import Imported
    from napari_geofm.session import Session

__all__ = ["LABEL_ENDINGS", "Found", "Wishes", "read_all", "said_of"]

LABEL_ENDINGS = (".npy", ".npz", ".zarr", ".sgy", ".segy", ".tif", ".tiff", ".png", ".pgm")
"""Files that hold labels, of the whole survey or of the section that a picture is of; everything else holds picks."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user says of files: unit of times or depths, and what they hold; empty for what the files say."""

    z_unit: str = ""
    kind: str = ""


@dataclass(slots=True)
class Found:
    """What files held.

    Attributes
    ----------
    picks
        File and its interpretations.
    labels
        File and its labels.
    refused
        The first file that could not be taken, and why; files after it were not read.
    """

    picks: "list[tuple[Path, Imported]]" = field(default_factory=list)
    labels: "list[tuple[Path, LabelSet]]" = field(default_factory=list)
    refused: tuple[Path, str] | None = None


def read_all(session: "Session", files: Sequence[Path], wishes: Wishes, control: Control) -> Job[Found]:
    """Read files; nothing of the session is changed."""
    from napari_geofm.errors import GeoFMError
    from napari_geofm.io.interpretations import read_interpretations
    from napari_geofm.io.labels import read_labels

    found = Found()
    for place, file in enumerate(files):
        control.check()
        yield Progress(place, len(files), f"reading {file.name}")
        try:
            if file.suffix.lower() in LABEL_ENDINGS:
                found.labels.append((file, read_labels(file, session.survey)))
            else:
                read = read_interpretations(file, session.survey, z_unit=wishes.z_unit, kind=wishes.kind)
                found.picks.append((file, read))
        except GeoFMError as error:
            found.refused = (file, str(error))
            break
    return found


def said_of(file: Path, read: "Imported") -> str:
    """Return what was found in a file, for the user."""
    kinds = [each.kind for each in read.interpretations]
    counts = ", ".join(
        f"{kinds.count(kind)} {kind}{'s' if kinds.count(kind) > 1 else ''}" for kind in dict.fromkeys(kinds)
    )
    return f"{file.name}: {counts} ({'; '.join([read.format, *read.notes])})."
