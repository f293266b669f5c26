"""Which class of one table is which of another: by name, by number where nobody has named it yet."""

import re
from collections.abc import Sequence

__all__ = ["counterparts", "numbered_from", "unnamed"]

_NUMBERED = re.compile(r"class (0|[1-9]\d{0,2})")


def numbered_from(names: Sequence[str]) -> int | None:
    """Return the number of the first class where names are untouched defaults; None where they are none.

    Labels without names are numbered from 0, a session's classes from 1. Where classes in the middle were deleted, the
    rest keep names that tell more than their places do.

    Examples
    --------
    >>> numbered_from(["class 1", "shale", "class 3"])
    1
    >>> numbered_from(["class 0", "class 1"])
    0
    >>> numbered_from(["class 2", "class 3"])  # the first was deleted
    """
    found = {int(said[1]) - place for place, name in enumerate(names) if (said := _NUMBERED.fullmatch(name))}
    first = found.pop() if len(found) == 1 else None
    return first if first in {0, 1} else None


def unnamed(names: Sequence[str]) -> frozenset[int]:
    """Return the places of the classes whose names are untouched defaults.

    Examples
    --------
    >>> sorted(unnamed(["class 1", "shale", "class 3"]))
    [0, 2]
    """
    if numbered_from(names) is None:
        return frozenset()
    return frozenset(place for place, name in enumerate(names) if _NUMBERED.fullmatch(name))


def counterparts(known: Sequence[str], now: Sequence[str], *, renamed: bool) -> tuple[int | None, ...]:
    """Return for each class of one table its place in another, None where it is not among them.

    Classes are known by name. Untouched default names, ``class 1``, are numbers: such a class is the one at its place
    in the other table, unless that is another one by its name.

    Parameters
    ----------
    known
        A model's classes.
    now
        Those of a session, or of labels.
    renamed
        Whether a name that is new, at the place of one that is gone, is that class under another name, where no class
        is missing: so in the session that the model was made in, and not in labels from elsewhere.

    Examples
    --------
    >>> counterparts(("sand", "shale", "salt"), ("shale", "salt", "gas"), renamed=True)
    (None, 0, 1)
    >>> counterparts(("sand", "shale"), ("sand", "mudstone"), renamed=True)
    (0, 1)
    >>> counterparts(("sand", "shale"), ("sand", "mudstone"), renamed=False)
    (0, None)
    >>> counterparts(("class 1", "shale"), ("sand", "shale"), renamed=False)
    (0, 1)
    >>> counterparts(("class 0", "class 1"), ("class 1", "class 2"), renamed=False)
    (0, 1)
    """
    theirs, ours = unnamed(known), unnamed(now)
    places = {name: place for place, name in enumerate(now)}
    found = [places.get(name) for name in known]
    for place, other in enumerate(found):
        if other is not None and place in theirs and other in ours:
            # Numbers counted from 0 and from 1 look like each other's neighbours.
            found[place] = place if place in ours else None if other in theirs else other
    taken = set(found)
    for place, name in enumerate(now[: len(known)]):
        if found[place] is not None or place in taken:
            continue
        new_name = len(known) <= len(now) and name not in known
        if place in ours or (new_name and (renamed or place in theirs)):
            found[place] = place
    return tuple(found)
