"""Every error that is raised on purpose: one line that gives the value, the rule and the remedy.

Each class is also a Python builtin error, so that a caller who does not know this package still catches what
it means. ``exit_status`` is what the command line returns: 2 for bad input, 1 for a run that failed.
"""

from typing import ClassVar

__all__ = [
    "AxisError",
    "CancelledError",
    "DeviceError",
    "EncoderError",
    "FormatError",
    "GeoFMError",
    "GeometryError",
    "JobError",
    "LabelError",
    "ModelError",
    "OutputError",
    "PreStackError",
    "RecipeError",
    "SourceError",
    "UnknownFormatError",
    "UsageError",
    "WeightsError",
]


class GeoFMError(Exception):
    """Raised when napari-geofm refuses or fails on purpose; its text is one line for the user."""

    exit_status: ClassVar[int] = 2

    def __str__(self) -> str:
        """Return the line for the user (``KeyError`` would quote it, ``OSError`` would number it)."""
        return " ".join(str(self.args[0]).split()) if self.args else type(self).__name__


class AxisError(GeoFMError, KeyError):
    """Raised when a survey has no such axis, or an axis no such number."""


class SourceError(GeoFMError, FileNotFoundError):
    """Raised when an input is not there or cannot be read."""


class FormatError(GeoFMError, ValueError):
    """Raised when a file is not what its name or its caller says."""


class UnknownFormatError(FormatError):
    """Raised when a file's content tells of no format: it may hold bare numbers."""


class PreStackError(FormatError):
    """Raised when a volume has an axis of offsets and nobody has said what is read of it; ``offsets`` are those."""

    def __init__(self, text: str, offsets: tuple[float, ...] = ()) -> None:
        super().__init__(text)
        self.offsets = offsets


class GeometryError(GeoFMError, ValueError):
    """Raised when traces or samples make no grid."""


class LabelError(GeoFMError, ValueError):
    """Raised when labels do not fit the survey, or hold nothing to learn from."""


class RecipeError(GeoFMError, ValueError):
    """Raised when a recipe has an unknown key or an impossible value."""


class ModelError(GeoFMError, ValueError):
    """Raised when a model folder is damaged or does not fit what it is asked to do."""


class WeightsError(GeoFMError, OSError):
    """Raised when an encoder's weights cannot be found, or are not what they should be."""

    exit_status: ClassVar[int] = 1


class EncoderError(WeightsError):
    """Raised when what the user names as an encoder, or as its weights' file, is none."""

    exit_status: ClassVar[int] = 2


class OutputError(GeoFMError, OSError):
    """Raised when an output exists, or cannot be written where it should go."""


class UsageError(GeoFMError, ValueError):
    """Raised when an option has a value that it cannot have."""


class DeviceError(GeoFMError, RuntimeError):
    """Raised when the asked-for device is not there."""


class JobError(GeoFMError, RuntimeError):
    """Raised when a job fails: out of memory, a worker that died, a loss that diverged."""

    exit_status: ClassVar[int] = 1


class CancelledError(GeoFMError):
    """Raised inside a job that the user has stopped."""

    exit_status: ClassVar[int] = 1
