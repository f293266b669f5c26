"""Where nothing was recorded within a window, in words."""

import numpy as np

from napari_geofm.core.section import Section

__all__ = ["gap_words"]


def gap_words(section: Section) -> str:
    """Return what of a window in time is a gap, or a window of an image without data; "" where it is whole.

    Dead channels are no gap.

    Examples
    --------
    >>> from napari_geofm.core.axis import Axis
    >>> from napari_geofm.core.display import layout_of
    >>> from napari_geofm.core.region import At
    >>> values = np.ones((10, 3), np.float32)
    >>> values[4:7] = np.nan
    >>> axes = Axis("time", np.arange(10) * 0.5, "s"), Axis("distance", np.arange(3.0), "m")
    >>> places = slice(0, 3), slice(0, 10)
    >>> gap_words(Section(values, *axes, At("time", 0.0, 5.0), layout_of(("distance", "time")), places))
    '1.5 of 5 s are a gap from 2 s on: nothing was recorded, and it stays empty'
    """
    valid = section.valid
    if section.rows.name == "time" and section.rows.size > 1:
        gone = np.flatnonzero(~valid.any(axis=1))
        if not gone.size:
            return ""
        first, last = (float(end) for end in (section.rows.first, section.rows.last))
        step = (last - first) / (section.rows.size - 1)
        length = f"{gone.size * step:.4g} of {section.rows.size * step:.4g} s"
        start = f"{float(section.rows.values[gone[0]]):.7g}"
        return f"{length} are a gap from {start} s on: nothing was recorded, and it stays empty"
    if section.at.axis == "window" and not valid.all():
        share = np.count_nonzero(~valid) / valid.size
        return f"{share:.0%} of the window has no data, and stays empty" if share >= 0.005 else ""
    return ""
