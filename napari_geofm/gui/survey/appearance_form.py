"""How amplitudes look: colours, polarity, clip, vertical exaggeration."""

from math import log10
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from napari_geofm.gui.canvas.appearance import COLOUR_MAPS
from napari_geofm.gui.parts.note import Note

if TYPE_CHECKING:
    from napari_geofm.session import Session

__all__ = ["AppearanceForm"]

STEPS = 20
"""Steps of the exaggeration's slider for a factor of ten; its middle is 1."""

SHOWN = (
    ("Rulers", "show_rulers", "Numbers of the headers along the edges of the section, and a scale bar"),
    ("Bar", "show_colorbar", "The amplitudes that the colours stand for"),
    ("Legend", "show_legend", "Colours and names of the classes (G)"),
)
"""Word, setting and what it does."""


class AppearanceForm(QWidget):
    """Changes the session's settings; the network is given the same amplitudes whatever is chosen.

    Parameters
    ----------
    session
        Whose settings.
    """

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.colours, self.flipped = QComboBox(self), QCheckBox("Flip polarity", self)
        self.clip, self.exaggeration = QDoubleSpinBox(self), QSlider(Qt.Orientation.Horizontal, self)
        self.stretched = Note()
        self.shown: dict[str, QCheckBox] = {}
        self._fill()
        form = QFormLayout()
        form.setSpacing(3)
        form.setContentsMargins(0, 0, 0, 0)
        for word, field in (
            ("Colours", self.colours), ("Clip at", self._clipped()), ("Vertical", self.exaggeration)
        ):  # fmt: skip
            form.addRow(word, field)
        form.addRow("Show", self._shown())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(form)
        whole.addWidget(self.stretched)
        self._show_exaggeration()
        self.colours.currentTextChanged.connect(lambda name: session.change(colormap=name))
        self.flipped.toggled.connect(lambda on: session.change(flipped=on))
        self.clip.valueChanged.connect(lambda percent: session.change(percent=percent))
        self.exaggeration.valueChanged.connect(lambda step: session.change(exaggeration=float(10 ** (step / STEPS))))
        session.settings_changed.connect(self._show_exaggeration)
        session.settings_changed.connect(self._show_shown)

    def _clipped(self) -> QHBoxLayout:
        """Return percentile and polarity beside each other."""
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.clip, 1)
        row.addWidget(self.flipped)
        return row

    def _shown(self) -> QHBoxLayout:
        """Return boxes for what lies over the section."""
        row = QHBoxLayout()
        row.setSpacing(6)
        for word, name, what in SHOWN:
            box = self.shown[name] = QCheckBox(word, self)
            box.setToolTip(what)
            box.setChecked(getattr(self.session.settings, name))
            box.toggled.connect(lambda on, name=name: self.session.change(**{name: on}))
            row.addWidget(box)
        row.addStretch(1)
        return row

    def _fill(self) -> None:
        settings = self.session.settings
        self.colours.addItems(list(COLOUR_MAPS))
        self.colours.setCurrentText(settings.colormap)
        self.flipped.setToolTip("Exchange the colours of peaks and troughs")
        self.flipped.setChecked(settings.flipped)
        self.clip.setRange(50.5, 100.0)
        self.clip.setDecimals(1)
        self.clip.setSuffix(" %")
        self.clip.setValue(settings.percent)
        self.clip.setToolTip(
            "Amplitudes beyond this percentile have the last colour; at 99 % the whole survey's counts"
        )
        self.exaggeration.setRange(-STEPS, STEPS)

    def _show_shown(self) -> None:
        for name, box in self.shown.items():
            with QSignalBlocker(box):
                box.setChecked(getattr(self.session.settings, name))

    def _show_exaggeration(self) -> None:
        factor = self.session.settings.exaggeration
        with QSignalBlocker(self.exaggeration):
            self.exaggeration.setValue(round(STEPS * log10(factor)))
        self.exaggeration.setToolTip(f"Vertical exaggeration: {factor:.2g} times what fits at first")
        self.stretched.say("" if 0.99 < factor < 1.01 else f"Stretched {factor:.2g} times vertically.")
