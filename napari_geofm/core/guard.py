"""Whether a model that went on from another forgot what that knew: IoU before and after, class by class."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["FORGOTTEN", "ClassGuard", "Guard"]

FORGOTTEN = 0.05
"""A class is forgotten when its IoU on the earlier model's held-out labels falls by more than this."""


@dataclass(frozen=True, slots=True)
class ClassGuard:
    """One class, before and after: IoU, 0 to 1, NaN where neither truth nor answer has it.

    Attributes
    ----------
    name
        The class.
    earlier_before, earlier_now
        On held-out labels of what the earlier model learned from.
    new_before, new_now
        On held-out labels of what was learned since.
    """

    name: str
    earlier_before: float = math.nan
    earlier_now: float = math.nan
    new_before: float = math.nan
    new_now: float = math.nan

    def pair(self, *, earlier: bool) -> tuple[float, float]:
        """Return IoU before and now, on the earlier labels or on the new ones."""
        return (self.earlier_before, self.earlier_now) if earlier else (self.new_before, self.new_now)

    @property
    def forgotten(self) -> bool:
        """Whether the class fell by more than the margin on the earlier labels.

        Examples
        --------
        >>> ClassGuard("salt", 0.9, 0.8).forgotten, ClassGuard("sand", 0.9, 0.86).forgotten
        (True, False)
        """
        return self.earlier_before - self.earlier_now > FORGOTTEN


@dataclass(frozen=True, slots=True)
class Guard:
    """What a model that was gone on with knew before and after.

    Attributes
    ----------
    base
        Name of the earlier model.
    classes
        One row per class.
    earlier_samples, new_samples
        Held-out labelled samples of either kind; 0 where there are none to tell.
    edited
        Held-out samples of the earlier model that are not asked, since labels were edited since.
    """

    base: str
    classes: tuple[ClassGuard, ...] = ()
    earlier_samples: int = 0
    new_samples: int = 0
    edited: int = 0

    @property
    def forgotten(self) -> tuple[str, ...]:
        """Names of the classes that fell."""
        return tuple(row.name for row in self.classes if row.forgotten)

    @property
    def earlier(self) -> tuple[float, float]:
        """Mean IoU on the earlier labels, before and now, of the classes that were known then; NaN for none."""
        pairs = [(row.earlier_before, row.earlier_now) for row in self.classes if not math.isnan(row.earlier_before)]
        return _mean(before for before, _ in pairs), _mean(0.0 if math.isnan(now) else now for _, now in pairs)

    @property
    def new(self) -> tuple[float, float]:
        """Mean IoU on the new labels, before and now, of the classes that occur there; NaN for none."""
        pairs = [(row.new_before, row.new_now) for row in self.classes if not math.isnan(row.new_now)]
        return _mean(0.0 if math.isnan(before) else before for before, _ in pairs), _mean(now for _, now in pairs)

    @property
    def columns(self) -> tuple[tuple[str, bool], ...]:
        """What there is to compare: the heading of either pair, and whether it is of the earlier labels."""
        earlier = (("earlier labels", True),) if self.earlier_samples else ()
        return (*earlier, ("new labels", False)) if self.new_samples else earlier

    def verdict(self) -> str:
        """Return in a sentence or two whether anything was forgotten.

        Examples
        --------
        >>> Guard("lora-1", (ClassGuard("salt", 0.9, 0.7), ClassGuard("sand", 0.8, 0.8)), 400).verdict()
        "'salt' fell from 0.90 to 0.70 on the held-out labels of lora-1."
        >>> Guard("lora-1", (ClassGuard("sand", 0.8, 0.79),), 400).verdict()
        'No class fell by more than 0.05 on the held-out labels of lora-1.'
        """
        if not self.earlier_samples:
            why = f"the held-out labels of {self.base} were edited since"
            why = why if self.edited else f"no held-out labels of {self.base} are at hand"
            return f"Whether anything was forgotten cannot be told: {why}."
        fell = [row for row in self.classes if row.forgotten]
        if not fell:
            return f"No class fell by more than {FORGOTTEN:.2f} on the held-out labels of {self.base}."
        words = ", ".join(f"'{row.name}' fell from {row.earlier_before:.2f} to {row.earlier_now:.2f}" for row in fell)
        return f"{words} on the held-out labels of {self.base}."


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else math.nan
