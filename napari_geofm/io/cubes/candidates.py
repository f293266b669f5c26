"""Which of a file's arrays is the volume."""

from collections.abc import Mapping
from dataclasses import dataclass

from napari_geofm.errors import FormatError, UsageError
from napari_geofm.io.cubes.naming import is_seismic, offset_axis

__all__ = ["Candidate", "choose"]

_PREFERRED = (
    "amplitude", "data", "seismic", "prediction", "labels", "confidence", "probabilities", "chunked_012",
    "chunked_01",
)  # fmt: skip
"""Names of arrays that are meant where there are several, the first that occurs."""

_SIDE = frozenset({"cdp_x", "cdp_y", "trace_mask", "live", "headers", "fold", "live_mask", "raw_headers"})
"""Names of what belongs to the traces and is not the volume."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An array that may be the volume: its shape, and the names of its axes, empty where they have none."""

    shape: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def post_stack(self) -> "Candidate":
        """The array without its axis of offsets, if it has one."""
        axis = offset_axis(self.names)
        if axis is None:
            return self
        return Candidate(self.shape[:axis] + self.shape[axis + 1 :], self.names[:axis] + self.names[axis + 1 :])

    @property
    def words(self) -> str:
        """Shape and axes."""
        sizes = " x ".join(str(size) for size in self.shape)
        return f"{sizes}, {', '.join(self.names)}" if any(self.names) else sizes


def choose(where: str, arrays: Mapping[str, Candidate], variable: str) -> str:
    """Return the name of the array that is meant.

    Parameters
    ----------
    where
        The file, for messages.
    arrays
        All arrays of numbers in it, by name (with groups: ``"a/b"``).
    variable
        What the user names; empty: the one that stands out.

    Raises
    ------
    UsageError
        When there is no array of the name that the user gives.
    FormatError
        When there is none of two or three axes, or several and none stands out; they are listed.
    """
    if variable:
        if variable not in arrays:
            raise UsageError(f"{where} has no variable '{variable}'; it has {_listed(arrays)}")
        return variable
    plain = {name: each.post_stack for name, each in arrays.items()}
    fitting = {name: each for name, each in plain.items() if len(each.shape) in {2, 3} and _leaf(name) not in _SIDE}
    if not fitting:
        raise FormatError(f"{where} has no array of two or three axes; it has {_listed(arrays)}")
    deep = {name: each for name, each in fitting.items() if len(each.shape) == 3}
    for group in (deep, fitting):
        named = {name: each for name, each in group.items() if is_seismic(each.names)}
        for pool in (named, group):
            if len(pool) == 1:
                return next(iter(pool))
            for word in _PREFERRED:
                found = [name for name in pool if _leaf(name) == word]
                if len(found) == 1:
                    return found[0]
    raise FormatError(f"{where} holds several arrays: {_listed(fitting)}; name one with --variable NAME")


def _leaf(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def _listed(arrays: Mapping[str, Candidate]) -> str:
    shown = [f"{name} ({each.words})" for name, each in sorted(arrays.items())]
    return "; ".join(shown[:12]) + ("; ..." if len(shown) > 12 else "") if shown else "none"
