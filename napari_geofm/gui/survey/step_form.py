"""The values of one step of a processing chain, with their units."""

import dataclasses
import math
from functools import partial

from qtpy.QtCore import QSignalBlocker, Signal
from qtpy.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QSpinBox, QWidget

from napari_geofm.core.das.step import Parameter, Step
from napari_geofm.errors import UsageError
from napari_geofm.gui.parts.note import Note

__all__ = ["StepForm"]


class StepForm(QWidget):
    """A field for each value; the step changes as soon as the values make one."""

    changed = Signal(object)
    """The step with another value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step: Step | None = None
        self.fields: dict[str, QWidget] = {}
        self.note = Note()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(8, 0, 0, 0)
        self._form.setSpacing(3)
        self._form.addRow(self.note)

    def show_step(self, step: Step | None) -> None:
        """Show a step's values; None for none."""
        same = step is not None and type(step) is type(self.step)
        self.step = step
        self.note.say("")
        if step is None or not same:
            self._build(step)
        for parameter in step.parameters if step is not None else ():
            self._fill(parameter, getattr(step, parameter.name))

    def _build(self, step: Step | None) -> None:
        while self._form.rowCount() > 1:
            self._form.removeRow(0)
        self.fields = {each.name: self._field(each, step) for each in step.parameters} if step is not None else {}
        for place, parameter in enumerate(step.parameters if step is not None else ()):
            label = parameter.label[:1].upper() + parameter.label[1:]
            self._form.insertRow(place, label, self.fields[parameter.name])

    def _field(self, parameter: Parameter, step: Step) -> QWidget:
        if parameter.choices:
            chosen = QComboBox(self)
            chosen.addItems(list(parameter.choices))
            chosen.currentTextChanged.connect(partial(self._changed, parameter.name))
            return chosen
        if isinstance(getattr(step, parameter.name), str):
            line = QLineEdit(self)
            line.editingFinished.connect(lambda: self._changed(parameter.name, line.text().strip()))
            return line
        if parameter.whole:
            count = QSpinBox(self)
            count.setRange(int(parameter.low), int(min(parameter.high, 1e9)))
            count.setKeyboardTracking(False)
            count.valueChanged.connect(partial(self._changed, parameter.name))
            return count
        number = _Number(self)
        number.setRange(parameter.low, parameter.high)
        number.setSuffix(f" {parameter.unit}" if parameter.unit else "")
        number.setKeyboardTracking(False)
        number.valueChanged.connect(partial(self._changed, parameter.name))
        return number

    def _fill(self, parameter: Parameter, value: float | str) -> None:
        field = self.fields[parameter.name]
        with QSignalBlocker(field):
            if isinstance(field, QComboBox):
                field.setCurrentText(str(value))
            elif isinstance(field, QLineEdit):
                field.setText(str(value))
            elif isinstance(field, QSpinBox):
                field.setValue(int(value))
            elif isinstance(field, QDoubleSpinBox):
                field.setValue(float(value))

    def _changed(self, name: str, value: float | str) -> None:
        if self.step is None or getattr(self.step, name) == value:
            return
        try:
            step = dataclasses.replace(self.step, **{name: value})
        except UsageError as error:
            self.note.say(str(error))
            return
        self.note.say("")
        self.step = step
        self.changed.emit(step)


class _Number(QDoubleSpinBox):
    """A number of any size: no more digits than it has, and steps of a tenth of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(6)

    def textFromValue(self, value: float) -> str:  # noqa: N802  (Qt's name)
        """Return a number without zeros at its end."""
        return f"{value:.6g}"

    def stepBy(self, steps: int) -> None:  # noqa: N802  (Qt's name)
        """Go on by a tenth of the leading digit's size."""
        value = abs(self.value())
        self.setSingleStep(10.0 ** (math.floor(math.log10(value) + 1e-9) - (0 if value >= 1 else 1)) if value else 0.1)
        super().stepBy(steps)
