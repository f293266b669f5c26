"""What a tour of the viewer does."""

from dataclasses import dataclass
from pathlib import Path

__all__ = ["TourSpec"]


@dataclass(frozen=True, slots=True)
class TourSpec:
    """What is done.

    Attributes
    ----------
    file
        The survey.
    classes
        Table of classes.
    folder
        Where pictures go.
    stroked
        Inlines to paint, by the header's numbers.
    shown
        An inline without strokes, where results are looked at.
    minutes
        Time of the fine-tune; 0: none.
    volumes
        Whether the survey is predicted and exported.
    """

    file: Path
    classes: Path
    folder: Path
    stroked: tuple[int, ...]
    shown: int
    minutes: float = 1.0
    volumes: bool = True
