"""Whether a file can be opened without a question, and which one is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.errors import FormatError, GeoFMError, GeometryError, PreStackError, UnknownFormatError
from napari_geofm.io.cubes.listing import arrays_in
from napari_geofm.io.opening import open_survey
from napari_geofm.io.segy import LineBytes, SegyOptions, is_segy, likely_count, look_at, recall, remember

if TYPE_CHECKING:
    from napari_geofm.core.progress import Progress
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.cubes.candidates import Candidate
    from napari_geofm.io.segy import SegyLook

__all__ = [
    "ArrayQuestion",
    "HeaderQuestion",
    "NumbersQuestion",
    "OffsetQuestion",
    "Question",
    "may_be_raw",
    "opened_as",
    "opened_or_asked",
]

Report = Callable[["Progress"], None]

FITS = 0.3
"""Score from which the numbers at the bytes chosen for files like it make a grid here, too."""

SEGY_ENDINGS = frozenset({".sgy", ".segy"})


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


@dataclass(frozen=True, slots=True, eq=False)
class ArrayQuestion:
    """A file of several arrays, none of which stands out: they are listed by name."""

    path: Path
    arrays: "Mapping[str, Candidate]"
    why: str


Question = HeaderQuestion | NumbersQuestion | OffsetQuestion | ArrayQuestion


def opened_or_asked(path: Path, on_progress: Report) -> "Survey | Question":
    """Open a survey, or return what has to be asked before.

    That is how the headers are read of SEG-Y that makes no clear grid, shape and type of what may be bare numbers, and
    which array or offset of several is meant. What was answered for files like it is not asked again, where it fits.

    Raises
    ------
    GeoFMError
        When it cannot be opened whatever is answered.
    """
    if not path.is_file() or not is_segy(path):
        return _other(path, on_progress)
    known = recall(path) or SegyOptions()
    if known.domain == "das":
        try:
            return open_survey(path, on_progress=on_progress)
        except GeoFMError as error:
            return HeaderQuestion(look_at(path, known), str(error))
    look, why = look_at(path, known), ""
    lines = LineBytes(*known.pair, *known.widths) if known.pair is not None else None
    if lines is not None and look.score(lines).score < FITS:
        known = replace(known, iline_byte=None, xline_byte=None)
        look, why = look_at(path, known), f"bytes {lines.iline} and {lines.xline}, chosen for files like it, do not fit"
    if _open_to_doubt(look, answered=not why and known != SegyOptions()):
        return HeaderQuestion(look, why)
    try:
        if why:
            return open_survey(path, options=known, remembered=False, on_progress=on_progress)
        return open_survey(path, on_progress=on_progress)
    except GeometryError as error:
        # Numbers that make no grid: those of other bytes may.
        return HeaderQuestion(look, str(error))


def _open_to_doubt(look: "SegyLook", *, answered: bool) -> bool:
    """Return whether headers leave something open that no answer for files like it has settled."""
    gathers = look.gathers is not None and not look.options.chooses_gather
    return gathers or (bool(look.doubt) and not answered)


def _other(path: Path, on_progress: Report) -> "Survey | Question":
    """Open what is no SEG-Y by the book, or return what has to be asked before."""
    try:
        return open_survey(path, on_progress=on_progress)
    except UnknownFormatError as error:
        if not may_be_raw(path):
            raise
        return NumbersQuestion(path, str(error))
    except PreStackError as error:
        return OffsetQuestion(path, error.offsets, str(error))
    except FormatError as error:
        if path.suffix.lower() in SEGY_ENDINGS:
            return _guessed(path, error)
        arrays = arrays_in(path)
        if len(arrays) < 2:
            raise
        return ArrayQuestion(path, arrays, f"{path.name} holds several arrays, and none was chosen")


def _guessed(path: Path, error: FormatError) -> HeaderQuestion:
    """Return a question about SEG-Y whose word for samples per trace, or their format, is none: what fits is offered.

    Raises
    ------
    FormatError
        When nothing fits; of a text it is said that it is one.
    """
    if _is_text(path):
        msg = f"{path.name} is a text, not SEG-Y; give the survey's own file"
        raise FormatError(msg) from error
    likely = likely_count(path)
    if likely is not None:
        return HeaderQuestion(look_at(path, SegyOptions(samples=likely)), str(error))
    for name in ("ieee", "int16", "int8"):
        try:
            look = look_at(path, SegyOptions(sample_format=name))
        except FormatError:
            continue
        if look.layout.encoding is not None:
            return HeaderQuestion(look, "its word for how samples are stored is none that is known: choose it")
    raise error


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
    return len(head) >= 64 and not _printable(head)


def _is_text(file: Path) -> bool:
    """Return whether a file is text beyond where SEG-Y has its text header."""
    with file.open("rb") as stream:
        head = stream.read(4096)
    return _printable(head[3200:] or head)


def _printable(head: bytes) -> bool:
    return sum(32 <= byte < 127 or byte in b"\t\r\n" for byte in head) >= 0.9 * len(head)
