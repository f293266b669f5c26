"""Places in a survey, in the words of the command line: ``--at inline=1080``, ``--range twt=400:1200``."""

from collections.abc import Iterable
from dataclasses import dataclass

from napari_geofm.core.utc import looks_absolute, parse_utc
from napari_geofm.errors import UsageError

__all__ = ["WINDOW_AXES", "At", "Region"]

SECTION_AXES = ("inline", "crossline", "twt", "depth", "tile")
"""Axes that a section is cut across by one number or name."""

WINDOW_AXES = ("time", "window")
"""What windows of recordings and of images are named by."""


@dataclass(frozen=True, slots=True)
class At:
    """What ``--at`` names: one section.

    Attributes
    ----------
    axis
        ``inline``, ``crossline``, ``twt``, ``depth``, ``tile``: cut at ``value``. ``time``: a DAS window from
        ``value`` seconds for ``length`` seconds. ``window``: a part of a raster. ``""``: the whole line or image.
    value
        Header number, start in s (or its date and time in UTC, as text), or the tile's name; None for the whole.
    length
        Length in s of a DAS window; None elsewhere.
    span
        First and last distance in m of a DAS window, or ``(row, col, height, width)`` of a raster; None for all.
    """

    axis: str = ""
    value: float | str | None = None
    length: float | None = None
    span: tuple[float, ...] | None = None

    @classmethod
    def parse(cls, text: str | Iterable[str]) -> "At":
        """Read ``inline=1080``, ``time=1.5/0.5 distance=100:200``, ``window=0,0,512,512``, ``tile=a.png``.

        The start of a window in time may be absolute: ``time=2022-06-04T10:00:00.5/2``.

        Raises
        ------
        UsageError
            When the words are not of that form.
        """
        given = [text] if isinstance(text, str) else list(text)
        # A tile's name may hold blanks, and goes alone.
        words = [part for word in given for part in ([word] if word.strip().startswith("tile=") else word.split())]
        pairs: dict[str, str] = {}
        for word in words:
            name, equals, value = word.partition("=")
            if not equals or not value:
                msg = f"--at {word}: write axis=number, as in inline=1080, time=1.5/0.5 or window=0,0,512,512"
                raise UsageError(msg)
            pairs[name.strip().lower()] = value.strip()
        span: tuple[float, ...] | None = None
        if "distance" in pairs:
            span = _interval("--at distance", pairs.pop("distance"))
        if len(pairs) != 1:
            msg = f"--at {' '.join(words)}: name one section (axis=number), with distance=a:b only beside time="
            raise UsageError(msg)
        ((axis, value),) = pairs.items()
        if span is not None and axis != "time":
            msg = f"--at {' '.join(words)}: distance=a:b goes with time=START/LENGTH only"
            raise UsageError(msg)
        return cls._of(axis, value, span)

    @classmethod
    def _of(cls, axis: str, value: str, span: tuple[float, ...] | None) -> "At":
        if axis == "time":
            start, _, length = value.partition("/")
            seconds = _number("--at time", length) if length else None
            if seconds is not None and seconds <= 0:
                msg = f"--at time={value}: the length after / is in seconds and above 0"
                raise UsageError(msg)
            return cls("time", _start(start), seconds, span)
        if axis == "window":
            numbers = tuple(_number("--at window", part) for part in value.split(","))
            if len(numbers) != 4 or min(numbers[2:]) < 1 or min(numbers[:2]) < 0:
                msg = f"--at window={value}: write window=row,col,height,width, row and col from 0"
                raise UsageError(msg)
            return cls("window", None, None, numbers)
        if axis == "tile":
            return cls("tile", value)
        if axis not in SECTION_AXES:
            msg = f"--at {axis}={value}: sections are cut by {', '.join(SECTION_AXES)}, time or window"
            raise UsageError(msg)
        return cls(axis, _number(f"--at {axis}", value))

    def __str__(self) -> str:
        """Return the words that :meth:`parse` reads."""
        if self.axis == "window" and self.span is not None:
            return "window=" + ",".join(f"{part:.10g}" for part in self.span)
        # Fourteen digits: a microsecond within a year of recording.
        value = f"{self.value:.14g}" if isinstance(self.value, float | int) else str(self.value)
        if self.axis == "time":
            length = f"/{self.length:.12g}" if self.length is not None else ""
            tail = f" distance={self.span[0]:.10g}:{self.span[1]:.10g}" if self.span else ""
            return f"time={value}{length}{tail}"
        return f"{self.axis}={value}" if self.axis else "whole"


@dataclass(frozen=True, slots=True)
class Region:
    """What ``--range`` limits work to: closed intervals of header numbers per axis.

    Attributes
    ----------
    limits
        ``((axis, low, high), ...)`` in the axes' units; empty for the whole survey.
    """

    limits: tuple[tuple[str, float, float], ...] = ()

    @classmethod
    def parse(cls, words: Iterable[str]) -> "Region":
        """Read ``axis=a:b`` words.

        Raises
        ------
        UsageError
            When a word is not of that form, or an axis is named twice.
        """
        limits: list[tuple[str, float, float]] = []
        for word in words:
            axis, equals, value = word.partition("=")
            if not equals:
                msg = f"--range {word}: write axis=first:last, as in --range twt=400:1200"
                raise UsageError(msg)
            low, high = _interval(f"--range {axis}", value)
            if any(axis == known for known, _, _ in limits):
                msg = f"--range {axis} is given twice; give one range per axis"
                raise UsageError(msg)
            limits.append((axis.strip().lower(), low, high))
        return cls(tuple(limits))

    def __bool__(self) -> bool:
        """Whether anything is cut off."""
        return bool(self.limits)

    def of(self, axis: str) -> tuple[float, float] | None:
        """Return the interval along ``axis``, or None where it is whole."""
        return next(((low, high) for name, low, high in self.limits if name == axis), None)


def _start(text: str) -> float | str:
    """Return where a window in time begins: seconds, or a date and time as written."""
    if not looks_absolute(text):
        return _number("--at time", text)
    parse_utc(text)
    return text


def _number(what: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        msg = f"{what}={text}: '{text}' is not a number"
        raise UsageError(msg) from None
    if not abs(number) < 1e18:
        msg = f"{what}={text}: '{text}' is not a finite number"
        raise UsageError(msg)
    return number


def _interval(what: str, text: str) -> tuple[float, float]:
    low, colon, high = text.partition(":")
    if not colon:
        msg = f"{what}={text}: write first:last, as in 400:1200"
        raise UsageError(msg)
    ends = sorted((_number(what, low), _number(what, high)))
    return ends[0], ends[1]
