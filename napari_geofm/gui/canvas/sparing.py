"""Layers with nothing on them are left out when the canvas is drawn."""

from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Image, Labels

__all__ = ["Sparing"]

_DRAWING = {"polygon": "enabled", "brush_stroke": "active"}
"""What napari draws over a layer while it is painted on, and what tells that it does; others say ``visible``."""


class Sparing:
    """Keeps blank layers out of the drawing: where pixels are software's each costs as much as the section itself.

    In the layer list they stay visible: they are, with nothing to be seen.

    Parameters
    ----------
    viewer
        napari's.
    layers
        Layers of which 0 is seen through.
    """

    def __init__(self, viewer: "Viewer", layers: "tuple[Image | Labels, ...]") -> None:
        self._visuals = viewer.window._qt_viewer.canvas.layer_to_visual
        self._wires: list[tuple[Any, Any]] = []
        for layer in layers:
            weigh, show = partial(self._weigh, layer), partial(self._draw, layer, seen=True)
            events = layer.events
            # After napari's own, which shows each layer that is visible.
            self._wire(events.set_data, weigh, position="last")
            self._wire(events.visible, weigh, position="last")
            if hasattr(events, "labels_update"):
                # Of what is being painted napari tells the part only.
                self._wire(events.labels_update, show, position="last")
            for overlay in layer._overlays.values():
                self._wire(overlay.events, weigh)
            self._weigh(layer)

    def close(self) -> None:
        """Leave it to napari again."""
        for event, done in self._wires:
            event.disconnect(done)
        self._wires.clear()

    def _wire(self, event: Any, done: Any, **how: str) -> None:
        event.connect(done, **how)
        self._wires.append((event, done))

    def _weigh(self, layer: "Image | Labels", _event: object = None) -> None:
        overlaid = (getattr(each, _DRAWING.get(name, "visible"), True) for name, each in layer._overlays.items())
        self._draw(layer, seen=bool(layer.data.any()) or any(overlaid))

    def _draw(self, layer: "Image | Labels", _event: object = None, *, seen: bool) -> None:
        visual = self._visuals.get(layer)
        if visual is not None:
            visual.node.visible = seen and layer.visible and not layer._slice.empty
