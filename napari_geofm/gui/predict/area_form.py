"""Which part of the survey: header numbers typed in, or taken from what is seen."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QLabel, QPushButton, QWidget

from napari_geofm.core.region import Region

if TYPE_CHECKING:
    from napari_geofm.core.axis import Axis
    from napari_geofm.gui.workspace import Workspace

__all__ = ["AreaForm"]

WORDS = {"twt": "time", "inline": "inline", "crossline": "crossline"}


class AreaForm(QWidget):
    """From and to along each axis; off means the whole survey."""

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.only = QCheckBox("Only a part of the survey", self)
        self.only.setToolTip("Area of interest: outside it nothing is predicted")
        self.from_view = QPushButton("From view", self)
        self.from_view.setToolTip("Take what is seen on the screen now; all sections in the other direction")
        self.limits: dict[str, tuple[QDoubleSpinBox, QDoubleSpinBox]] = {}
        self._fields: list[QWidget] = [self.from_view]
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.only, 0, 0, 1, 2)
        grid.addWidget(self.from_view, 0, 2)
        for row, axis in enumerate((each for each in workspace.session.survey.axes if each.is_numeric), start=1):
            label = QLabel(WORDS.get(axis.name, axis.name), self)
            low, high = self._spin(axis), self._spin(axis)
            self.limits[axis.name] = (low, high)
            for column, field in enumerate((label, low, high)):
                grid.addWidget(field, row, column)
                self._fields.append(field)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        self.only.toggled.connect(self._show_fields)
        self.from_view.clicked.connect(self.take_view)
        self.clear()

    def region(self) -> Region:
        """Return the part of the survey; empty for the whole."""
        if not self.only.isChecked():
            return Region()
        found = ((name, low.value(), high.value()) for name, (low, high) in self.limits.items())
        return Region(tuple((name, min(pair), max(pair)) for name, *pair in found))

    def clear(self) -> None:
        """Set the whole survey."""
        for name, (low, high) in self.limits.items():
            least, most = self._workspace.session.survey.axis(name).ends
            low.setValue(least)
            high.setValue(most)
        self.only.setChecked(False)
        self._show_fields(False)

    def take_view(self) -> None:
        """Take the rows and columns that are seen."""
        section = self._workspace.view.section
        if section is None:
            return
        corners = np.asarray(self._workspace.viewer.layers["amplitude"].corner_pixels)[:, -2:]
        for axis, (first, last) in zip((section.rows, section.columns), corners.T, strict=True):
            if axis.name in self.limits:
                low, high = max(0, int(first)), min(axis.size - 1, int(last))
                ends = sorted(float(axis.value(place)) for place in (low, max(low, high)))
                self.limits[axis.name][0].setValue(ends[0])
                self.limits[axis.name][1].setValue(ends[1])

    def _spin(self, axis: "Axis") -> QDoubleSpinBox:
        # Of millions of times the first ones tell whether they are whole numbers.
        numbers = axis.taken(slice(0, 10_000)).values.astype(np.float64)
        spin = QDoubleSpinBox(self)
        spin.setDecimals(0 if np.allclose(numbers, np.round(numbers)) else 3)
        spin.setRange(*axis.ends)
        spin.setSuffix(f" {axis.units}" if axis.units else "")
        spin.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        return spin

    def _show_fields(self, on: bool) -> None:
        for field in self._fields:
            field.setVisible(on)
