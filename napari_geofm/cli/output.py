"""What verbs print: results on stdout, progress on stderr."""

import json
import math
import sys
import time
import traceback
from argparse import Namespace
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from napari_geofm.core.progress import Progress

__all__ = ["Result", "reporter", "tell_error", "to_json"]

REDRAW_S = 0.2
"""Seconds between two redraws of the progress line."""


@dataclass(frozen=True, slots=True)
class Result:
    """A verb's result: data for ``--json``, lines for people, and the exit status."""

    data: Any
    lines: list[str] = field(default_factory=list)
    status: int = 0


def tell_error(error: BaseException, arguments: Namespace, line: str = "") -> None:
    """Write exactly one line to stderr, after the traceback where it was asked for."""
    if arguments.debug:
        traceback.print_exception(error)
    sys.stderr.write(f"geofm: {' '.join((line or str(error)).split())}\n")


def to_json(data: object) -> str:
    """Return ``data`` as JSON; NaN and infinity, which JSON has not, become null."""
    return json.dumps(_plain(data), indent=2, ensure_ascii=False)


def _plain(data: object) -> object:
    if isinstance(data, dict):
        return {str(key): _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    if isinstance(data, Path):
        return str(data)
    if hasattr(data, "tolist"):
        return _plain(data.tolist())
    if isinstance(data, float) and not math.isfinite(data):
        return None
    return data


def reporter(arguments: Namespace) -> Callable[[Progress], None] | None:
    """Return what shows progress on stderr: a line that redraws on a terminal, a few lines elsewhere, or nothing."""
    if arguments.quiet or arguments.json:
        return None
    if sys.stderr.isatty():
        return _TerminalLine()
    return _LogLines()


class _TerminalLine:
    """One line that is drawn over and over, with the share done and the time left."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._last = 0.0
        self._open = False

    def __call__(self, progress: Progress) -> None:
        now, left = time.monotonic(), self._clock.left_of(progress)
        ended = progress.total > 0 and progress.done >= progress.total
        if now - self._last < REDRAW_S and not ended:
            return
        self._last = now
        sys.stderr.write(f"\r\x1b[2K{_text(progress, left)}")
        if ended:
            sys.stderr.write("\n")
        sys.stderr.flush()


class _LogLines:
    """A line at each new text and every ten seconds, for logs."""

    def __init__(self) -> None:
        self._clock = _Clock()
        self._last = -10.0
        self._stage = ""

    def __call__(self, progress: Progress) -> None:
        now, left = time.monotonic(), self._clock.left_of(progress)
        stage = progress.text.split(",")[0]
        if stage == self._stage and now - self._last < 10.0:
            return
        self._stage, self._last = stage, now
        sys.stderr.write(f"{_text(progress, left)}\n")


class _Clock:
    """Time left, by what was done since counting began: what came before it tells nothing of it."""

    def __init__(self) -> None:
        self._from: tuple[float, float] | None = None

    def left_of(self, progress: Progress) -> str:
        """Return the time left in words, ``""`` while too little is done to tell."""
        fraction, now = progress.fraction, time.monotonic()
        if fraction is None or fraction >= 1:
            self._from = None
            return ""
        if self._from is None or fraction < self._from[1]:
            self._from = now, fraction
        seconds, done = now - self._from[0], fraction - self._from[1]
        return f"  {_lasting(seconds * (1 - fraction) / done)} left" if done > 0 and seconds > 2 else ""


def _lasting(seconds: float) -> str:
    """Return a time in the unit in which it is read at a glance: a whole image takes hours or days.

    >>> [_lasting(each) for each in (45, 700, 9000, 240_703)]
    ['45 s', '12 min', '2.5 h', '2.8 days']
    """
    for unit, per, most in (("s", 1, 100), ("min", 60, 5400), ("h", 3600, 172_800)):
        if seconds < most:
            return f"{seconds / per:{'.1f' if unit == 'h' else '.0f'}} {unit}"
    return f"{seconds / 86_400:.1f} days"


def _text(progress: Progress, left: str) -> str:
    fraction = progress.fraction
    share = "" if fraction is None else f"{100 * fraction:3.0f} % "
    numbers = "  ".join(f"{name} {value:.3g}" for name, value in progress.numbers.items())
    return f"{share}{progress.text}{'  ' + numbers if numbers else ''}{left}"
