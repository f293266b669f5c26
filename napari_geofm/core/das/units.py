"""Units of DAS samples, as far as the steps of a processing chain change them."""

from contextlib import suppress
from dataclasses import dataclass

__all__ = ["Units", "quantity_of"]

PREFIXES = {"": 1.0, "n": 1e-9, "µ": 1e-6, "μ": 1e-6, "u": 1e-6, "m": 1e-3, "k": 1e3}
"""Factors of what may stand before a unit; both code points of the Greek letter occur in files."""

NAMES = {"ϵ": "strain", "ε": "strain", "radian": "rad", "radians": "rad", "meter": "m", "metre": "m", "second": "s"}
"""Other spellings of units."""

BASES = ("strain", "rad", "m", "s")
"""Units that a prefix may stand before."""

QUANTITIES = {
    "m/s": "velocity",
    "m": "displacement",
    "m/s/s": "acceleration",
    "1/s": "strain rate",
    "1/s/s": "strain acceleration",
    "strain": "strain",
    "rad": "phase",
    "rad/s": "phase rate",
}
"""What samples of a unit are."""


@dataclass(frozen=True, slots=True)
class Units:
    """A product of units over another one.

    Attributes
    ----------
    above, below
        Units without their prefixes, as ``("m",)`` and ``("s",)`` of ``"nm/s"``.
    factor
        What one of it is in those: 1e-9.
    words
        As files and people write it.

    Examples
    --------
    >>> Units.parse("m/s").per("m").words
    '1/s'
    >>> Units.parse("nϵ/s").times("s").words
    'nϵ'
    >>> Units.parse("strain").per("s").words, Units.parse("1/s").times("s").words
    ('1/s', 'strain')
    """

    above: tuple[str, ...]
    below: tuple[str, ...] = ()
    factor: float = 1.0
    words: str = ""

    @classmethod
    def parse(cls, text: str) -> "Units":
        """Read ``"m/s"``, ``"µϵ/s"``, ``"1e-9/s"``, ``"rad"``; of what is not known the words stand for themselves.

        ``"1"`` is strain: what else would a recording be measured in that has no unit, and says so.
        """
        text = f"1{text.strip()}" if text.strip().startswith("/") else text.strip()
        first, *rest = (part.strip() for part in text.replace("·", "*").split("/"))
        above = [_plain(part) for part in first.replace("*", " ").split()]
        below = [_plain(part) for part in rest if part]
        factor = 1.0
        for _, number in above:
            factor *= number
        for _, number in below:
            factor /= number
        names = tuple(name for name, _ in above if name)
        return cls(names, tuple(name for name, _ in below if name), factor, text)

    @property
    def known(self) -> bool:
        """Whether there is a unit at all."""
        return bool(self.words)

    @property
    def plain(self) -> str:
        """The unit without prefixes: ``"m/s"``; strain over time is ``"1/s"``."""
        above = [name for name in self.above if name != "strain"] if self.below else list(self.above)
        return "/".join([" ".join(above) or ("1" if self.below else "strain"), *self.below]) if self.known else ""

    def per(self, unit: str) -> "Units":
        """Return the unit of a derivative with respect to ``unit``."""
        if not self.known:
            return self
        head, *rest = self.words.split("/")
        if head == unit:
            # A prefix stays in the words, as in nm: nanometres per metre are no plain number.
            return Units.parse("/".join(["1", *rest]) if rest else "strain" if unit == "m" else "1")
        if head == "strain":
            return Units.parse("/".join(["1", *rest, unit]))
        return Units.parse(f"{self.words}/{unit}")

    def times(self, unit: str) -> "Units":
        """Return the unit of an integral over ``unit``."""
        if not self.known:
            return self
        head, *rest = self.words.split("/")
        if unit in rest:
            rest.remove(unit)
            whole = "/".join([head, *rest])
            return Units.parse("strain" if whole == "1" else whole)
        return Units.parse("/".join([unit if head == "1" else f"{head} {unit}", *rest]))

    @property
    def per_hertz(self) -> str:
        """The unit of a power spectral density: ``"(m/s)²/Hz"``."""
        return f"({self.words})²/Hz" if self.known else "1/Hz"


def quantity_of(units: Units) -> str:
    """Return what samples of a unit are: ``"velocity"``; empty where that is not known."""
    return QUANTITIES.get(units.plain, "")


def _plain(word: str) -> tuple[str, float]:
    """Return a unit without its prefix, and the prefix's factor; of a number no unit, and the number."""
    with suppress(ValueError):
        return "", float(word)
    name = NAMES.get(word, word)
    if name in BASES:
        return name, 1.0
    for prefix, factor in PREFIXES.items():
        rest = NAMES.get(word[len(prefix) :], word[len(prefix) :])
        if prefix and word.startswith(prefix) and rest in BASES:
            return rest, factor
    return word, 1.0
