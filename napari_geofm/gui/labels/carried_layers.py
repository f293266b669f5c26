"""The layers of what was carried to a section: the proposed labels, and how sure they are."""

from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.labels import UNLABELLED
from napari_geofm.gui.canvas.layers import class_colours

if TYPE_CHECKING:
    from napari.layers import Image, Labels

    from napari_geofm.core.classes import ClassTable
    from napari_geofm.gui.workspace import Workspace
    from napari_geofm.session.proposals import Proposal

__all__ = ["NAMES", "CarriedLayers"]

NAMES = NAME, SURE = "carried labels", "carried: how sure"


class CarriedLayers:
    """Two layers below the labels, which are there while there is something to show.

    While they are, the prediction is not seen: two answers over each other are none.

    Parameters
    ----------
    workspace
        Whose viewer, section and classes.
    """

    def __init__(self, workspace: "Workspace") -> None:
        self._viewer, self._session = workspace.viewer, workspace.session
        self._under = workspace.view.layers
        self.labels: Labels | None = None
        self.confidence: Image | None = None
        self.with_confidence = self._covering = False
        self._under.amplitude.events.scale.connect(self._rescaled)

    def show(self, proposal: "Proposal", table: "ClassTable") -> None:
        """Show what is proposed, in the numbers that the classes have now; not in three dimensions."""
        if self._viewer.dims.ndisplay == 3:
            self.hide()
            return
        classes = proposal.now(table.names).classes
        inside = np.where(classes == UNLABELLED, 0, classes + 1).astype(np.uint8)
        if self.labels is None or self.confidence is None:
            self.confidence, self.labels = self._added(inside, proposal.confidence)
        self.labels.data, self.confidence.data = inside, proposal.confidence
        self.labels.colormap = class_colours(table)
        self.show_confidence(on=self.with_confidence)
        self._rescaled()
        self._under.prediction.visible = False
        self._covering = True

    def show_confidence(self, *, on: bool) -> None:
        """Show how sure the labels are instead of the labels, or the labels again."""
        self.with_confidence = on
        if self.labels is not None and self.confidence is not None:
            self.labels.visible, self.confidence.visible = not on, on

    def hide(self) -> None:
        """Take the layers away."""
        for layer in (self.labels, self.confidence):
            if layer is not None and layer in self._viewer.layers:
                self._viewer.layers.remove(layer)
        self.labels = self.confidence = None
        # In three dimensions no section is seen; what was hidden of it is looked at again afterwards.
        if self._covering and self._viewer.dims.ndisplay == 2:
            self._covering = False
            self._under.prediction.visible = self._session.settings.show_prediction

    def _added(self, inside: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]", sure: object) -> "tuple[Image, Labels]":
        active, like = self._viewer.layers.selection.active, self._under.amplitude
        places = {"scale": like.scale, "translate": like.translate, "units": like.units}
        confidence = self._viewer.add_image(
            sure, name=SURE, colormap="viridis", contrast_limits=(0.5, 1), opacity=0.6, visible=False, **places
        )
        labels = self._viewer.add_labels(inside, name=NAME, opacity=0.5, **places)
        labels.editable = False
        layers = self._viewer.layers
        for layer in (confidence, labels):
            layers.move(layers.index(layer), layers.index(self._under.labels))
        layers.selection.active = active
        return confidence, labels

    def _rescaled(self, _event: object = None) -> None:
        like = self._under.amplitude
        for layer in (self.labels, self.confidence):
            if layer is not None:
                layer.scale, layer.translate = like.scale, like.translate
