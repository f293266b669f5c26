"""What training looks at and what it gives."""

from dataclasses import dataclass

from torch import Tensor

__all__ = ["MARGIN", "Check", "Outcome", "Verdict"]

MARGIN = 0.01
"""What a score on a few strokes has to gain before a later state displaces an earlier one."""


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the held-out strokes: step, seconds since training began, running loss, score (NaN where none)."""

    step: int
    seconds: float
    loss: float
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Score on the held-out strokes, whether a gain in it is to be trusted, and how large it has to be to count."""

    score: float
    trusted: bool = True
    margin: float = MARGIN


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What training gave.

    Attributes
    ----------
    state
        Trained tensors and buffers by name, of the best check.
    steps, seconds, planned_steps
        Steps taken, time spent, and the steps that the whole budget would have held, which the rates were planned for.
    best
        The check that ``state`` is from.
    checks
        All checks.
    joined_step
        The step from which on the encoder learned, too; -1 where it did not.
    diverged_at
        The step whose loss or gradient was not a number, at which training ended; 0 where none was.
    """

    state: dict[str, Tensor]
    steps: int
    seconds: float
    planned_steps: int
    best: Check
    checks: tuple[Check, ...]
    diverged_at: int = 0
    joined_step: int = -1
