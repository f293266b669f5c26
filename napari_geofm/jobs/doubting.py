"""Where and why carried labels are unsure, in an interpreter's words."""

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.axis import Axis
from napari_geofm.core.region import At
from napari_geofm.core.section import Section

__all__ = ["doubt_words", "section_words"]

AROUND = 31
"""Samples and traces over which doubt is averaged to find where it is thickest."""

SLIGHT = 0.5
"""Loss in the logarithm of the odds that explains nothing."""

THICK = 0.8
"""Part of the thickest doubt that belongs to the place that is named."""

REASONS = {
    "amplitude": "the reflectors there are unlike those of {source}",
    "features": "to the network the rock there looks unlike that of {source}",
    "there and back": "the reflectors there fit those of {source} in more than one way, as beside a fault",
    "boundary": "the boundaries of the classes there lie too close together to be told apart",
}
"""By what speaks least for the unsure samples, as :data:`napari_geofm.nets.carrying.EVIDENCE` names it."""


def section_words(at: At) -> str:
    """Return a section as people say it.

    >>> section_words(At("inline", 1080.0)), section_words(At())
    ('inline 1080', 'the section')
    """
    return str(at).replace("=", " ") if at.axis else "the section"


def doubt_words(
    source: At,
    section: Section,
    unsure: NDArray[np.bool_],
    carried: NDArray[np.bool_],
    evidence: NDArray[np.float32],
) -> str:
    """Return where carrying stopped, how much of it was unsure, where mostly, and why: two sentences.

    Parameters
    ----------
    source
        Where the labels come from.
    section
        Where they were carried to.
    unsure, carried
        Boolean, ``(rows, columns)``: samples in doubt, and all that were carried.
    evidence
        float32, ``(4, rows, columns)``, as :meth:`napari_geofm.nets.carrying.Carrying.evidence` returns it.
    """
    here = section_words(section.at)
    if not unsure.any():
        return f"Stopped before {here}: nothing that is labelled on {section_words(source)} has come there."
    share = np.count_nonzero(unsure) / np.count_nonzero(carried)
    rows, columns = _thickest(unsure)
    where = f"{_span(section.columns, columns)}, {_span(section.rows, rows)}"
    why = _reason(unsure, evidence).format(source=section_words(source))
    return f"Stopped before {here}, {share:.0%} of which is unsure. Most doubtful is {where}: {why}."


def _thickest(unsure: NDArray[np.bool_]) -> tuple[slice, slice]:
    """Return the connected place where most is unsure."""
    from scipy.ndimage import find_objects, label, uniform_filter

    thick = uniform_filter(unsure.astype(np.float32), AROUND)
    most = np.unravel_index(int(thick.argmax()), thick.shape)
    places, _ = label(thick >= THICK * thick.max())
    rows, columns = find_objects(places)[places[most] - 1]
    return rows, columns


def _span(axis: Axis, part: slice) -> str:
    """Return a stretch of an axis: ``crosslines 1200 to 1260``, ``0.8 to 1.2 s``."""
    first, last = (float(axis.value(place)) for place in (part.start, part.stop - 1))
    if axis.name == "twt":
        return f"{first / 1000:.2f} to {last / 1000:.2f} s"
    if axis.name == "depth":
        return f"{first:.0f} to {last:.0f} {axis.units}".rstrip()
    return f"{axis.name}s {first:g} to {last:g}"


def _reason(unsure: NDArray[np.bool_], evidence: NDArray[np.float32]) -> str:
    """Return what speaks least for the unsure samples, beside what a good match has.

    Samples at a boundary of classes are the first to be unsure; that is a reason only where they match well.
    """
    from napari_geofm.nets.carrying import EVIDENCE, GOOD, WEIGHTS

    found = np.array([each[unsure].mean() for each in evidence])
    lost = np.array(WEIGHTS) * (found - np.array(GOOD))
    worst = int(lost[:-1].argmin())
    return REASONS[EVIDENCE[worst if lost[worst] < -SLIGHT else -1]]
