"""All craters of a mask, by windows where it is large; across their borders each crater is one."""

import math
from dataclasses import dataclass, replace

import numpy as np

from napari_geofm.core.body import Body
from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.ground import Ground
from napari_geofm.core.craters.instances import find_instances
from napari_geofm.core.craters.mask_part import MaskPart, MaskSource
from napari_geofm.core.craters.matching import overlapping
from napari_geofm.core.craters.measuring import measure_craters
from napari_geofm.core.craters.windows import columns_around, windows_of
from napari_geofm.core.progress import Control, Job, Progress

__all__ = ["CraterSearch", "find_craters"]

SAME = 0.5
"""Overlap of two circles from which on they are one crater found twice."""


@dataclass(frozen=True, slots=True)
class CraterSearch:
    """What counts as a crater.

    Attributes
    ----------
    smallest_px
        Diameter in pixels below which nothing does.
    residual
        Largest root mean square distance of the rim from the circle, part of the radius.
    arc
        Least part of the rim that is seen; half of it at the image's border.
    axis_ratio
        Least ratio of the ellipse's axes, on the ground.
    confidence
        Least confidence.
    """

    smallest_px: float = 4.0
    residual: float = 0.2
    arc: float = 0.3
    axis_ratio: float = 0.5
    confidence: float = 0.05

    def holds(self, crater: Crater) -> bool:
        """Tell whether it counts."""
        arc = self.arc / 2 if crater.on_edge else self.arc
        return (
            crater.diameter_px >= self.smallest_px
            and crater.residual <= self.residual
            and crater.arc >= arc
            and crater.axis_ratio >= self.axis_ratio
            and crater.confidence >= self.confidence
        )


def find_craters(
    source: MaskSource,
    ground: Ground | None = None,
    search: CraterSearch | None = None,
    control: Control | None = None,
) -> Job[Catalogue]:
    """Find the craters of a mask, of any size.

    An image is looked through window by window, each with what is around it; craters too large for that are looked for
    in the image shrunk. Where the columns go once around the body, the first follows the last.

    Parameters
    ----------
    source
        The mask.
    ground
        The image's place on a body; None: craters are known in pixels only.
    search
        What counts as a crater.
    control
        Looked at between windows.
    """
    chosen = search or CraterSearch()
    windows = list(windows_of(source.shape, ground))
    around = columns_around(source.shape, ground)
    craters: list[Crater] = []
    yield Progress(0, 0, "finding craters")
    for number, window in enumerate(windows):
        if number:
            yield Progress(number, len(windows), f"finding craters, {len(craters):,} so far")
        if control is not None:
            control.check()
        part = window.read(source, around, ground)
        craters += [each for each in _within(part, ground, chosen, around) if window.holds(each)]
    body = None if ground is None else ground.body
    return Catalogue(_once(tuple(craters), body), body).sorted()


def _within(part: MaskPart, ground: Ground | None, search: CraterSearch, around: int | None) -> list[Crater]:
    if not part.crater.any() and (part.rim is None or not part.rim.any()):
        return []
    smallest = search.smallest_px / part.step * math.sqrt(part.aspect)
    instances = find_instances(
        part.crater,
        rim=part.rim,
        valid=part.valid,
        aspect=part.aspect,
        smallest_px=0.8 * smallest,
        core=part.core,
    )
    found = measure_craters(instances, part, ground)
    if around is not None:
        found = [replace(each, column=(each.column + 0.5) % around - 0.5) for each in found]
    return [each for each in found if search.holds(each)]


def _once(craters: tuple[Crater, ...], body: Body | None) -> tuple[Crater, ...]:
    """Leave out craters that were found twice: of two the surer one, with the longer rim, stays."""
    every = Catalogue(craters, body)
    rank = np.argsort([-each.confidence - 0.5 * each.arc for each in craters], kind="stable").argsort()
    one, other, _ = overlapping(every, every, SAME)
    worse: dict[int, list[int]] = {}
    for first, second in zip(one.tolist(), other.tolist(), strict=True):
        if rank[first] < rank[second]:
            worse.setdefault(first, []).append(second)
    gone = np.zeros(len(craters), bool)
    for place in np.argsort(rank).tolist():
        if not gone[place]:
            gone[worse.get(place, [])] = True
    return tuple(each for each, left in zip(craters, gone, strict=True) if not left)
