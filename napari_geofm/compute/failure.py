"""What went wrong in a body, as text that travels: no exception is pickled, since some cannot be."""

import gc
import sys
import traceback
from dataclasses import dataclass

from napari_geofm import errors
from napari_geofm.errors import GeoFMError, JobError

__all__ = ["Failure", "free_memory", "out_of_memory"]

LONGEST = 300
"""Characters kept of a library's message: the rest is in the traceback."""
MEMORY_WORDS = ("out of memory", "can't allocate memory", "not enough memory", "ALLOC_FAILED", "Cannot allocate memory")


@dataclass(frozen=True, slots=True)
class Failure:
    """An error as text.

    Attributes
    ----------
    name
        Name of the class in :mod:`napari_geofm.errors`.
    line
        The line for the user.
    trace
        The traceback, for ``--debug`` and log files.
    lasting
        Whether the process is of no more use (a CUDA context does not survive an assertion on the device).
    """

    name: str
    line: str
    trace: str
    lasting: bool = False

    @classmethod
    def of(cls, error: BaseException, doing: str) -> "Failure":
        """Describe ``error``, raised while ``doing``: ours as it is, memory with a remedy, the rest with its type."""
        trace = "".join(traceback.format_exception(error))
        if isinstance(error, GeoFMError):
            name = next(kind.__name__ for kind in type(error).__mro__ if hasattr(errors, kind.__name__))
            return cls(name, str(error), trace)
        said = " ".join(str(error).split())[:LONGEST].rstrip(".") or "no message"
        if out_of_memory(error):
            line = f"Out of memory while {doing} ({said}); choose a smaller area or batch, or close other programs."
            return cls(JobError.__name__, line, trace)
        line = f"An unexpected {type(error).__name__} ended {doing}: {said}; --debug shows where; please report it."
        return cls(JobError.__name__, line, trace, lasting="CUDA error" in said)

    def error(self, *, noted: bool = True) -> GeoFMError:
        """Return the error to raise; where ``noted``, its ``__notes__`` hold the traceback of the other process."""
        kind: type[GeoFMError] = getattr(errors, self.name, JobError)
        error = kind(self.line)
        if noted:
            error.add_note(self.trace)
        return error


def out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` says that memory ran out, on the host or on a device (torch's class is known by its name)."""
    if isinstance(error, MemoryError) or any(kind.__name__ == "OutOfMemoryError" for kind in type(error).__mro__):
        return True
    return isinstance(error, (RuntimeError, OSError)) and any(words in str(error) for words in MEMORY_WORDS)


def free_memory() -> None:
    """Give back what a failed body held: its cycles, and the cache of torch where torch is loaded."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
