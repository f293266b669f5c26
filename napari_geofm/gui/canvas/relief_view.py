"""The relief of a map of elevation on the screen: hillshade under a sun that is moved, or slope."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QObject, Qt, QTimer, Signal

from napari_geofm.core.relief import Sun, incidence, rises
from napari_geofm.errors import GeoFMError
from napari_geofm.gui.canvas.relief_layer import ReliefLayer
from napari_geofm.gui.parts.telling import tell

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.core.section import Section
    from napari_geofm.core.survey import Survey
    from napari_geofm.gui.canvas.section_view import SectionView
    from napari_geofm.session import Session

__all__ = ["MODES", "ReliefView"]

MODES = {
    "off": "Elevation only",
    "over": "Hillshade over elevation",
    "shade": "Hillshade",
    "slope": "Slope",
}
"""By the setting's word, as they are offered."""

MOST = 2_000_000
"""Pixels that are shaded: of larger sections every second, third, ... one, so that the light follows the mouse."""

FLAT = 0.8
"""Brightness of level ground where the elevation's colours are seen through the hillshade."""


@dataclass(frozen=True, slots=True, eq=False)
class _Slopes:
    """How a section rises, float32, downwards and to the right, at every ``step``-th pixel, and what suits it."""

    down: NDArray[np.float32]
    right: NDArray[np.float32]
    step: int
    exaggeration: float


class ReliefView(QObject):
    """Shows what the settings want; slopes are computed off the window's thread, light is on it.

    Parameters
    ----------
    viewer, session, view
        Where, what is open, and the section that is shown.
    """

    shown = Signal()
    """Another relief is on the screen, or none."""

    _computed = Signal(int, object)

    def __init__(
        self, viewer: "Viewer", session: "Session", view: "SectionView", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._view = session, view
        self._layer = ReliefLayer(viewer, view.layers.amplitude)
        self._slopes: _Slopes | None = None
        self._number, self._of, self._pending = 0, 0, -1
        self._pool = ThreadPoolExecutor(1, "geofm-relief")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._light)
        self._computed.connect(self._take, Qt.ConnectionType.QueuedConnection)  # type: ignore[call-arg]
        view.shown.connect(self._anew)
        session.settings_changed.connect(self._changed)
        self._anew()

    @property
    def exaggeration(self) -> float | None:
        """By what heights are multiplied in the light; None while that is not known."""
        found = self._slopes
        return None if found is None else found.exaggeration * self._session.settings.relief_strength

    def close(self) -> None:
        """Stop computing, and take the relief off the screen."""
        self._number += 1
        self._soon.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._layer.close()

    def _changed(self) -> None:
        if self._session.settings.relief == "off":
            self._explain()
            self._layer.hide()
            self.shown.emit()
        elif self._slopes is not None and self._of == self._number:
            self._soon.start()
        elif self._pending != self._number:
            self._anew()

    def _anew(self, _at: object = None) -> None:
        """Compute the slopes of another section."""
        self._number += 1
        self._slopes = None
        section = self._view.section
        if self._session.settings.relief == "off" or section is None:
            return
        survey, number = self._session.survey, self._number
        self._pending = number
        self._pool.submit(self._compute, survey, section, number)

    def _compute(self, survey: "Survey", section: "Section", number: int) -> None:
        """Compute slopes, in the other thread."""
        if number != self._number:
            return
        try:
            self._computed.emit(number, _slopes_of(survey, section))
        except (GeoFMError, OSError, MemoryError) as error:
            self._computed.emit(number, str(error) or "too little memory for the relief")

    def _take(self, number: int, found: "_Slopes | str") -> None:
        if number != self._number:
            return
        if isinstance(found, str):
            tell(found)
            return
        self._slopes, self._of = found, number
        self._light()

    def _light(self) -> None:
        """Show the slopes that are known as the settings say."""
        settings, found = self._session.settings, self._slopes
        if found is None or settings.relief == "off":
            return
        if settings.relief == "slope":
            steep = np.rad2deg(np.arctan(np.hypot(found.down, found.right))).astype(np.float32)
            known = steep[np.isfinite(steep)]
            most = float(np.percentile(known[:: max(1, known.size // 100_000)], 99.5)) if known.size else 1.0
            self._layer.show(steep, found.step, "inferno", (0.0, max(most, 1e-6)), mixed=False)
        else:
            sun = Sun(settings.sun_azimuth, settings.sun_height)
            factor = np.float32(found.exaggeration * settings.relief_strength)
            lit = incidence(factor * found.down, factor * found.right, sun).astype(np.float32)
            mixed = settings.relief == "over"
            brightest = float(np.sin(np.deg2rad(sun.height_degrees))) / FLAT if mixed else 1.0
            self._layer.show(lit, found.step, "gray", (0.0, max(brightest, 0.05)), mixed=mixed)
        self._explain()
        self.shown.emit()

    def _explain(self) -> None:
        """Have the colour bar speak of slopes while those are seen, else of the elevation."""
        steep = self._layer.layer is not None and self._session.settings.relief == "slope"
        self._view.furniture.explain_instead(self._layer.layer if steep else None, "slope (°)")


def _slopes_of(survey: "Survey", section: "Section") -> _Slopes:
    from napari_geofm.io.raster.relief import relief_of

    relief, fit = relief_of(survey)
    patch = relief.around(section)
    found = rises(patch.elevation, patch.down_m, patch.across_m)
    step = 1
    while section.values.size > MOST * step * step:
        step += 1
    inner = patch.inner
    thinned = [np.ascontiguousarray(found[(*inner, way)][::step, ::step]) for way in (0, 1)]
    return _Slopes(thinned[0], thinned[1], step, fit.exaggeration)
