"""Catalogues of other programs become craters of the session, and labels."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QFileDialog, QWidget

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.craters.drawn_craters import DrawnCraters
from napari_geofm.core.labels import LabelSet
from napari_geofm.gui.craters.catalogue_dialog import CatalogueDialog, Wanted
from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.picks.label_import import LabelImport
from napari_geofm.io.craters.crater_table import read_crater_table

if TYPE_CHECKING:
    from napari_geofm.session import Session
    from napari_geofm.session.craters.shelf import CraterShelf

__all__ = ["CatalogueImport"]

FILTER = "catalogues of craters (*.csv *.tsv *.txt *.geojson *.json *.gpkg);;all files (*)"


class CatalogueImport(QObject):
    """Asks for a file, shows what it holds, and takes it in.

    Parameters
    ----------
    session, shelf
        The image, and its craters.
    """

    said = Signal(str)
    """What is done, for the user."""

    def __init__(self, session: "Session", shelf: "CraterShelf", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._shelf, self._window = session, shelf, parent
        self.labels = LabelImport(session, self)
        self.labels.said.connect(self.said)
        self.dialog: Any = None

    def ask(self) -> None:
        """Ask for a catalogue."""
        folder = str(self._session.survey.path.parent)
        name, _ = QFileDialog.getOpenFileName(self._window, "Import a catalogue of craters", folder, FILTER)
        if name:
            self.look(Path(name))

    def look(self, file: Path) -> None:
        """Show what a catalogue holds."""
        with telling():
            table = read_crater_table(file)
            self.dialog = CatalogueDialog(file, table, self._session.survey, self._window)
            self.dialog.wanted.connect(self.take)
            self.dialog.open()

    def take(self, wanted: Wanted) -> None:
        """Take in what is wanted of a catalogue."""
        count = len(wanted.catalogue)
        if wanted.listed:
            self._shelf.replace_all(wanted.catalogue.craters, f"catalogue {wanted.file.name}")
            self._session.noted(f"imported {count:,} craters of {wanted.file.name}")
            self.said.emit(f"{count:,} craters of {wanted.file.name} listed.")
        if wanted.labelled:
            names = ["background", "crater", *(["rim"] if wanted.rims else [])]
            shape = (self._session.survey.shape[0], self._session.survey.shape[1])
            rim = 2 if wanted.rims else None
            # Drawn while it is taken in, some rows at a time: the image may be larger than memory.
            mask = DrawnCraters(wanted.catalogue, self._shelf.ground, shape, crater=1, rim=rim)
            self.labels.take_in(wanted.file, LabelSet(mask, ClassTable.named(names)), tuple(range(len(names))))
