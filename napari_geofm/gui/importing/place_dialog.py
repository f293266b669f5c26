"""Asking what an image does not say about itself: its place, its band, whether it is elevation."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import Qt
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_geofm.errors import GeoFMError
from napari_geofm.gui.canvas.ground_words import place_on_body
from napari_geofm.gui.importing.place_form import PlaceForm
from napari_geofm.gui.parts.dialog_buttons import DialogButtons
from napari_geofm.gui.parts.telling import telling
from napari_geofm.io.raster import Ground, RasterSaid, RasterTemplate
from napari_geofm.io.raster.georeference import Georeference
from napari_geofm.io.raster.relief import is_elevation
from napari_geofm.io.raster.said import recall_said, remember_said

if TYPE_CHECKING:
    from collections.abc import Callable

    from napari_geofm.core.survey import Survey

__all__ = ["PlaceDialog", "place_question"]


class PlaceDialog(QDialog):
    """A form that says at once where the map would lie.

    Parameters
    ----------
    survey
        The image as it is open.
    """

    def __init__(self, survey: "Survey", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Place of {survey.path.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._survey, self._known = survey, recall_said(survey.path)
        template = survey.template
        placed = isinstance(template, RasterTemplate) and template.transform is not None and template.crs is None
        self.form = PlaceForm(self._known.georeference, has_world_file=placed, parent=self)
        # The tiles of a folder say themselves where they lie.
        self.form.setVisible(not survey.path.is_dir())
        self.elevation, self.metres, self.band = QCheckBox("Elevation", self), QDoubleSpinBox(self), QSpinBox(self)
        self.told = QLabel(self)
        self.told.setWordWrap(True)
        self.told.setMinimumHeight(3 * self.fontMetrics().height())
        self.told.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.buttons = DialogButtons("&Open so", self)
        self._lay_out()
        self._show()
        self.form.changed.connect(self._show)
        self.elevation.toggled.connect(self._show)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.resize(400, self.sizeHint().height())

    @property
    def path(self) -> Path:
        """The image's file or folder."""
        return self._survey.path

    @property
    def said(self) -> RasterSaid:
        """What the form says.

        Raises
        ------
        UsageError
            When it names no place.
        """
        words = self.form.words
        was, on = is_elevation(self._survey), self.elevation.isChecked()
        factor = float(self.metres.value())
        # What the file says of itself needs no word.
        metres = self._known.metres
        if on and (not was or (self.metres.isEnabled() and factor != self._factor())):
            metres = factor
        elif not on:
            metres = 0.0 if was or metres == 0.0 else None
        band = int(self.band.value())
        return RasterSaid(
            Georeference.parse(words) if words else None,
            metres,
            band if band != (self._known.band or 1) else self._known.band,
            self._known.tiles,
        )

    def _factor(self) -> float:
        return self._known.metres or 1.0

    def _lay_out(self) -> None:
        self.elevation.setChecked(is_elevation(self._survey))
        self.elevation.setToolTip("The numbers are heights: hillshade and slope are offered, and models may see them")
        self.metres.setDecimals(4)
        self.metres.setRange(0.0001, 1e5)
        self.metres.setSuffix(" m per unit stored")
        self.metres.setValue(self._factor())
        self.band.setRange(1, 999)
        self.band.setValue(self._known.band or 1)
        self.band.setToolTip("Of a file of several bands the one that is shown")
        row = QHBoxLayout()
        row.addWidget(self.elevation)
        row.addWidget(self.metres, 1)
        rest = QFormLayout()
        rest.addRow("Heights", row)
        rest.addRow("Band", self.band)
        whole = QVBoxLayout(self)
        words = QLabel("What the file does not say, or says wrongly. The answer is kept for this file.", self)
        words.setWordWrap(True)
        whole.addWidget(words)
        whole.addWidget(self.form)
        whole.addLayout(rest)
        whole.addWidget(self.told)
        whole.addWidget(self.buttons)

    def _show(self, _on: bool = False) -> None:
        """Say where the map would lie, or why that cannot be."""
        self.metres.setEnabled(self.elevation.isChecked())
        try:
            self.told.setText(self._where())
            self.buttons.does.setEnabled(True)
        except GeoFMError as error:
            self.told.setText(str(error).partition(";")[0])
            self.buttons.does.setEnabled(False)

    def _where(self) -> str:
        words, template = self.form.words, self._survey.template
        if not isinstance(template, RasterTemplate):
            return ""
        if not words:
            ground = Ground.of(template) if self._known.georeference is None else None
        else:
            place = Georeference.parse(words)
            found = RasterTemplate(template.shape, place.crs, place.transform(lambda: template.transform))
            ground = Ground.of(found)
        if ground is None:
            return "Rows and columns, without a place." if not words else "The file has no coordinates."
        rows, columns = ground.shape
        lon, lat = ground.lonlat([-0.5, rows - 0.5], [-0.5, columns - 0.5])
        ends = [place_on_body(float(e), float(n), degrees_px=0.05) if np.isfinite(n) else "beyond the body's edge"
                for e, n in zip(lon, lat, strict=True)]  # fmt: skip
        size = float(ground.km_per_px((rows - 1) / 2, (columns - 1) / 2))
        scale = f" {size:.4g} km per pixel in the middle." if np.isfinite(size) else ""
        return f"{ground.body.name}: from {ends[0]} to {ends[1]}.{scale}"


def place_question(survey: "Survey", window: QWidget, then: "Callable[[Path], None]") -> PlaceDialog:
    """Show the dialog; its answer is kept, and ``then`` called with the file, which opens otherwise from now on."""
    dialog = PlaceDialog(survey, window)

    def answered() -> None:
        with telling():
            remember_said(dialog.path, dialog.said)
            then(dialog.path)

    dialog.accepted.connect(answered)
    dialog.open()
    return dialog
