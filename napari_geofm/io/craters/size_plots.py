"""Size-frequency distributions as a plot and as a table."""

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.classes import PALETTE
from napari_geofm.core.craters.size_frequency import SizeFrequency
from napari_geofm.io.atomic import replacing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_size_frequency", "fill_size_frequency", "write_size_frequency"]


def draw_size_frequency(path: Path, found: SizeFrequency, title: str, *, overwrite: bool = False) -> None:
    """Draw the cumulative and the R plot beside each other, with Poisson errors and the completeness limit.

    Parameters
    ----------
    path
        A PNG, PDF or SVG by its ending.
    found, title
        What is drawn, and what it is of.
    overwrite
        Whether a file that exists is replaced.

    Raises
    ------
    OutputError
        When the file exists or cannot be written.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.6, 4.6), dpi=120, layout="constrained")
    fill_size_frequency(figure, found, title)
    with replacing(path, overwrite=overwrite) as beside:
        figure.savefig(beside)


def fill_size_frequency(figure: "Figure", found: SizeFrequency, title: str, *, colour: str = PALETTE[0]) -> None:
    """Draw both plots into a figure."""
    left, right = figure.subplots(1, 2)
    there = found.counts > 0
    full = np.cumsum(found.counts[::-1])[::-1] > 0
    area = "km²" if found.unit == "km" else "px²"
    _points(left, found.edges[:-1][full], found.cumulative[full], found.cumulative_error[full], colour)
    left.set_ylabel(f"craters of this diameter and larger per {area}")
    _points(right, found.centres[there], found.r_values[there], found.r_error[there], colour)
    right.set_ylabel("R")
    for axis in (left, right):
        axis.set(xscale="log", yscale="log", xlabel=f"diameter, {found.unit}")
        axis.grid(which="both", alpha=0.25)
        _plain_numbers(axis)
        if math.isfinite(found.limit):
            axis.axvline(found.limit, color=PALETTE[1], lw=1.2, ls="--")
            words = f" complete from {found.limit:.3g} {found.unit}"
            axis.annotate(words, (found.limit, 0.02), xycoords=("data", "axes fraction"), fontsize=8, color=PALETTE[1])
    figure.suptitle(f"{title}: {int(found.counts.sum()):,} craters on {_rounded(found.area)} {area}", fontsize=10)


def write_size_frequency(path: Path, found: SizeFrequency, *, overwrite: bool = False) -> None:
    """Write the bins as CSV: ends, count, cumulative and R with their errors, and whether the bin is complete.

    Raises
    ------
    OutputError
        When the file exists or cannot be written.
    """
    unit = found.unit
    names = [f"from_{unit}", f"to_{unit}", "count", f"cumulative_per_{unit}2", "cumulative_error", "r", "r_error"]
    columns = (
        found.edges[:-1], found.edges[1:], found.counts, found.cumulative, found.cumulative_error, found.r_values,
        found.r_error,
    )  # fmt: skip
    with replacing(path, overwrite=overwrite) as beside, beside.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow([*names, "complete", f"limit_{unit}", f"area_{unit}2"])
        for row in zip(*(each.tolist() for each in columns), strict=True):
            plain = [value if isinstance(value, int) else f"{value:.6g}" for value in row]
            complete = int(row[0] >= found.limit * (1 - 1e-9)) if math.isfinite(found.limit) else ""
            limit = f"{found.limit:.4g}" if math.isfinite(found.limit) else ""
            table.writerow(
                ["" if value == "nan" else value for value in plain] + [complete, limit, f"{found.area:.6g}"]
            )


def _points(axis: "Axes", x: object, y: object, error: object, colour: str) -> None:
    axis.errorbar(x, y, yerr=error, fmt="o", ms=4, lw=1, capsize=2, color=colour)  # type: ignore[arg-type]


def _plain_numbers(axis: "Axes") -> None:
    """Write diameters as 5, 10, 20, not as powers."""
    from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter

    axis.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 2.0, 5.0)))
    axis.xaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    axis.xaxis.set_minor_formatter(NullFormatter())


def _rounded(area: float) -> str:
    """Return an area in words, with no more digits than are of use."""
    return f"{float(f'{area:.4g}'):,.0f}" if area >= 1000 else f"{area:.4g}"
