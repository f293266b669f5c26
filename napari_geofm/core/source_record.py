"""A survey that a model was trained on, as its recipe tells."""

from dataclasses import dataclass

__all__ = ["SourceRecord"]


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A survey that a model was trained on.

    Attributes
    ----------
    name, fingerprint
        The file's name and hash.
    low, high
        Amplitudes that were fed as 0 and 1.
    sections
        The labelled sections, as ``--at`` writes them.
    """

    name: str
    fingerprint: str
    low: float
    high: float
    sections: tuple[str, ...] = ()
