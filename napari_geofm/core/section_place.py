"""Where a labelled section lies, so that it can be read again."""

import os
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from napari_geofm.core.region import At, Region

__all__ = ["SectionPlace", "names_local"]

WHOLE = "whole"
"""What ``str(At())`` says of a line or image."""

DEVICES = ("/dev", "/proc", "/sys")


def names_local(path: Path) -> bool:
    """Return whether a path names neither a share of another computer nor a device; nothing is asked for.

    Examples
    --------
    >>> names_local(Path("/data/a.sgy")), names_local(Path("//host/share/a.sgy")), names_local(Path("/dev/tty"))
    (True, False, False)
    """
    # What one system takes for a share or a device is refused on all: a model travels.
    text = os.path.normpath(path)
    if str(PureWindowsPath(text)).startswith(2 * "\\") or path.is_reserved():
        return False
    return not any(text == each or text.startswith(f"{each}/") for each in DEVICES)


@dataclass(frozen=True, slots=True)
class SectionPlace:
    """A section of a survey, and the labels that were read for it.

    Attributes
    ----------
    file, fingerprint
        The survey, and the hash of what it held.
    labels
        Where the labels were read from: a file, or a session's folder.
    at
        The section, as ``--at`` writes it; ``whole`` for a line or image.
    low, high
        Amplitudes that were fed as 0 and 1.
    region
        The part of the section that was looked at.
    options
        How a SEG-Y file was read, as a line of JSON; empty for others.
    """

    file: Path
    fingerprint: str
    labels: Path
    at: str
    low: float
    high: float
    region: Region = field(default_factory=Region)
    options: str = ""

    @property
    def where(self) -> At:
        """The section."""
        return At() if self.at == WHOLE else At.parse(self.at)
