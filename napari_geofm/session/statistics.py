"""What is labelled: samples and sections of each class."""

from dataclasses import dataclass

__all__ = ["ClassStatistics"]


@dataclass(frozen=True, slots=True)
class ClassStatistics:
    """Labels of one class.

    Attributes
    ----------
    number, name
        The class (outside number).
    samples
        Labelled samples in the survey.
    sections
        Sections along the current axis that hold some.
    """

    number: int
    name: str
    samples: int
    sections: int
