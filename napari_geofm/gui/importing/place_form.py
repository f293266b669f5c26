"""Fields for the upper left corner and the scale of a map, in degrees or in metres."""

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QLineEdit, QWidget

from napari_geofm.core.body import BODIES
from napari_geofm.io.raster.crs import body_of, is_geographic
from napari_geofm.io.raster.georeference import Georeference

__all__ = ["PlaceForm"]

WAYS = ("as the file says", "in degrees", "in metres", "body of its world file")
"""How the place is told."""


class PlaceForm(QWidget):
    """Gives the words of a georeference.

    Parameters
    ----------
    known
        What was said before, or None.
    has_world_file
        Whether the file has coordinates of no system, whose body alone is missing.
    """

    changed = Signal()

    def __init__(self, known: Georeference | None, *, has_world_file: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.way, self.body, self.system = QComboBox(self), QComboBox(self), QLineEdit("IAU_2015:30130", self)
        self.left, self.upper, self.scale = (_number(self) for _ in range(3))
        self.way.addItems(list(WAYS if has_world_file else WAYS[:3]))
        self.body.addItems([body.name for body in BODIES])
        self.body.setCurrentText("Moon")
        self.body.setMaxVisibleItems(12)
        self.left.setValue(-180.0)
        self.upper.setValue(90.0)
        self.scale.setValue(16.0)
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setSpacing(4)
        fields: tuple[tuple[str, QWidget], ...] = (
            ("It lies", self.way), ("Body", self.body), ("Left edge", self.left), ("Upper edge", self.upper),
            ("Scale", self.scale), ("System", self.system),
        )  # fmt: skip
        for name, part in fields:
            self._form.addRow(name, part)
        if known is not None:
            self._fill(known)
        elif has_world_file:
            self.way.setCurrentText(WAYS[3])
        self._show()
        self.way.currentIndexChanged.connect(self._show)
        numbers = (each.valueChanged for each in (self.left, self.upper, self.scale))
        for told in (
            self.body.currentIndexChanged, *numbers, self.system.textChanged, self.way.currentIndexChanged
        ):  # fmt: skip
            told.connect(lambda *_: self.changed.emit())

    @property
    def words(self) -> str:
        """What ``--georeference`` takes; empty where the file says it."""
        way = self.way.currentText()
        x, y, scale = (float(each.value()) for each in (self.left, self.upper, self.scale))
        if way == WAYS[1]:
            return f"{x!r},{y!r},{scale!r},body={self.body.currentText()}"
        if way == WAYS[2]:
            return f"x={x!r},y={y!r},m_per_px={scale!r},crs={self.system.text().strip()}"
        return f"body={self.body.currentText()}" if way == WAYS[3] else ""

    def _fill(self, known: Georeference) -> None:
        body = body_of(known.crs)
        if body is not None:
            self.body.setCurrentText(body.name)
        if known.x is None or known.y is None or known.size is None:
            self.way.setCurrentText(WAYS[3])
            return
        degrees = is_geographic(known.crs)
        self.way.setCurrentText(WAYS[1] if degrees else WAYS[2])
        self.left.setValue(known.x)
        self.upper.setValue(known.y)
        self.scale.setValue(1.0 / known.size if degrees else known.size)
        if not degrees:
            self.system.setText(known.crs)

    def _show(self, _index: int = 0) -> None:
        """Show the fields that belong to the way that is chosen, in its units."""
        way = self.way.currentText()
        degrees, metres = way == WAYS[1], way == WAYS[2]
        for part in (self.left, self.upper, self.scale):
            self._form.setRowVisible(part, degrees or metres)
        self._form.setRowVisible(self.body, degrees or way == WAYS[3])
        self._form.setRowVisible(self.system, metres)
        for part in (self.left, self.upper):
            part.setSuffix("°" if degrees else " m")
            part.setDecimals(6 if degrees else 2)
        self.scale.setSuffix(" px per degree" if degrees else " m per px")


def _number(parent: QWidget) -> QDoubleSpinBox:
    field = QDoubleSpinBox(parent)
    field.setRange(-1e9, 1e9)
    field.setDecimals(6)
    field.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    return field
