"""Before and after, left and right of a line that is dragged: feature maps, and predictions."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal

from napari_geofm.core.region import At
from napari_geofm.errors import GeoFMError
from napari_geofm.gui.features.divider import Divider
from napari_geofm.gui.features.feature_pair import FeaturePair
from napari_geofm.gui.features.swiping import swiped
from napari_geofm.gui.parts.telling import tell
from napari_geofm.io.models import ADAPTER, read_recipe
from napari_geofm.jobs.view_specs import PredictionResult, PredictionSpec
from napari_geofm.session.matching import matched

if TYPE_CHECKING:
    from pathlib import Path

    from napari_geofm.gui.workspace import Workspace

__all__ = ["Comparing", "adapts"]


class Comparing(QObject):
    """Off at first. The network as it was against the adapted one; the model used before against the one in use.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    changed = Signal()
    """What is compared, or may be, is another."""

    def __init__(self, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.session, self._view = workspace.session, workspace.view
        self.features_on = self.prediction_on = False
        self._pair = FeaturePair(workspace, self)
        self._earlier: PredictionResult | None = None
        self.divider = Divider(workspace.viewer.window._qt_viewer.canvas.native)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.draw)
        self.divider.moved.connect(self._later)
        camera = workspace.viewer.scene.camera
        camera.events.center.connect(self._later)
        camera.events.zoom.connect(self._later)
        self._pair.arrived.connect(self.draw)
        self._view.shown.connect(self._shown)
        self._view.prediction_changed.connect(self.draw)
        self.session.model_changed.connect(self._remodelled)
        self.destroyed.connect(self.divider.handle.deleteLater)
        self.destroyed.connect(self.divider.deleteLater)

    def features_reason(self) -> str:
        """Return why feature maps cannot be compared; empty where they can."""
        model = self.session.model
        if model is not None and adapts(model):
            return ""
        other = next((each.name for each in self.session.models if adapts(each.folder)), "")
        if model is None or not other:
            return "there is no adapted model yet: fine-tune first"
        return f"{model.name} leaves the network as it is; choose {other} in Learn"

    def prediction_reason(self) -> str:
        """Return why predictions cannot be compared; empty where they can."""
        if self.session.model is None:
            return "there is no model yet: press Probe first"
        return "" if self.session.earlier_model is not None else "there is no earlier model to compare with"

    def compare_features(self, on: bool) -> None:
        """Compare feature maps, or show that of the network as it was again."""
        self.features_on = on and not self.features_reason()
        if self.features_on:
            self.session.change(show_features=True)
            self._pair.ask()
        else:
            self._pair.leave()
        self._settle()

    def compare_prediction(self, on: bool) -> None:
        """Compare predictions, or show that of the model in use alone again."""
        self.prediction_on = on and not self.prediction_reason()
        self._earlier = None
        if self.prediction_on:
            self.session.change(show_prediction=True)
            self._ask_earlier()
        elif self._view.prediction is not None:
            self._view.layers.show_prediction(*self._view.prediction[1:])
        self._settle()

    @property
    def column(self) -> int:
        """First trace of the section that is right of the line."""
        camera, canvas = self._workspace.viewer.scene.camera, self._workspace.viewer.window._qt_viewer.canvas.native
        world = float(camera.center[-1]) + (self.divider.line_px - canvas.width() / 2) / float(camera.zoom)
        return int(np.floor(world / float(self._view.layers.amplitude.scale[-1]) + 1.0))

    def draw(self) -> None:
        """Show what is known of both sides."""
        if self.features_on:
            self._pair.draw(self.column)
        current, earlier = self._view.prediction, self._earlier
        if self.prediction_on and current is not None and earlier is not None and earlier.at == current[0]:
            _, classes, confidence = current
            self._view.layers.show_prediction(
                swiped(matched(earlier.classes, earlier.names, self.session.classes.names), classes, self.column),
                swiped(earlier.confidence, confidence, self.column),
            )

    def _later(self, _event: object = None) -> None:
        if self.features_on or self.prediction_on:
            self._soon.start()

    def _settle(self) -> None:
        self.divider.show_line(on=self.features_on or self.prediction_on)
        self.draw()
        self.changed.emit()

    def _shown(self, _at: At) -> None:
        self._earlier = None
        if self.features_on:
            self._pair.ask()
        if self.prediction_on:
            self._ask_earlier()

    def _remodelled(self) -> None:
        """Compare with the model that is in use now, where that can be."""
        self.compare_features(self.features_on)
        self.compare_prediction(self.prediction_on)

    def _ask_earlier(self) -> None:
        at, earlier = self._view.at, self.session.earlier_model
        if at is None or earlier is None:
            return

        def done(found: PredictionResult) -> None:
            if self.prediction_on and found.at == self._view.at and earlier == self.session.earlier_model:
                self._earlier = found
                self.draw()

        self._workspace.engine.view(
            PredictionSpec(self.session.survey.path, at, earlier), "earlier prediction", done, tell
        )


def adapts(model: "Path") -> bool:
    """Return whether a model has a network of its own whose features can be shown: a fine-tuned one, and no U-Net."""
    if not (model / ADAPTER).is_file():
        return False
    try:
        return read_recipe(model).decoder != "unet"
    except GeoFMError:
        return False
