"""Whether a SEG-Y file can be opened without a question."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.errors import FormatError, GeometryError
from napari_geofm.io.opening import open_survey
from napari_geofm.io.segy import SegyOptions, is_segy, look_at, recall, remember

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.segy import SegyLook
    from napari_geofm.io.segy.scan import Report

__all__ = ["HeaderQuestion", "opened_as", "opened_or_asked"]


@dataclass(frozen=True, slots=True, eq=False)
class HeaderQuestion:
    """A file whose headers leave it open how they are read, and why it could not be opened as it is."""

    look: "SegyLook"
    why: str = ""


def opened_or_asked(path: Path, on_progress: "Report") -> "Survey | HeaderQuestion":
    """Open a survey, or return what has to be asked before: of SEG-Y whose headers make no clear grid.

    What was answered for files like it is not asked again.

    Raises
    ------
    GeoFMError
        When it cannot be opened whatever is answered.
    """
    if not path.is_file() or not is_segy(path):
        return open_survey(path, on_progress=on_progress)
    known = recall(path)
    look = look_at(path, known or SegyOptions())
    if not look.clear and known is None:
        return HeaderQuestion(look)
    try:
        return open_survey(path, on_progress=on_progress)
    except GeometryError as error:
        # Numbers that make no grid: those of other bytes may.
        return HeaderQuestion(look, str(error))


def opened_as(path: Path, options: SegyOptions, on_progress: "Report") -> "Survey | HeaderQuestion":
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
