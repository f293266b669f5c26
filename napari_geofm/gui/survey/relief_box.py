"""How the relief of a map of elevation is shown: hillshade, slope, and where the sun stands."""

from math import log10
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import QComboBox, QDial, QGridLayout, QHBoxLayout, QLabel, QSlider, QVBoxLayout, QWidget

from napari_geofm.gui.canvas.relief_view import MODES
from napari_geofm.gui.parts.note import Note
from napari_geofm.io.raster.relief import is_elevation

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["ReliefBox"]

STEPS = 20
"""Steps of the strength's slider for a factor of ten; its middle is 1."""

DIAL_PX = 56


class ReliefBox(QWidget):
    """Changes the session's settings; hidden where there is no elevation.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self._relief = workspace.session, workspace.relief
        self.mode, self.azimuth = QComboBox(self), QDial(self)
        self.height_, self.strength = (QSlider(Qt.Orientation.Horizontal, self) for _ in range(2))
        self.sun, self.note = QLabel(self), Note()
        self._before = "over"
        self._fill()
        self.light = self._lay_out()
        self.setVisible(is_elevation(self.session.survey))
        self._show()
        self.mode.currentIndexChanged.connect(lambda _: self._change(relief=str(self.mode.currentData())))
        self.azimuth.valueChanged.connect(lambda value: self._change(sun_azimuth=float((value + 180) % 360)))
        self.height_.valueChanged.connect(lambda value: self._change(sun_height=float(value)))
        self.strength.valueChanged.connect(lambda step: self._change(relief_strength=float(10 ** (step / STEPS))))
        self.session.settings_changed.connect(self._show)
        if self._relief is not None:
            self._relief.shown.connect(self._say)

    def _lay_out(self) -> QWidget:
        """Lay everything out; return what is of use while there is a light only, and takes no room else."""
        light = QWidget(self)
        grid = QGridLayout(light)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.azimuth, 0, 0, 2, 1)
        grid.addWidget(self.sun, 0, 1, 1, 2)
        grid.addWidget(QLabel("Height", light), 1, 1)
        grid.addWidget(self.height_, 1, 2)
        grid.addWidget(QLabel("Strength", light), 2, 0)
        grid.addWidget(self.strength, 2, 1, 1, 2)
        grid.addWidget(self.note, 3, 0, 1, 3)
        grid.setColumnStretch(2, 1)
        row, whole = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(QLabel("Relief", self))
        row.addWidget(self.mode, 1)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3)
        whole.addLayout(row)
        whole.addWidget(light)
        return light

    def toggle(self) -> None:
        """Show the relief as it was last, or the elevation only."""
        now = self.session.settings.relief
        self._change(relief=self._before if now == "off" else "off")

    def _change(self, **settings: float | str) -> None:
        self.session.change(**settings)

    def _fill(self) -> None:
        for word, text in MODES.items():
            self.mode.addItem(text, word)
        self.mode.setToolTip("Hillshade has the sun of the dial, slope is in degrees on the ground (Shift+L)")
        self.azimuth.setRange(0, 359)
        self.azimuth.setWrapping(True)
        self.azimuth.setNotchesVisible(True)
        self.azimuth.setNotchTarget(30)
        self.azimuth.setFixedSize(DIAL_PX, DIAL_PX)
        self.azimuth.setToolTip("Where the sun stands, seen from above: up is the map's top")
        self.height_.setRange(1, 90)
        self.height_.setToolTip("How high the sun stands: low ones show shallow relief")
        self.strength.setRange(-STEPS, STEPS)
        self.strength.setToolTip("How much heights are exaggerated in the light; the middle suits the map")

    def _show(self) -> None:
        """Show what the settings are."""
        settings = self.session.settings
        if settings.relief != "off":
            self._before = settings.relief
        for part, value in (
            (self.azimuth, round(settings.sun_azimuth + 180) % 360),
            (self.height_, round(settings.sun_height)),
            (self.strength, round(STEPS * log10(settings.relief_strength))),
        ):
            with QSignalBlocker(part):
                part.setValue(value)
        with QSignalBlocker(self.mode):
            self.mode.setCurrentIndex(max(0, self.mode.findData(settings.relief)))
        lit = settings.relief in {"over", "shade"}
        self.light.setVisible(lit)
        self.sun.setText(f"Sun from {settings.sun_azimuth:.0f}°, {settings.sun_height:.0f}° high")
        self._say()

    def _say(self) -> None:
        factor = self._relief.exaggeration if self._relief is not None else None
        unit = self.session.survey.data.attrs.get("units")
        lit = self.session.settings.relief in {"over", "shade"}
        known = unit == "m" and getattr(self.session.survey.template, "transform", None) is not None
        self.note.say(f"Heights are shown {factor:.2g} times." if lit and factor and known else "")
