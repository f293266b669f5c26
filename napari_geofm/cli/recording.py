"""What ``geofm info`` tells of a DAS recording besides its axes."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["recording_lines", "recording_of"]


def recording_of(survey: "Survey") -> dict[str, Any] | None:
    """Return the facts of a recording, for JSON; None of another survey."""
    if survey.kind != "das":
        return None
    from napari_geofm.core.das.facts import RecordingFacts

    return asdict(RecordingFacts.of(survey))


def recording_lines(data: dict[str, Any] | None) -> list[str]:
    """Return the same as lines."""
    if data is None:
        return []
    from napari_geofm.core.das.facts import RecordingFacts

    facts = RecordingFacts(**data)
    return [
        f"  fibre      {facts.fibre_words}",
        f"  signal     {facts.signal_words}",
        f"  recorded   {facts.start_words}, {facts.length_words}",
    ]
