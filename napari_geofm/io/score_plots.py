"""Plots of scores: how they are distributed over the pictures, and how they change along them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import PALETTE
from napari_geofm.io.atomic import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_along", "draw_distributions", "draw_overall"]

Values = Mapping[str, Sequence[float]]
"""Scores of each picture, NaN where it has none, by the name of what made them."""


def draw_distributions(path: Path, values: Values, title: str, score: str = "mIoU", *, overwrite: bool = False) -> None:
    """Draw how the scores of single pictures are distributed, as the paper's figure 5 does.

    A row for each name: the distribution's shape, every picture as a tick, the median as a line with its number.

    Parameters
    ----------
    path
        A PNG, PDF or SVG by its ending.
    values
        Scores 0..1.
    title, score
        What the pictures are, and what the scores are.
    overwrite
        Whether a file that exists is replaced.

    Raises
    ------
    OutputError
        When the file exists or cannot be written.
    """
    rows = {name: _known(each) for name, each in values.items()}
    rows = {name: each for name, each in rows.items() if each.size}

    def draw(axis: "Axes") -> None:
        for place, each in enumerate(rows.values()):
            _row(axis, len(rows) - place, _colour(place), each)
        axis.set_yticks(range(len(rows), 0, -1), list(rows))
        axis.set_ylim(0.4, len(rows) + 0.8)
        axis.set_xlim(0, 1)
        axis.set_xlabel(f"{score} of each picture")
        axis.grid(axis="x", alpha=0.3)

    _drawn(path, (7.2, 1.2 + 0.62 * max(1, len(rows))), title, draw, overwrite=overwrite)


def draw_along(path: Path, values: Values, title: str, along: str, *, overwrite: bool = False) -> None:
    """Draw scores against the pictures' place, such as the distance from what was learned from; see above."""

    def draw(axis: "Axes") -> None:
        for place, (name, each) in enumerate(values.items()):
            axis.plot(np.arange(1, len(each) + 1), each, "o-", ms=3, lw=1, color=_colour(place), label=name)
        axis.set(xlabel=along, ylabel="mIoU of each picture", ylim=(0, 1))
        axis.grid(alpha=0.3)
        if values:
            axis.legend(fontsize=8)

    _drawn(path, (7.2, 4.0), title, draw, overwrite=overwrite)


def draw_overall(
    path: Path, found: Values, published: Mapping[str, float], title: str, score: str, *, overwrite: bool = False
) -> None:
    """Draw one score of each name: a dot for each seed, their mean as a line, and the published one as a cross.

    Parameters
    ----------
    path, title, score, overwrite
        As for :func:`draw_distributions`.
    found
        The score of each seed.
    published
        The paper's, where it has one.
    """

    def draw(axis: "Axes") -> None:
        for place, (name, each) in enumerate(found.items()):
            row = len(found) - place
            known = _known(each)
            axis.plot(known, np.full(known.size, row), "o", ms=5, alpha=0.7, color=_colour(place))
            if known.size:
                axis.plot([known.mean()] * 2, [row - 0.3, row + 0.3], color=_colour(place), lw=2)
                axis.annotate(f"{known.mean():.3f}", (known.mean(), row + 0.32), fontsize=8, ha="center")
            if name in published:
                label = "" if axis.get_legend_handles_labels()[1] else "paper"
                axis.plot(published[name], row, "kx", ms=7, label=label or None)
        axis.set_yticks(range(len(found), 0, -1), list(found))
        axis.set_ylim(0.4, len(found) + 0.8)
        axis.set_xlabel(score)
        axis.grid(axis="x", alpha=0.3)
        if axis.get_legend_handles_labels()[1]:
            axis.legend(fontsize=8)

    _drawn(path, (7.2, 1.2 + 0.62 * max(1, len(found))), title, draw, overwrite=overwrite)


def _row(axis: "Axes", height: float, colour: str, values: NDArray[np.float64]) -> None:
    """Draw one distribution: its shape above the line, its pictures on it."""
    if values.size > 1 and float(np.ptp(values)) > 1e-6:
        shape: Any = axis.violinplot(
            values, positions=[height], orientation="horizontal", side="high", showextrema=False, widths=0.9
        )
        for each in shape["bodies"]:
            each.set(facecolor=colour, alpha=0.45)
    axis.plot(values, np.full(values.size, height - 0.06), "|", ms=6, color=colour, alpha=0.8)
    middle = float(np.median(values))
    axis.plot([middle, middle], [height - 0.14, height + 0.4], color="black", lw=1.2)
    axis.annotate(f"{middle:.3f}", (middle, height + 0.42), fontsize=8, ha="center", va="bottom")


def _drawn(path: Path, size: tuple[float, float], title: str, draw: Any, *, overwrite: bool) -> None:
    from matplotlib.figure import Figure

    figure = Figure(figsize=size, dpi=120, layout="constrained")
    axis = figure.subplots()
    draw(axis)
    axis.set_title(title, fontsize=10)
    with replacing(path, overwrite=overwrite) as beside:
        figure.savefig(beside)


def _known(values: Sequence[float]) -> NDArray[np.float64]:
    plain = np.asarray(values, np.float64)
    return plain[np.isfinite(plain)]


def _colour(place: int) -> str:
    return PALETTE[place % len(PALETTE)]
