"""The layer that is painted on: napari's own, with strokes that have no gaps and can be ended."""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from napari.layers import Labels
from napari.layers.labels._labels_constants import Mode
from napari.layers.labels._labels_mouse_bindings import draw

__all__ = ["SectionLabels"]


def _draw_unless_stepping(layer: Labels, event: Any) -> Iterator[None]:
    """Draw, but not with Ctrl down, which is held to step through the sections with the wheel."""
    if "Control" not in event.modifiers:
        yield from draw(layer, event)


class SectionLabels(Labels):
    """Labels of a section whose samples are higher than wide or wider than high.

    napari's brush is round on the screen whatever the scale, but between two places of the mouse it stamps as often as
    square samples need: on traces that lie wide apart a quick stroke along a reflector would be a row of dots.
    """

    _drag_modes: ClassVar[dict[Any, Any]] = Labels._drag_modes | dict.fromkeys(
        (Mode.PAINT, Mode.ERASE, Mode.FILL), _draw_unless_stepping
    )

    @property
    def _type_string(self) -> str:
        # For napari's menus and icons it is a labels layer.
        return "labels"

    def refit_cursor(self) -> None:
        """Draw the brush's circle as large as it paints; napari does so only when the brush changes, not the scale."""
        self.cursor_size = self._calculate_cursor_size()

    def end_stroke(self) -> bool:
        """End what is being painted, although the button is still down; return whether something was.

        What is painted so far stays, and is told as any stroke is. The corners of a polygon that is not closed go.
        """
        encircling = self._overlays["brush_stroke"]
        under_way = bool(self._mouse_drag_gen) or encircling.active
        for stroke in tuple(self._mouse_drag_gen.values()):
            self._persisted_mouse_event.pop(stroke, None)
            stroke.close()
        self._mouse_drag_gen.clear()
        encircling.active = False
        if self._staged_history:
            self._commit_stroke()
        if len(self._overlays["polygon"].points):
            self._overlays["polygon"].points = []
        return under_way

    def _draw(self, new_label: int, last_cursor_coord: Sequence[float] | None, coordinates: Any) -> None:
        """Paint from one place of the mouse to the next, stamping so often that no sample between is left out."""
        stamping = self._mode in {Mode.PAINT, Mode.ERASE} and self._slice_input.ndisplay == 2
        if last_cursor_coord is None or coordinates is None or not stamping:
            super()._draw(new_label, last_cursor_coord, coordinates)
            return
        start, end = np.asarray(last_cursor_coord, float), np.asarray(coordinates, float)
        side = np.abs(np.asarray(self.scale, float))
        # A quarter of the brush either way, as napari does, but one sample at least.
        spacing = np.maximum(self.brush_size * side.min() / side / 4, 1.0)
        stamps = int(np.ceil(np.max(np.abs(end - start) / spacing)))
        for part in range(1, stamps + 1) if stamps else (0,):
            self.paint(start + (end - start) * part / max(stamps, 1), new_label, refresh=False)
        self._partial_labels_refresh()
