"""Pictures of sections side by side, with axes in header numbers and a class legend."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.io.atomic import replacing

__all__ = ["Panel", "draw_panels"]

OPACITY = 0.6
"""How strongly classes cover the section below."""


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """One picture: a title, colours, and classes over them.

    Attributes
    ----------
    title
        What it shows.
    colours
        uint8, shape ``(rows, columns, 3)``.
    classes
        uint8, shape ``(rows, columns)``, 255 for nothing; or None.
    """

    title: str
    colours: NDArray[np.uint8]
    classes: NDArray[np.uint8] | None = None

    def blended(self, table: ClassTable) -> NDArray[np.uint8]:
        """Return the colours with the classes over them."""
        if self.classes is None:
            return self.colours
        palette = np.zeros((256, 3), np.float32)
        palette[: len(table)] = np.array(table.rgb, np.float32)
        shown = self.classes != UNLABELLED
        # Strokes cover little: they are drawn solid, areas let the section through.
        cover = 1.0 if shown.mean() < 0.2 else OPACITY
        mixed = cover * palette[self.classes] + (1 - cover) * self.colours
        return np.where(shown[..., None], mixed, self.colours).astype(np.uint8)


def draw_panels(
    path: Path,
    panels: Sequence[Panel],
    extent: tuple[float, float, float, float],
    table: ClassTable | None = None,
) -> None:
    """Write panels beside each other as PNG, at least 1200 x 700.

    Parameters
    ----------
    path
        The PNG; replaced when it exists.
    panels
        From left to right.
    extent
        First and last crossline, last and first two-way time in ms.
    table
        Classes for the legend; None for none.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(12.6, 4.6 * len(panels)), 7.6), dpi=100, layout="constrained")
    axes = figure.subplots(1, len(panels), squeeze=False, sharey=True)[0]
    for place, (axis, panel) in enumerate(zip(axes, panels, strict=True)):
        axis.imshow(panel.blended(table or ClassTable(())), extent=extent, aspect="auto", interpolation="nearest")
        axis.set_title(panel.title)
        axis.set_xlabel("crossline")
        if place == 0:
            axis.set_ylabel("two-way time (ms)")
    if table is not None:
        from matplotlib.patches import Patch

        entries = [Patch(color=info.colour, label=info.name) for info in table]
        figure.legend(handles=entries, loc="outside lower center", ncols=min(8, len(entries)), frameon=False)
    with replacing(path, overwrite=True) as beside:
        figure.savefig(beside, format="png")
