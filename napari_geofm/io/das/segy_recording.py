"""SEG-Y that holds a DAS recording: nothing in it says so, somebody has to."""

from dataclasses import dataclass, field, replace

from napari_geofm.core.survey import Survey
from napari_geofm.io.segy.options import SegyOptions

__all__ = ["DAS_DOMAIN", "SegyRecording", "said_to_be_das"]

DAS_DOMAIN = "das"
"""What the samples of such a file are said to be."""


@dataclass(frozen=True, slots=True)
class SegyRecording:
    """How a recording was opened that is stored as SEG-Y: kept with the survey, for whoever opens it once more."""

    options: SegyOptions = field(default_factory=lambda: SegyOptions(domain=DAS_DOMAIN))


def said_to_be_das(survey: Survey) -> Survey:
    """Return a recording that knows that it is one because somebody said so."""
    note = "SEG-Y taken for a DAS recording, as was said of it (--domain twt or Headers…: otherwise)"
    return replace(survey, template=SegyRecording(), odd=(*survey.odd, note))
