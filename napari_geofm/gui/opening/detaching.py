"""Taking everything of ours off a viewer's keys, mouse, events and layers: the next survey meets a plain viewer."""

from typing import TYPE_CHECKING, Any

from napari_geofm.gui.canvas.relief_layer import NAME as RELIEF
from napari_geofm.gui.features.heat_layer import NAME as SIMILARITY
from napari_geofm.gui.labels.carried_layers import NAMES as CARRIED
from napari_geofm.gui.labels.drawn_region import REGION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from napari import Viewer
    from napari.layers import Layer

__all__ = ["detach", "take_layers"]

PASSING = {REGION, SIMILARITY, RELIEF, *CARRIED}
"""Layers that come and go over a section."""

PACKAGE = "napari_geofm."

MOUSE = ("mouse_move_callbacks", "mouse_drag_callbacks", "mouse_double_click_callbacks", "mouse_wheel_callbacks")


def detach(viewer: "Viewer") -> None:
    """Let a viewer forget what a survey's panels asked it to call; what napari and others asked for stays."""
    for name in MOUSE:
        callbacks: list[Callable[..., Any]] = getattr(viewer, name)
        callbacks[:] = [each for each in callbacks if not _ours(each)]
    viewer.keymap = {key: each for key, each in viewer.keymap.items() if not _ours(each)}
    for group in (viewer, viewer.layers, viewer.layers.selection, viewer.scene.camera, viewer.dims, viewer.cursor):
        for emitter in set(group.events.emitters.values()):
            for callback in emitter.callbacks:
                if _ours(callback):
                    emitter.disconnect(callback)


def take_layers(viewer: "Viewer", own: "Iterable[Layer]") -> None:
    """Remove the layers of a section, and what passes over it, from a viewer; those that the user added stay."""
    passing = [layer for layer in viewer.layers if layer.name in PASSING]
    for layer in (*own, *passing):
        if layer in viewer.layers:
            viewer.layers.remove(layer)


def _ours(callback: Any) -> bool:
    """Return whether a function, a method, or napari's ``(reference to object, name)`` is of this package."""
    if isinstance(callback, tuple):
        owner = callback[0]()
        return owner is not None and type(owner).__module__.startswith(PACKAGE)
    return str(getattr(callback, "__module__", "")).startswith(PACKAGE)
