"""An object taken apart for its journey: a short stream, and the large buffers of its arrays beside it."""

import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.reduction import ForkingPickler
from typing import Any, NoReturn

__all__ = ["Buffer", "Parcel"]

Buffer = bytes | bytearray | memoryview

SMALL = 4096
"""Bytes below which an array stays in the stream."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """An object as a stream and the raw memory of its larger arrays (protocol 5's out-of-band buffers, PEP 574).

    Attributes
    ----------
    parts
        The stream, then one buffer for each array of at least 4 KiB, in the stream's order.
    """

    parts: tuple[Buffer, ...]

    @property
    def sizes(self) -> tuple[int, ...]:
        """Bytes of each part."""
        return tuple(len(part) for part in self.parts)

    @classmethod
    def pack(cls, content: object) -> "Parcel":
        """Take ``content`` apart; its arrays are referred to, not copied.

        Raises
        ------
        TypeError
            When it holds a torch tensor: who unpacks it may have no torch.
        Exception
            Whatever an object raises that refuses to be pickled.
        """
        buffers: list[Buffer] = []

        def aside(buffer: Any) -> bool:
            raw: memoryview = buffer.raw()
            if len(raw) < SMALL:
                return True
            buffers.append(raw)
            return False

        stream = io.BytesIO()
        pickler = ForkingPickler(stream, 5, True, aside)  # protocol 5; this class takes positions only
        _refuse_tensors(pickler)
        pickler.dump(content)
        return cls((stream.getbuffer(), *buffers))

    @classmethod
    def join(cls, whole: Sequence[bytearray]) -> "Parcel":
        """Return the parcel whose parts have arrived as ``whole``."""
        return cls(tuple(whole))

    def unpack(self) -> Any:
        """Return the object; its arrays own the memory of the parts, and are as writable as they were packed.

        Raises
        ------
        Exception
            Whatever the import of a class, or its own reconstruction, raises.
        """
        stream, *buffers = self.parts
        return ForkingPickler.loads(stream, buffers=buffers)


def _refuse_tensors(pickler: ForkingPickler) -> None:
    """Make ``pickler`` refuse tensors, which would travel as handles and load torch at the other end."""
    torch = sys.modules.get("torch")
    if torch is None:
        return

    def refuse(_: object) -> NoReturn:
        raise TypeError("it holds a torch tensor; bodies return numpy arrays")

    for kind in (torch.Tensor, torch.nn.Parameter):
        pickler.dispatch_table[kind] = refuse
