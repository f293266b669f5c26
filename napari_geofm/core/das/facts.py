"""What an interpreter wants to know of a recording at once: fibre, rate, gauge length, start, length, gaps."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from napari_geofm.core.utc import utc_words

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["RecordingFacts", "lasting"]


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """A recording in a few numbers.

    Attributes
    ----------
    channels
        Their count.
    spacing_m
        Between neighbours, in m; None where it is uneven, or channels have no distances.
    rate_hz
        Samples a second; None where the times are uneven.
    gauge_length_m
        In m; None where the file does not say.
    quantity, units
        What was measured, and in which unit; empty where the file does not say.
    start_utc
        Start, ISO 8601 with ms; empty where the file has no date.
    seconds
        From the first sample to the end of the last, gaps included.
    gaps, gap_seconds
        Stretches without samples, and how long they are in all.
    files
        Files that it lies in.
    """

    channels: int
    spacing_m: float | None
    rate_hz: float | None
    gauge_length_m: float | None
    quantity: str
    units: str
    start_utc: str
    seconds: float
    gaps: int
    gap_seconds: float
    files: int

    @classmethod
    def of(cls, survey: "Survey") -> "RecordingFacts":
        """Return the facts of a recording (kind ``"das"``)."""
        time, distance, attrs = survey.axis("time"), survey.axis("distance"), survey.data.attrs
        step = float(time.step) if time.step is not None else None
        spacing = distance.step if distance.units == "m" else None
        gaps = attrs.get("gaps", [])
        start = utc_words(survey, float(time.first))
        return cls(
            distance.size,
            None if spacing is None else abs(float(spacing)),
            None if not step else 1.0 / step,
            attrs.get("gauge_length_m"),
            str(attrs.get("quantity", "")).replace("_", " "),
            str(attrs.get("units", "")),
            f"{start}Z" if start else "",
            float(time.last) - float(time.first) + (step or 0.0),
            len(gaps),
            float(sum(end - begin for begin, end in gaps)),
            int(attrs.get("files", 1)),
        )

    @property
    def fibre_words(self) -> str:
        """Channels, spacing, gauge length.

        >>> RecordingFacts(1200, 4.0, 250.0, 10.0, "strain rate", "1/s", "", 61.5, 0, 0.0, 1).fibre_words
        '1,200 channels every 4 m, gauge length 10 m'
        """
        words = f"{self.channels:,} channel{'s' * (self.channels != 1)}"
        if self.spacing_m is not None and self.channels > 1:
            words += f" every {self.spacing_m:.4g} m"
        return words if self.gauge_length_m is None else f"{words}, gauge length {self.gauge_length_m:.4g} m"

    @property
    def signal_words(self) -> str:
        """Rate, and what was measured.

        >>> RecordingFacts(1200, 4.0, 250.0, 10.0, "strain rate", "1/s", "", 61.5, 0, 0.0, 1).signal_words
        '250 Hz, strain rate in 1/s'
        """
        words = ["uneven times" if self.rate_hz is None else f"{self.rate_hz:.6g} Hz"]
        measured = " in ".join(part for part in (self.quantity, self.units) if part)
        return ", ".join([*words, measured] if measured else words)

    @property
    def start_words(self) -> str:
        """Start.

        >>> RecordingFacts(2, 4.0, 250.0, None, "", "", "2024-03-01T12:00:00.500Z", 4.0, 0, 0.0, 1).start_words
        '2024-03-01 12:00:00.500 UTC'
        """
        return self.start_utc.replace("T", " ").replace("Z", " UTC") or "no date"

    @property
    def length_words(self) -> str:
        """Length, files, gaps.

        >>> RecordingFacts(2, 4.0, 250.0, None, "", "", "", 4000.0, 2, 90.0, 60).length_words
        '1 h 6 min 40 s in 60 files, 2 gaps of 1 min 30 s in all'
        """
        length = lasting(self.seconds)
        words = [f"{length} in {self.files:,} files" if self.files > 1 else length]
        if self.gaps:
            gap = lasting(self.gap_seconds)
            words.append(f"1 gap of {gap}" if self.gaps == 1 else f"{self.gaps:,} gaps of {gap} in all")
        return ", ".join(words)


def lasting(seconds: float) -> str:
    """Return a length of time in the words of whoever waited for it.

    >>> lasting(0.0123), lasting(12.5), lasting(305.0), lasting(93784.0), lasting(864000.0)
    ('12.3 ms', '12.5 s', '5 min 5 s', '1 d 2 h 3 min', '10 d')
    """
    if seconds < 1:
        return f"{seconds * 1e3:.3g} ms"
    if seconds < 60:
        return f"{seconds:.4g} s"
    left, words = round(seconds), []
    for size, name in ((86400, "d"), (3600, "h"), (60, "min"), (1, "s")):
        number, left = divmod(left, size)
        if number:
            words.append(f"{number} {name}")
    return " ".join(words[:3])
