"""Where a fast copy comes from: kept with it, so that a copy of an older file is noticed, and results find home."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.fingerprint import fingerprint

__all__ = ["Origin"]


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that a copy was made of.

    Attributes
    ----------
    path
        Its absolute path then.
    relative
        The same as seen from the copy's folder: both may move together.
    stamp
        Hash of its size, time of change, beginning and end.
    fingerprint
        The survey's, by which sessions and models know it.
    sample_format
        How its samples are stored, in words.
    iline_byte, xline_byte
        Where its line numbers were read, 0 where it is no SEG-Y.
    domain
        ``"twt"`` or ``"depth"``.
    """

    path: Path
    relative: str
    stamp: str
    fingerprint: str
    sample_format: str
    iline_byte: int = 0
    xline_byte: int = 0
    domain: str = "twt"

    @classmethod
    def of(cls, survey: Survey, copy: Path) -> "Origin":
        """Return the origin of the copy that will be made of a survey."""
        path = survey.path.absolute()
        return cls(
            path,
            _relative(path, copy.absolute().parent),
            fingerprint(path),
            survey.fingerprint,
            survey.sample_format,
            int(getattr(survey.template, "iline_byte", 0)),
            int(getattr(survey.template, "xline_byte", 0)),
            survey.dims[2],
        )

    def plain(self) -> dict[str, Any]:
        """Return what a JSON document holds."""
        return {
            "path": str(self.path),
            "relative": self.relative,
            "stamp": self.stamp,
            "fingerprint": self.fingerprint,
            "sample_format": self.sample_format,
            "iline_byte": self.iline_byte,
            "xline_byte": self.xline_byte,
            "domain": self.domain,
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Origin":
        """Read what :meth:`plain` returns; raises what a wrong document makes Python raise."""
        return cls(
            Path(str(plain["path"])),
            str(plain["relative"]),
            str(plain["stamp"]),
            str(plain["fingerprint"]),
            str(plain["sample_format"]),
            int(plain["iline_byte"]),
            int(plain["xline_byte"]),
            str(plain["domain"]),
        )

    def found(self, copy: Path) -> Path | None:
        """Return where the file is now: at its path, or where it lay as seen from the copy; None where it is gone."""
        near = copy.absolute().parent / self.relative if self.relative else self.path
        return next((each for each in (self.path, near) if each.exists()), None)

    def is_fresh(self, path: Path) -> bool:
        """Return whether the file at ``path`` is still as it was when it was copied."""
        try:
            return fingerprint(path) == self.stamp
        except GeoFMError:
            return False


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return ""  # Another drive, on Windows.
