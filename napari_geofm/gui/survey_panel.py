"""The step Survey: what is open, and how it looks."""

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QSlider, QVBoxLayout, QWidget

from napari_geofm.gui.appearance import COLOUR_MAPS
from napari_geofm.gui.minimap import Minimap
from napari_geofm.gui.note import Note
from napari_geofm.gui.overview import Overview
from napari_geofm.gui.step_button import StepButton

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["SurveyPanel"]

STEPS = 20
"""Steps of the exaggeration's slider for a factor of ten; its middle is 1."""


class SurveyPanel(QWidget):
    """What is open, and its appearance.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        settings = self.session.settings
        self.what = Note(_described(workspace))
        self.map, self.overview = Minimap(workspace), Overview(workspace)
        self.volume = workspace.volume
        self.solid = StepButton("3-D view", "The survey, decimated, in three dimensions; again: the section", "Shift+D")
        self.solid.setCheckable(True)
        self.colours = QComboBox(self)
        self.colours.addItems(list(COLOUR_MAPS))
        self.colours.setCurrentText(settings.colormap)
        self.flipped = QCheckBox("Reverse polarity", self)
        self.flipped.setToolTip("Exchange the colours of peaks and troughs")
        self.flipped.setChecked(settings.flipped)
        self.clip = QDoubleSpinBox(self)
        self.clip.setRange(50.5, 100.0)
        self.clip.setDecimals(1)
        self.clip.setSuffix(" %")
        self.clip.setValue(settings.percent)
        self.clip.setToolTip(
            "Amplitudes beyond this percentile have the last colour; at 99 % the whole survey's counts"
        )
        self.exaggeration = QSlider(Qt.Orientation.Horizontal, self)
        self.exaggeration.setRange(-STEPS, STEPS)
        self.stretched = Note()
        form = QFormLayout()
        form.setSpacing(3)
        form.setContentsMargins(0, 0, 0, 0)
        form.addRow("Colours", self.colours)
        form.addRow("", self.flipped)
        form.addRow("Clip at", self.clip)
        form.addRow("Vertical", self.exaggeration)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        for part in (self.what, self.map, self.overview, self.solid):
            whole.addWidget(part)
        whole.addLayout(form)
        whole.addWidget(self.stretched)
        self._show_exaggeration()
        self.colours.currentTextChanged.connect(lambda name: self.session.change(colormap=name))
        self.flipped.toggled.connect(lambda on: self.session.change(flipped=on))
        self.clip.valueChanged.connect(lambda percent: self.session.change(percent=percent))
        self.exaggeration.valueChanged.connect(self._exaggerated)
        self.session.settings_changed.connect(self._show_exaggeration)
        self.solid.clicked.connect(self.volume.toggle)
        self.volume.changed.connect(self._show_solid)
        self.solid.setVisible(not self.volume.reason())
        self._show_solid()

    def _show_solid(self) -> None:
        self.solid.setChecked(self.volume.active)
        self.solid.setText(
            "Stop reading" if self.volume.reading else "Back to the section" if self.volume.active else "3-D view"
        )

    def _exaggerated(self, position: int) -> None:
        self.session.change(exaggeration=float(10 ** (position / STEPS)))

    def _show_exaggeration(self) -> None:
        from math import log10

        factor = self.session.settings.exaggeration
        self.exaggeration.blockSignals(True)
        self.exaggeration.setValue(round(STEPS * log10(factor)))
        self.exaggeration.blockSignals(False)
        self.exaggeration.setToolTip(f"Vertical exaggeration: {factor:.2g} times (1 ms of two-way time is 1 m at 1)")
        self.stretched.say("" if 0.99 < factor < 1.01 else f"Stretched {factor:.2g} times vertically.")


def _described(workspace: "Workspace") -> str:
    survey = workspace.session.survey
    sizes = " x ".join(f"{size} {name}" for name, size in zip(survey.dims, survey.shape, strict=True))
    odd = f" {len(survey.odd)} notes: hover to read." if survey.odd else ""
    return f"{survey.path.name}: {sizes.replace('twt', 'time samples')}.{odd}"
