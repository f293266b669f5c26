"""Class table: the names and colours of what is being interpreted."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from napari_geofm.errors import LabelError

__all__ = ["PALETTE", "ClassInfo", "ClassTable"]

PALETTE = (
    "#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#ee7733", "#009988",
    "#994f00", "#7b61a8", "#dd9ab7", "#6b8e23", "#1f5f8b", "#c44e52", "#8c8c8c", "#e5c494",
)  # fmt: skip
"""Colours for classes that come without: Paul Tol's 'bright' set first, kept apart for colour-blind eyes."""


_COLOUR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class ClassInfo:
    """One class: its name and its colour as ``#rrggbb``."""

    name: str
    colour: str

    def __post_init__(self) -> None:
        """Refuse what is no colour: an edited recipe would else fail only when a result is painted."""
        if not _COLOUR.fullmatch(self.colour):
            msg = f"Class '{self.name}' has colour '{self.colour}'; write #rrggbb, as in #4477aa"
            raise LabelError(msg)


@dataclass(frozen=True, slots=True)
class ClassTable:
    """Classes in the order of their numbers, from 0."""

    infos: tuple[ClassInfo, ...]

    def __post_init__(self) -> None:
        """Refuse double names and more classes than a byte can number."""
        names = [info.name for info in self.infos]
        double = next((name for name in names if names.count(name) > 1), None)
        if double is not None:
            msg = f"Class '{double}' occurs twice; give each class a name of its own"
            raise LabelError(msg)
        if len(names) > 254:
            msg = f"{len(names)} classes: there can be at most 254"
            raise LabelError(msg)

    @classmethod
    def numbered(cls, count: int) -> "ClassTable":
        """Return ``count`` classes named by number, in the palette's colours."""
        return cls.named([f"class {number}" for number in range(count)])

    @classmethod
    def named(cls, names: Sequence[str], colours: Sequence[str | None] | None = None) -> "ClassTable":
        """Return classes with ``names``; missing colours come from the palette."""
        given = colours if colours is not None else [None] * len(names)
        return cls(
            tuple(
                ClassInfo(name, colour or PALETTE[number % len(PALETTE)])
                for number, (name, colour) in enumerate(zip(names, given, strict=True))
            )
        )

    def __len__(self) -> int:
        """Count of classes."""
        return len(self.infos)

    def __iter__(self) -> Iterator[ClassInfo]:
        """Iterate over the classes in order."""
        return iter(self.infos)

    @property
    def names(self) -> tuple[str, ...]:
        """Names in order."""
        return tuple(info.name for info in self.infos)

    @property
    def rgb(self) -> tuple[tuple[int, int, int], ...]:
        """Colours in order, as 0..255 triples."""
        return tuple(
            (int(info.colour[1:3], 16), int(info.colour[3:5], 16), int(info.colour[5:7], 16)) for info in self.infos
        )

    def number(self, word: str) -> int:
        """Return the class meant by ``word``: its name or its number.

        Raises
        ------
        LabelError
            When there is no such class.
        """
        if word in self.names:
            return self.names.index(word)
        if word.isdecimal() and int(word) < len(self):
            return int(word)
        msg = f"No class '{word}'; classes are {', '.join(f'{n} {name}' for n, name in enumerate(self.names))}"
        raise LabelError(msg)
