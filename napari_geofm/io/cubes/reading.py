"""How a file is read that does not say so itself: its shape and type, which axis is which, and their numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import FormatError, UsageError

__all__ = ["BYTE_ORDERS", "AxisNumbers", "Reading", "sidecar_for"]

BYTE_ORDERS = ("little", "big")


@dataclass(frozen=True, slots=True)
class AxisNumbers:
    """Numbers of an axis: evenly spaced, or one by one.

    Attributes
    ----------
    first, step
        Number of the first line or sample, and from one to the next; not used where ``values`` are given.
    values
        The numbers themselves; empty where they are evenly spaced.
    units
        ``"ms"``, ``"m"``, ``"ft"``, ...; empty where the usual one is meant.
    """

    first: float = 0.0
    step: float = 1.0
    values: tuple[float, ...] = ()
    units: str = ""

    def numbers(self, size: int) -> NDArray[np.float64]:
        """Return ``size`` numbers.

        Raises
        ------
        FormatError
            When another count of numbers is listed.
        """
        if not self.values:
            return self.first + self.step * np.arange(size, dtype=np.float64)
        if len(self.values) != size:
            msg = f"{len(self.values)} numbers are listed for an axis of {size}; list one for each"
            raise FormatError(msg)
        return np.array(self.values, np.float64)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the user, or a sidecar, says about a file; each part is empty where nothing is said.

    Attributes
    ----------
    shape
        Sizes in the file's order, the axis that changes slowest first.
    dtype
        Type of bare numbers: a numpy name (``"float32"``, ``"int16"``) or ``"ibm"``.
    byte_order
        ``"little"`` or ``"big"``.
    header_bytes
        Bytes before the first number.
    dims
        Axes in the file's order: ``("inline", "crossline", "twt")``.
    variable
        Which array of a file that holds several.
    axes
        Numbers by axis.
    offset
        Of a volume with an axis of offsets: the one that is read, or the nearest that there is; None: nothing is said.
    stack
        Of such a volume: whether the mean over all offsets is read.
    """

    shape: tuple[int, ...] = ()
    dtype: str = ""
    byte_order: str = "little"
    header_bytes: int = 0
    dims: tuple[str, ...] = ()
    variable: str = ""
    axes: Mapping[str, AxisNumbers] = field(default_factory=dict)
    offset: float | None = None
    stack: bool = False

    def __post_init__(self) -> None:
        """Refuse what no file can be."""
        if any(size < 1 for size in self.shape):
            msg = f"Shape {' x '.join(map(str, self.shape))}: each size is 1 or more"
            raise UsageError(msg)
        if self.byte_order not in BYTE_ORDERS:
            msg = f"Byte order '{self.byte_order}': give little or big"
            raise UsageError(msg)
        if self.offset is not None and (self.stack or not np.isfinite(self.offset)):
            msg = f"Offset {self.offset:g}: give one offset, or ask for the stack of all"
            raise UsageError(msg)
        if self.header_bytes < 0:
            msg = f"Header bytes {self.header_bytes}: give 0 or more"
            raise UsageError(msg)

    @property
    def is_raw(self) -> bool:
        """Whether it says all that bare numbers need."""
        return bool(self.shape and self.dtype)

    def over(self, other: "Reading") -> "Reading":
        """Return this one, with what it leaves open taken from ``other``."""
        blank = Reading()
        left = {
            each.name: getattr(other, each.name)
            for each in fields(self)
            if getattr(self, each.name) == getattr(blank, each.name)
        }
        if self.offset is not None or self.stack:
            left |= {"offset": self.offset, "stack": self.stack}
        return replace(self, **left)

    def plain(self) -> dict[str, Any]:
        """Return what a JSON document holds."""
        axes = {
            name: list(axis.values) if axis.values else {"first": axis.first, "step": axis.step, "units": axis.units}
            for name, axis in self.axes.items()
        }
        found = {each.name: getattr(self, each.name) for each in fields(self)} | {"axes": axes}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()
                if value or (name == "offset" and value is not None)}  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, Any], where: str) -> "Reading":
        """Read what :meth:`plain` returns; unknown words are passed over.

        Raises
        ------
        FormatError
            When a value is not what it should be; ``where`` is named.
        """
        try:
            return cls(
                shape=tuple(int(size) for size in plain.get("shape", ())),
                dtype=str(plain.get("dtype", "")),
                byte_order=str(plain.get("byte_order", "little")),
                header_bytes=int(plain.get("header_bytes", 0)),
                dims=tuple(str(name) for name in plain.get("dims", ())),
                variable=str(plain.get("variable", "")),
                offset=None if plain.get("offset") is None else float(plain["offset"]),
                stack=bool(plain.get("stack", False)),
                axes={str(name): _axis(value) for name, value in dict(plain.get("axes", {})).items()},
            )
        except (TypeError, ValueError, AttributeError) as error:
            msg = f"{where} does not describe an array ({error}); correct or remove it"
            raise FormatError(msg) from error


def sidecar_for(path: Path) -> Reading:
    """Return what ``cube.npy.json`` says about ``cube.npy``; nothing where there is no such file.

    Raises
    ------
    FormatError
        When it is no JSON, or says what cannot be.
    """
    file = path.with_name(f"{path.name}.json")
    if not file.is_file():
        return Reading()
    try:
        plain = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{file.name} beside {path.name} is no JSON ({error}); correct or remove it"
        raise FormatError(msg) from error
    if not isinstance(plain, dict):
        msg = f"{file.name} beside {path.name} holds no description; correct or remove it"
        raise FormatError(msg)
    if str(plain.get("program", "")).startswith("napari-geofm"):
        # Where a result of ours came from; the result itself says how it is read.
        return Reading()
    return Reading.of(plain, file.name)


def _axis(value: Any) -> AxisNumbers:
    if isinstance(value, Mapping):
        step, first = float(value.get("step", 1.0)), float(value.get("first", 0.0))
        if step == 0.0 or not np.isfinite([step, first]).all():
            msg = f"first {first:g}, step {step:g}: an axis counts on"
            raise ValueError(msg)
        return AxisNumbers(first, step, units=str(value.get("units", "")))
    return AxisNumbers(values=tuple(float(number) for number in value))
