"""Ctrl and the wheel step through the sections; the wheel alone zooms, as it does anywhere in napari."""

from typing import TYPE_CHECKING, Any

from napari_geofm.gui.parts.telling import telling

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.session import Session

__all__ = ["WheelStepping"]


class WheelStepping:
    """One section for each notch: on when the wheel turns away from the user, back when towards them.

    Parameters
    ----------
    viewer, session
        Where the wheel turns, and what is stepped through.
    """

    def __init__(self, viewer: "Viewer", session: "Session") -> None:
        self._viewer, self._session = viewer, session
        self._turned = 0.0
        viewer.mouse_wheel_callbacks.append(self._wheel)

    def close(self) -> None:
        """Leave the wheel to napari."""
        if self._wheel in self._viewer.mouse_wheel_callbacks:
            self._viewer.mouse_wheel_callbacks.remove(self._wheel)

    def _wheel(self, _viewer: "Viewer", event: Any) -> None:
        if "Control" not in event.modifiers:
            self._turned = 0.0
            return
        # A touch pad sends fractions of a notch.
        self._turned += float(event.delta[1])
        notches = int(self._turned)
        self._turned -= notches
        if notches:
            with telling():
                self._session.step(notches)
