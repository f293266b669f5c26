"""The parts in which the result of a whole survey is computed and saved."""

from dataclasses import dataclass

__all__ = ["Block", "ResumeCounts", "blocks_along"]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the result that is computed and saved at once.

    Attributes
    ----------
    index
        Number in the manifest, from 0.
    start, stop
        Positions along the axis of the blocks.
    """

    index: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class ResumeCounts:
    """What a run found and did: blocks taken over, blocks in all, and blocks computed by this run."""

    blocks_done: int
    blocks_total: int
    blocks_redone: int


def blocks_along(start: int, stop: int, size: int) -> tuple[Block, ...]:
    """Return blocks of at most ``size`` positions that cover ``[start, stop)``.

    >>> [(block.start, block.stop) for block in blocks_along(0, 5, 2)]
    [(0, 2), (2, 4), (4, 5)]
    """
    return tuple(Block(n, low, min(low + size, stop)) for n, low in enumerate(range(start, stop, size)))
