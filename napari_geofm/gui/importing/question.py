"""Whether a file can be opened without a question, and which one is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.errors import FormatError, GeometryError, PreStackError, UnknownFormatError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.segy import SegyOptions, is_segy, likely_count, look_at, recall, remember

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.segy import SegyLook

__all__ = [
    "HeaderQuestion",
    "NumbersQuestion",
    "OffsetQuestion",
    "Question",
    "may_be_raw",
    "opened_as",
    "opened_or_asked",
]

Report = Callable[["Progress"], None]


@dataclass(frozen=True, slots=True, eq=False)
class HeaderQuestion:
    """A SEG-Y file whose headers leave it open how they are read, and why it could not be opened as it is."""

    look: "SegyLook"
    why: str = ""

    @property
    def path(self) -> Path:
        """The file."""
        return self.look.path


@dataclass(frozen=True, slots=True)
class NumbersQuestion:
    """A file of no known format, which may hold bare numbers, and why it could not be opened as it is."""

    path: Path
    why: str


@dataclass(frozen=True, slots=True)
class OffsetQuestion:
    """A volume with an axis of offsets, these, and why it could not be opened as it is."""

    path: Path
    offsets: tuple[float, ...]
    why: str


Question = HeaderQuestion | NumbersQuestion | OffsetQuestion


def opened_or_asked(path: Path, on_progress: Report) -> "Survey | Question":
    """Open a survey, or return what has to be asked before.

    That is how the headers are read of SEG-Y that makes no clear grid, shape and type of what may be bare numbers, and
    which of the offsets of a volume is read.
    What was answered for files like it is not asked again.

    Raises
    ------
    GeoFMError
        When it cannot be opened whatever is answered.
    """
    if not path.is_file() or not is_segy(path):
        try:
            return open_survey(path, on_progress=on_progress)
        except UnknownFormatError as error:
            if not may_be_raw(path):
                raise
            return NumbersQuestion(path, str(error))
        except PreStackError as error:
            return OffsetQuestion(path, error.offsets, str(error))
        except FormatError as error:
            # A count of samples that lies in all headers; the one that fits is offered.
            likely = likely_count(path) if path.is_file() else None
            if likely is None:
                raise
            return HeaderQuestion(look_at(path, SegyOptions(samples=likely)), str(error))
    known = recall(path)
    look = look_at(path, known or SegyOptions())
    if not look.clear and known is None:
        return HeaderQuestion(look)
    try:
        return open_survey(path, on_progress=on_progress)
    except GeometryError as error:
        # Numbers that make no grid: those of other bytes may.
        return HeaderQuestion(look, str(error))


def opened_as(path: Path, options: SegyOptions, on_progress: Report) -> "Survey | Question":
    """Open a SEG-Y file as was chosen, and remember that for files like it; or ask again, where it cannot be opened so.

    Raises
    ------
    GeoFMError
        When it cannot be opened whatever is chosen.
    """
    try:
        survey = open_survey(path, options=options, remembered=False, on_progress=on_progress)
    except (FormatError, GeometryError) as error:
        return HeaderQuestion(look_at(path, options), str(error))
    remember(path, options)
    return survey


def may_be_raw(file: Path) -> bool:
    """Return whether a file of no known format may hold bare numbers: neither a folder, nor tiny, nor text."""
    try:
        with file.open("rb") as stream:
            head = stream.read(4096)
    except OSError:
        return False
    printable = sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in head)
    return len(head) >= 64 and printable < 0.9 * len(head)
