"""The step Features: what the network sees, in colours."""

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QFormLayout, QSlider, QVBoxLayout, QWidget

from napari_geofm.gui.features.compare_box import CompareBox
from napari_geofm.gui.features.similar_box import SimilarBox
from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.parts.note import Note

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["FeaturesPanel"]


class FeaturesPanel(QWidget):
    """Feature map on or off, and how much of the section shines through.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        session, layer = workspace.session, workspace.view.layers.features
        self.show_map = QCheckBox("Show what the network sees", self)
        self.show_map.setToolTip("Parts of one colour look alike to the network, on every section of the survey")
        self.show_map.setChecked(session.settings.show_features)
        self.opacity = QSlider(Qt.Orientation.Horizontal, self)
        self.opacity.setRange(5, 100)
        self.opacity.setValue(round(100 * layer.opacity))
        self.opacity.setToolTip("How much the colours cover the section")
        self.waiting = Note()
        self.similar = SimilarBox(workspace)
        self.compare = CompareBox(workspace)
        form = QFormLayout()
        form.setSpacing(3)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("Cover", self.opacity)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self.show_map)
        whole.addLayout(form)
        whole.addWidget(self.waiting)
        whole.addWidget(Heading("What looks alike"))
        whole.addWidget(self.similar)
        whole.addWidget(Heading("Before and after"))
        whole.addWidget(self.compare)
        self.show_map.toggled.connect(lambda on: session.change(show_features=on))
        self.opacity.valueChanged.connect(lambda percent: setattr(layer, "opacity", percent / 100))
        session.settings_changed.connect(lambda: self.show_map.setChecked(session.settings.show_features))
        workspace.following.waiting_changed.connect(
            lambda what: self.waiting.say(f"Waiting for {what}…" if what else "")
        )
