"""A DAS recording in four lines: its fibre, its samples, its start, its length."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QWidget

from napari_geofm.core.das.facts import RecordingFacts
from napari_geofm.gui.parts.note import Note

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["RecordingLine"]


class RecordingLine(Note):
    """What an interpreter wants to know of a recording at once; empty, and without room, for other surveys.

    Parameters
    ----------
    survey
        What is open.
    """

    def __init__(self, survey: "Survey", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        if survey.kind == "das":
            facts = RecordingFacts.of(survey)
            self.say("\n".join((facts.fibre_words, facts.signal_words, facts.start_words, facts.length_words)))
            self.setToolTip("\n".join(survey.odd))
