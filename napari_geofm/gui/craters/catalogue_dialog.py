"""A catalogue of another program: what was found in it, and what is made of it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QCheckBox, QComboBox, QDialog, QDoubleSpinBox, QFormLayout, QLineEdit, QWidget

from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.errors import GeoFMError
from napari_geofm.gui.parts.dialog_buttons import DialogButtons
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.telling import in_window
from napari_geofm.io.craters.crater_table import CraterTable
from napari_geofm.io.craters.placing import Laying, lay_catalogue

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["CatalogueDialog", "Wanted"]

PLACES = {"as the columns say": "", "degrees": "degrees", "pixels": "pixels"}
UNITS = {"as the column says": "", "km": "km", "m": "m", "px": "px"}


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What is made of a catalogue.

    Attributes
    ----------
    file
        Where it came from.
    catalogue
        The craters on the map.
    listed
        Whether they become the session's craters.
    labelled
        Whether they become labels.
    rims
        Whether their rims are a class of their own.
    """

    file: Path
    catalogue: Catalogue
    listed: bool
    labelled: bool
    rims: bool


class CatalogueDialog(QDialog):
    """Shows which columns were found and how many craters fall on the map, and asks what they become.

    Parameters
    ----------
    file, table
        The catalogue.
    survey
        The image it is laid upon.
    """

    wanted = Signal(object)
    """:class:`Wanted`, when it is accepted."""

    def __init__(self, file: Path, table: CraterTable, survey: "Survey", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {file.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._file, self._table, self._survey = file, table, survey
        self.catalogue: Catalogue | None = None
        self.columns, self.count = Note(f"{len(table):,} craters: {table.columns}."), Note()
        self.places, self.unit, self.body = QComboBox(self), QComboBox(self), QLineEdit(self)
        self.places.addItems(list(PLACES))
        self.unit.addItems(list(UNITS))
        self.body.setPlaceholderText(table.body or "that of the map")
        self.smallest = QDoubleSpinBox(self)
        self.smallest.setRange(0, 10_000)
        self.smallest.setValue(5)
        self.smallest.setSuffix(" px and larger")
        self.listed = QCheckBox("in the list of craters", self)
        self.labelled = QCheckBox("as labels: classes background and crater", self)
        self.rims = QCheckBox("rims as a class, so that none are joined", self)
        self.listed.setChecked(True)
        self.labelled.setChecked(True)
        self.rims.setChecked(True)
        self.buttons = DialogButtons("&Import", self)
        form = QFormLayout(self)
        form.addRow(self.columns)
        form.addRow("Places", self.places)
        form.addRow("Diameters", self.unit)
        form.addRow("Body", self.body)
        form.addRow("Diameter", self.smallest)
        form.addRow(self.count)
        for part in (self.listed, self.labelled, self.rims, self.buttons):
            form.addRow(part)
        self.places.currentIndexChanged.connect(self.lay)
        self.unit.currentIndexChanged.connect(self.lay)
        self.body.textChanged.connect(self.lay)
        self.smallest.valueChanged.connect(self.lay)
        for box in (self.listed, self.labelled):
            box.toggled.connect(self._allow)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.setMinimumWidth(400)
        self.lay()

    def lay(self, _news: object = None) -> None:
        """Lay the craters upon the map as is said, and tell how many fall on it."""
        laying = Laying(
            self.body.text().strip(),
            PLACES[self.places.currentText()],
            UNITS[self.unit.currentText()],
            smallest_px=self.smallest.value(),
        )
        try:
            self.catalogue = lay_catalogue(self._table, self._survey, laying)
        except GeoFMError as error:
            self.catalogue = None
            self.count.say(in_window(str(error)))
        else:
            sizes = [each.size for each in self.catalogue]
            spread = f", {min(sizes):.3g} to {max(sizes):.3g} {self.catalogue.unit}" if sizes else ""
            notes = "".join(f" {note[:1].upper()}{note[1:]}." for note in self.catalogue.notes if "lie on" not in note)
            self.count.say(f"{len(sizes):,} of {len(self._table):,} circles fall on the map{spread}.{notes}")
        self._allow()

    def accept(self) -> None:
        """Tell what is wanted, and close."""
        if self.catalogue is not None:
            self.wanted.emit(
                Wanted(
                    self._file,
                    self.catalogue,
                    self.listed.isChecked(),
                    self.labelled.isChecked(),
                    self.rims.isChecked(),
                )
            )
        super().accept()

    def _allow(self, _on: object = None) -> None:
        some = self.catalogue is not None and len(self.catalogue) > 0
        self.rims.setEnabled(self.labelled.isChecked())
        self.buttons.does.setEnabled(some and (self.listed.isChecked() or self.labelled.isChecked()))
