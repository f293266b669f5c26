"""What lies over the canvas besides the section: rulers, scale bar, colour bar, class legend."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QEvent, QObject

from napari_geofm.gui.canvas.canvas_look import CanvasLook, canvas_of
from napari_geofm.gui.canvas.colour_bars import ColourBars, bar_of
from napari_geofm.gui.canvas.legend import FEW, Legend, entries
from napari_geofm.gui.canvas.ruler import HIGH
from napari_geofm.gui.canvas.rulers import Rulers

if TYPE_CHECKING:
    from napari import Viewer
    from napari.layers import Image

    from napari_geofm.core.section import Section
    from napari_geofm.gui.canvas.geometry import Proportions
    from napari_geofm.session import Session

__all__ = ["Furniture"]


class Furniture(QObject):
    """Shows what the settings want over the canvas; the mouse notices none of it.

    Parameters
    ----------
    viewer, session
        Where, and what is open.
    amplitude, confidence
        The layers whose colours the colour bars explain; confidence while there is some to be seen.
    """

    def __init__(
        self,
        viewer: "Viewer",
        session: "Session",
        amplitude: "Image",
        confidence: "Image",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._viewer, self._session = viewer, session
        self._amplitude, self._confidence = amplitude, confidence
        self._canvas = canvas_of(viewer)
        self.rulers = Rulers(viewer, self)
        self.legend = Legend(self._canvas, CanvasLook.of(viewer))
        # The upper edge is the ruler's, the upper right corner the legend's.
        self.bars = ColourBars(self._canvas, CanvasLook.of(viewer))
        self._used: frozenset[int] = frozenset()
        self._instead: tuple[Image, str] | None = None
        self._canvas.installEventFilter(self)
        viewer.events.theme.connect(self._rethemed)
        viewer.dims.events.ndisplay.connect(self.restyle)
        session.classes_changed.connect(self.list_classes)
        session.settings_changed.connect(self.restyle)
        for event in self._colouring():
            event.connect(self.explain_colours)
        self.restyle()

    def show_section(self, section: "Section", proportions: "Proportions") -> None:
        """Show what belongs to another section, or to the same at another scale."""
        self.rulers.show_section(section, proportions, self._session.survey)

    def show_used(self, *arrays: NDArray[np.uint8]) -> None:
        """Note which classes are seen: arrays of inside values. Few classes are all listed anyway."""
        if len(self._session.classes) > FEW:
            counts = sum(np.bincount(np.ravel(array), minlength=256) for array in arrays)
            self._used = frozenset(int(value) - 1 for value in np.flatnonzero(counts) if value)
        self.list_classes()

    def explain_colours(self, _event: object = None) -> None:
        """Say what the colours of the layers that are seen stand for."""
        data, confidence = self._session.shown.data, self._confidence
        unit = str(data.attrs.get("units", ""))
        shown = self._instead or (self._amplitude, f"{data.name} ({unit})" if unit else str(data.name))
        bars = [bar_of(*shown)]
        if confidence.visible and confidence.data.any():
            bars.append(bar_of(confidence, "confidence"))
        self.bars.show_bars(bars)
        self._place()

    def explain_instead(self, layer: "Image | None", title: str = "") -> None:
        """Say what the colours of a layer mean that hides the amplitudes; None: of the amplitudes again."""
        self._instead = None if layer is None else (layer, title)
        self.explain_colours()

    def list_classes(self) -> None:
        """List the classes in the legend."""
        self.legend.show_entries(entries(self._session.classes, self._used, self._session.current_class))
        self._place()

    def restyle(self, _event: object = None) -> None:
        """Show and hide what the settings say."""
        settings = self._session.settings
        self.rulers.set_wanted(settings.show_rulers)
        self.explain_colours()
        self.list_classes()

    def close(self) -> None:
        """Take all of it off the canvas."""
        self._viewer.events.theme.disconnect(self._rethemed)
        self._viewer.dims.events.ndisplay.disconnect(self.restyle)
        self._session.classes_changed.disconnect(self.list_classes)
        self._session.settings_changed.disconnect(self.restyle)
        for event in self._colouring():
            event.disconnect(self.explain_colours)
        self._canvas.removeEventFilter(self)
        self.rulers.close()
        for part in (self.legend, self.bars):
            part.hide()
            part.deleteLater()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Stay in the corner when the canvas changes its size."""
        if event is not None and event.type() == QEvent.Type.Resize:
            self._place()
        return bool(super().eventFilter(watched, event))

    def _colouring(self) -> Iterator[Any]:
        for layer in (self._amplitude, self._confidence):
            yield from (layer.events.colormap, layer.events.contrast_limits, layer.events.gamma)
        yield from (self._confidence.events.visible, self._confidence.events.set_data)

    def _place(self) -> None:
        settings, bars = self._session.settings, self.bars
        bars.setVisible(settings.show_colorbar and self._viewer.dims.ndisplay == 2)
        bars.move(self._canvas.width() - bars.width() - 8, self._canvas.height() - bars.height() - 8)
        self.legend.setVisible(settings.show_legend and bool(self.legend.entries))
        self.legend.move(self._canvas.width() - self.legend.width() - 8, HIGH + 8)

    def _rethemed(self, _event: object = None) -> None:
        for part in (self.legend, self.bars):
            part.look = CanvasLook.of(self._viewer)
            part.update()
