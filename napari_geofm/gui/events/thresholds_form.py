"""What counts as an event: lengths and confidence, folded away until they are asked for."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import Signal
from qtpy.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QLabel, QWidget

from napari_geofm.core.das.event_options import EventOptions, sample_step
from napari_geofm.errors import GeoFMError

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["ThresholdsForm"]

ROWS = (
    ("smallest", "least_s", "least_m", "Events that are shorter, or on a shorter part of the fibre, are left out"),
    ("gap", "gap_s", "gap_m", "Over so much without the class an event goes on, in time and along the fibre"),
)
"""Word, lengths in time and along the fibre, and what they do."""


class ThresholdsForm(QWidget):
    """Off: what suits the cells of a prediction."""

    changed = Signal()

    def __init__(self, survey: "Survey", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._survey = survey
        self.own = QCheckBox("Choose what counts as an event", self)
        self.own.setToolTip("Off: events of 14 samples and 5 channels or more, however sure the prediction is")
        self.lengths: dict[str, QDoubleSpinBox] = {}
        self.sure = QDoubleSpinBox(self)
        self._fields: list[QWidget] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.own, 0, 0, 1, 3)
        for row, (word, seconds, metres, tip) in enumerate(ROWS, start=1):
            self._add(grid, row, word, tip, self._length(seconds, "s"), self._length(metres, self._along))
        self._make_sure()
        self.refine = QCheckBox("refine onsets", self)
        self.refine.setToolTip("Onsets are looked for on the samples; off: they are where the class begins")
        self.refine.setChecked(True)
        tip = "Events of a prediction that is less sure of them, 0 to 1, are left out; labels are always sure"
        self._add(grid, len(ROWS) + 1, "sure", tip, self.sure, None)
        grid.addWidget(self.refine, len(ROWS) + 1, 2)
        self._fields.append(self.refine)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        self._set_defaults()
        self.own.toggled.connect(self._show_fields)
        self._show_fields(False)

    @property
    def options(self) -> EventOptions:
        """What was chosen."""
        if not self.own.isChecked():
            return EventOptions()
        lengths = {name: field.value() for name, field in self.lengths.items()}
        return EventOptions(**lengths, refine=self.refine.isChecked(), sure=self.sure.value())

    @property
    def _along(self) -> str:
        return self._survey.axis("distance").units or "channels"

    def _set_defaults(self) -> None:
        """Show the lengths that are taken where none are chosen, in the units of the recording."""
        distance, time = self._survey.axis("distance"), self._survey.axis("time")
        try:
            step, scales = sample_step(time), EventOptions().scales(distance, time)
        except GeoFMError:
            # Of such a recording looking for events tells why there are none.
            self.own.setEnabled(False)
            return
        spacing = np.abs(np.diff(distance.values.astype(np.float64))) if distance.size > 1 else np.ones(1)
        side = float(np.median(spacing)) or 1.0
        shown = {
            "least_s": scales.least * step,
            "gap_s": scales.gap * step,
            "least_m": scales.least_channels * side,
            "gap_m": scales.gap_channels * side,
        }
        for name, value in shown.items():
            field, unit = self.lengths[name], step if name.endswith("_s") else side
            # Of numbered channels there are whole ones only.
            whole = name.endswith("_m") and not distance.units
            field.setDecimals(0 if whole else max(0, 1 - int(np.floor(np.log10(unit)))))
            field.setSingleStep(unit)
            field.setValue(value)

    def _length(self, name: str, unit: str) -> QDoubleSpinBox:
        field = QDoubleSpinBox(self)
        field.setRange(0, 1e6)
        field.setSuffix(f" {unit}")
        field.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.lengths[name] = field
        return field

    def _make_sure(self) -> None:
        self.sure.setRange(0, 1)
        self.sure.setDecimals(2)
        self.sure.setPrefix("≥ ")
        self.sure.setSingleStep(0.05)

    def _add(
        self, grid: QGridLayout, row: int, word: str, tip: str, first: QDoubleSpinBox, second: QDoubleSpinBox | None
    ) -> None:
        label = QLabel(word, self)
        for column, field in enumerate((label, first, second)):
            if field is not None:
                field.setToolTip(tip)
                grid.addWidget(field, row, column)
                self._fields.append(field)

    def _show_fields(self, on: bool) -> None:
        for field in self._fields:
            field.setVisible(on)
        self.changed.emit()
