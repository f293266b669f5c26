"""Where an image lies: a question about it, and how its longitudes are told."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.io.raster import Ground

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["PlaceBox"]


class PlaceBox(QWidget):
    """Shown for images.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        survey = self.session.survey
        what = "On which body and where this image lies, which band it is, and whether it is elevation"
        self.place = StepButton("Place…", what, "Shift+P")
        self.around = QCheckBox("0 to 360° E", self)
        self.around.setToolTip("Tell longitudes from 0 to 360 degrees east, or else to 180 degrees east and west")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.place, 1)
        row.addWidget(self.around)
        self.setVisible(survey.kind == "image")
        self.around.setVisible(Ground.of(survey.template) is not None)
        self._show()
        self.around.toggled.connect(lambda on: self.session.change(longitudes="360" if on else "180"))
        self.session.settings_changed.connect(self._show)

    def _show(self) -> None:
        with QSignalBlocker(self.around):
            self.around.setChecked(self.session.settings.longitudes == "360")
