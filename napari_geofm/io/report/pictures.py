"""Pictures of a report: sections with header numbers, classes over the amplitudes, and a page of them."""

import io
import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.section import Section
from napari_geofm.io.pictures import blended

__all__ = ["draw_section", "stacked"]

MOST_PX = 1600
"""Samples along either side of a section that are drawn; of more every second, third ... is."""


def draw_section(
    section: Section,
    stretch: Stretch,
    classes: Sequence[tuple[str, NDArray[np.uint8]]],
    table: ClassTable,
    title: str,
) -> bytes:
    """Return a PNG of a section, once for each set of classes beside each other.

    Parameters
    ----------
    section
        Amplitudes in display order.
    stretch
        What becomes black and white.
    classes
        Names and outside classes (uint8, display order, 255 none); empty: the amplitudes alone.
    table
        Names and colours.
    title
        Of the section, in words.
    """
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    step = tuple(1 + side // MOST_PX for side in section.shape)
    thin = (slice(None, None, step[0]), slice(None, None, step[1]))
    panels = list(classes) or [("", np.full(section.shape, UNLABELLED, np.uint8))]
    figure = Figure(figsize=(5.6 * len(panels) + 1.2, 4.4), dpi=110, layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    gray = stretch.apply(section.values[thin])
    extent = (*_ends(section.columns.values), *_ends(section.rows.values)[::-1])
    used: set[int] = set()
    for place, (axis, (name, values)) in enumerate(zip(axes, panels, strict=True)):
        axis.imshow(blended(gray, values[thin], table), extent=extent, aspect="auto", interpolation="nearest")
        axis.set_title(": ".join(word for word in (title, name) if word), fontsize=10)
        axis.set_xlabel(_label(section.columns.name, section.columns.units))
        if place == 0:
            axis.set_ylabel(_label(section.rows.name, section.rows.units))
        used |= {int(each) for each in np.unique(values) if each != UNLABELLED}
    entries = [Patch(color=table.infos[n].colour, label=table.infos[n].name) for n in sorted(used) if n < len(table)]
    if entries:
        figure.legend(
            handles=entries, loc="outside lower center", ncols=min(6, len(entries)), frameon=False, fontsize=9
        )
    stream = io.BytesIO()
    figure.savefig(stream, format="png")
    return stream.getvalue()


def stacked(pictures: Sequence[bytes], lines: Sequence[str]) -> bytes:
    """Return one PNG: lines of text above pictures, one below the other."""
    import matplotlib as mpl
    from PIL import Image, ImageDraw, ImageFont

    images = [Image.open(io.BytesIO(each)).convert("RGB") for each in pictures]
    # Pillow's own font has no letters beyond English: this one is there with the axes that it stands above.
    font = ImageFont.truetype(Path(mpl.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf", 14)
    high = 21
    width = max([720, *(image.width for image in images), *(32 + math.ceil(font.getlength(line)) for line in lines)])
    top = 16 + high * len(lines)
    whole = Image.new("RGB", (width, top + sum(image.height for image in images) + 8), "white")
    pen = ImageDraw.Draw(whole)
    for place, line in enumerate(lines):
        pen.text((16, 10 + high * place), line, fill="black", font=font)
    for image in images:
        whole.paste(image, (0, top))
        top += image.height
    stream = io.BytesIO()
    whole.save(stream, format="PNG")
    return stream.getvalue()


def _ends(values: NDArray[np.generic]) -> tuple[float, float]:
    """Return the outer edges of the first and last sample; names are counted."""
    if not np.issubdtype(values.dtype, np.number):
        return -0.5, values.size - 0.5
    numbers = values.astype(np.float64)
    half = 0.5 * (float(numbers[-1] - numbers[0]) / max(numbers.size - 1, 1) or 1.0)
    return float(numbers[0]) - half, float(numbers[-1]) + half


def _label(name: str, units: str) -> str:
    words = {"twt": "two-way time"}.get(name, name)
    return f"{words} ({units})" if units else words
