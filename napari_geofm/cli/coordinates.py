"""Where a survey lies on the map, for ``geofm info``: a corner, distances between lines and rotation; a line's ends."""

from typing import Any

import numpy as np

__all__ = ["coordinate_lines", "coordinates_of"]

_LOOSE = 0.2
"""Share of the distance between lines by which the headers' own X and Y may lie beside the fit without a word."""


def coordinates_of(survey: Any) -> dict[str, Any] | None:
    """Return where a volume or a line lies.

    Parameters
    ----------
    survey
        Any survey.

    Returns
    -------
    dict or None
        ``x``, ``y`` of the first inline and crossline; ``inline_spacing``, ``crossline_spacing`` between neighbouring
        lines, in the unit of X and Y; ``azimuth`` of rising crossline numbers, degrees clockwise from Y; ``rms``
        distance of the headers' X and Y; ``matrix`` from (1, inline, crossline) to X and Y; ``angle``, the unit of X
        and Y where they are no lengths. Of a line ``first`` and ``last``, X and Y of its first and last trace;
        ``x_range``, ``y_range``, smallest and largest of all; ``angle``. None where the survey has no coordinates.
    """
    if survey.kind == "seismic-2d":
        return _course_of(survey)
    affine = getattr(survey.template, "affine", None)
    if survey.kind != "seismic-3d" or affine is None:
        return None
    matrix = np.asarray(affine.matrix, np.float64)
    lines = [survey.axis(name).values.astype(np.float64) for name in ("inline", "crossline")]
    steps = [float(np.median(np.abs(np.diff(line)))) if line.size > 1 else 1.0 for line in lines]
    between = np.hypot(*matrix[:, 1:]) * steps
    x, y = matrix @ np.array([1.0, lines[0][0], lines[1][0]])
    return {
        "x": float(x),
        "y": float(y),
        "inline": int(lines[0][0]),
        "crossline": int(lines[1][0]),
        "inline_spacing": float(between[0]),
        "crossline_spacing": float(between[1]),
        "azimuth": float(np.degrees(np.arctan2(matrix[0, 2], matrix[1, 2])) % 360.0),
        "rms": affine.rms,
        "matrix": matrix.tolist(),
        "angle": affine.angle,
    }


def _course_of(survey: Any) -> dict[str, Any] | None:
    from napari_geofm.io.segy import SegyTemplate
    from napari_geofm.io.segy.coordinates import line_course

    template = survey.template
    if not isinstance(template, SegyTemplate):
        return None
    course = line_course(template.layout, template.grid, template.options)
    if course is None:
        return None
    (left, low), (right, high) = course.xy.min(axis=0).tolist(), course.xy.max(axis=0).tolist()
    return {
        "first": course.xy[0].tolist(),
        "last": course.xy[-1].tolist(),
        "x_range": [left, right],
        "y_range": [low, high],
        "angle": course.angle,
    }


def coordinate_lines(found: dict[str, Any] | None) -> list[str]:
    """Return :func:`coordinates_of` as lines for people."""
    if found is None:
        return []
    digits = 5 if found["angle"] else 1
    if "x_range" in found:
        ends, (low_x, high_x), (low_y, high_y) = (found["first"], found["last"]), found["x_range"], found["y_range"]
        words = " to ".join(f"{x:.{digits}f}, {y:.{digits}f}" for x, y in ends)
        return [
            f"  X and Y    {words} from its first to its last trace",
            f"             X {low_x:.{digits}f} to {high_x:.{digits}f}, Y {low_y:.{digits}f} to {high_y:.{digits}f}",
        ]
    lines = [
        f"  X and Y    {found['x']:.{digits}f}, {found['y']:.{digits}f} at inline {found['inline']}, "
        f"crossline {found['crossline']}",
    ]
    if not found["angle"]:
        lines.append(
            f"             inlines {found['inline_spacing']:.4g} apart, crosslines {found['crossline_spacing']:.4g}; "
            f"along an inline towards {found['azimuth']:.1f} degrees from Y"
        )
        if found["rms"] > _LOOSE * min(found["inline_spacing"], found["crossline_spacing"]):
            lines.append(f"             the headers' own X and Y lie {found['rms']:.4g} beside that, on average")
    return lines
