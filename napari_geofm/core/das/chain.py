"""An ordered chain of steps that a recording goes through before it is looked at."""

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.step import Step
from napari_geofm.core.das.words import STEPS, step_of, step_of_table
from napari_geofm.errors import UsageError

__all__ = ["PRESETS", "Chain"]

PRESETS: Mapping[str, str] = {
    "earthquake": "velocity-derivative; detrend linear; bandpass 1-20 Hz; median; scale robust; root",
    "microseismic": "velocity-derivative; detrend constant; bandpass 20-400 Hz; median; scale robust; root",
    "traffic": "detrend linear; bandpass 0.1-2 Hz; scale robust; root",
}
"""Chains by name: local earthquakes, microseismic events in mines and wells, vehicles on a road."""

MOST = 32
"""Steps that a chain has at most."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Steps in the order in which they are done.

    Attributes
    ----------
    steps
        Empty for a recording as it is read.

    Examples
    --------
    >>> chain = Chain.parse("detrend; bandpass 5-200 Hz; median; root")
    >>> print(chain.words())
    detrend linear; bandpass 5-200 Hz; median; root
    """

    steps: tuple[Step, ...] = ()

    def __post_init__(self) -> None:
        """Refuse chains that are too long to be meant."""
        if len(self.steps) > MOST:
            msg = f"{len(self.steps)} processing steps: a chain has at most {MOST}"
            raise UsageError(msg)

    @classmethod
    def parse(cls, text: str) -> "Chain":
        """Read steps with ``;`` between them; the name of a preset stands for its steps; ``none`` for none.

        Raises
        ------
        UsageError
            When a step is unknown or its words are wrong.
        """
        steps: list[Step] = []
        for part in text.split(";"):
            word = " ".join(part.split())
            if not word or word.lower() == "none":
                continue
            steps += _steps_of(word)
        return cls(tuple(steps))

    def words(self) -> str:
        """Return the steps as :meth:`parse` reads them."""
        return "; ".join(step.words() for step in self.steps)

    def to_list(self) -> list[dict[str, Any]]:
        """Return a table for each step: its word as ``step``, and its values."""
        return [{"step": step.name} | dataclasses.asdict(step) for step in self.steps]

    @classmethod
    def from_list(cls, plain: Iterable[Mapping[str, Any]]) -> "Chain":
        """Read what :meth:`to_list` returned.

        Raises
        ------
        UsageError
            When a step or key is unknown, or a value impossible.
        """
        return cls(tuple(step_of_table(each) for each in plain))

    def __bool__(self) -> bool:
        """Whether anything is done."""
        return bool(self.steps)

    @property
    def moves_grid(self) -> bool:
        """Whether samples or channels become fewer."""
        return any(step.thins > 1 or step.stacks > 1 for step in self.steps)

    def signals(self, signal: Signal) -> Iterator[tuple[Step, Signal, Signal]]:
        """Yield each step with what the recording is before and after it.

        Raises
        ------
        UsageError
            When a step does not suit.
        """
        for step in self.steps:
            after = step.after(signal)
            yield step, signal, after
            signal = after

    def after(self, signal: Signal) -> Signal:
        """Return what a recording is after all steps.

        Raises
        ------
        UsageError
            When a step does not suit.
        """
        found = signal
        for _, _, after in self.signals(signal):
            found = after
        return found


def _steps_of(word: str) -> tuple[Step, ...]:
    """Return the steps of a preset, or the one step that the words say."""
    name = word.lower()
    if name in PRESETS:
        return Chain.parse(PRESETS[name]).steps
    near = get_close_matches(name, PRESETS, n=1, cutoff=0.8)
    if near and " " not in name and not get_close_matches(name, STEPS, n=1, cutoff=0.8):
        msg = f"Processing '{word}': no step or preset is called so; the nearest is '{near[0]}'"
        raise UsageError(msg)
    return (step_of(word),)
