"""Taking everything of ours off a viewer's keys, mouse and events, so that the next survey meets a plain viewer."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari import Viewer

__all__ = ["detach"]

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


def _ours(callback: Any) -> bool:
    """Return whether a function, a method, or napari's ``(reference to object, name)`` is of this package."""
    if isinstance(callback, tuple):
        owner = callback[0]()
        return owner is not None and type(owner).__module__.startswith(PACKAGE)
    return str(getattr(callback, "__module__", "")).startswith(PACKAGE)
