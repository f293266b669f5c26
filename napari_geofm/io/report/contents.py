"""What a report tells, before it is written."""

from dataclasses import dataclass

__all__ = ["Agreement", "ClassShare", "ModelLine", "Picture", "Report"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A section.

    Attributes
    ----------
    title
        In words: ``"inline 1080: labels"``.
    png
        The picture's file.
    """

    title: str
    png: bytes


@dataclass(frozen=True, slots=True)
class ClassShare:
    """How much of a survey is one class.

    Attributes
    ----------
    name, colour
        The class.
    samples
        Count; ``share`` of all samples that have a class, 0 to 1.
    volume, unit
        In ``"m3"`` or ``"ft3"``, or the area by the time in ``"km2*ms"``; None and ``""`` where it is not known.
    """

    name: str
    colour: str
    samples: int
    share: float
    volume: float | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model and what it scored.

    Attributes
    ----------
    name, method
        What it is called, and how it was made, in words.
    scores
        Class names and IoU on held-out strokes, 0 to 1; NaN where the class has none.
    miou
        Their mean; NaN where nothing was held out.
    sections
        What it learned from.
    """

    name: str
    method: str
    scores: tuple[tuple[str, float], ...]
    miou: float
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """How a prediction agrees with the labels.

    Attributes
    ----------
    scores
        Class names and IoU, 0 to 1; NaN where neither has the class.
    miou
        Their mean over the classes that are labelled; NaN where nothing is both labelled and predicted.
    right
        Share of the samples whose class is the same.
    samples
        How many are labelled and predicted.
    """

    scores: tuple[tuple[str, float], ...]
    miou: float
    right: float
    samples: int


@dataclass(frozen=True, slots=True)
class Report:
    """All of it.

    Attributes
    ----------
    title
        The survey's file.
    facts
        Names and values of what is known of the survey and of how the report was made.
    pictures
        Sections.
    shares
        What was counted (``"labels"``, ``"prediction"``), and class by class how much of it there is.
    models
        Models, the one in use first.
    agreement
        Of prediction and labels, where both are given.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    pictures: tuple[Picture, ...]
    shares: tuple[tuple[str, tuple[ClassShare, ...]], ...]
    models: tuple[ModelLine, ...]
    agreement: Agreement | None = None
