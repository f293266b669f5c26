"""Craters of an image: found, listed, corrected, taken home."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QComboBox, QDoubleSpinBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.gui.craters.catalogue_import import CatalogueImport
from napari_geofm.gui.craters.crater_table import CraterTable
from napari_geofm.gui.craters.sizes_dialog import SizesDialog
from napari_geofm.gui.craters.sources import MaskChoice, choices_of, spec_of
from napari_geofm.gui.parts.aside import Aside
from napari_geofm.gui.parts.job_box import JobBox, JobWords
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.questions import write_as
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import tell, telling
from napari_geofm.io.craters.writing import CATALOGUE_OUTPUTS, write_catalogue
from napari_geofm.session.craters.shelf import CraterFilter

if TYPE_CHECKING:
    from napari_geofm.gui.craters.craters_view import CratersView
    from napari_geofm.gui.workspace import Workspace
    from napari_geofm.io.craters.counted_area import CountedArea

__all__ = ["KEYS", "CratersBox"]

WORDS = JobWords(
    "craters are being looked for", "Stop looking; the list stays as it was", "Cancelled; the list is as it was."
)
KEYS = {
    "find": "Shift+C",
    "show": "C",
    "adjust": "Shift+A",
    "remove": "Shift+Del",
    "undo": "Alt+Z",
    "redo": "Alt+Shift+Z",
}
FILTERS = "GeoPackage for QGIS (*.gpkg);;table (*.csv);;circles as GeoJSON (*.geojson)"


class CratersBox(QWidget):
    """The list of craters, and what can be done with it.

    Parameters
    ----------
    workspace
        The session, engine and view.
    view
        The circles over the image.
    """

    def __init__(self, workspace: "Workspace", view: "CratersView", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self.session, self.view, self.shelf = workspace, workspace.session, view, view.shelf
        self.work = Aside("geofm-craters", self)
        self.importing = CatalogueImport(workspace.session, self.shelf, self)
        self.dialog: Any = None
        self.question: Any = None
        self._choices: list[MaskChoice] = []
        self._meant = ""
        self.what, self.table, self.note = QComboBox(self), CraterTable(self.shelf, self), Note()
        self.what.setToolTip(
            "Where craters are looked for: in a class called crater, and one called rim where there is one"
        )
        self.what.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.what.setMinimumContentsLength(12)
        self.what.setPlaceholderText("nothing labelled or predicted yet")
        self.finding = StepButton("Find craters", "Measure the craters of labels or of a prediction", KEYS["find"])
        self.job = JobBox(workspace.engine, self.finding, WORDS)
        self.take_in = StepButton("Import catalogue…", "Craters of a table, in the list and as labels")
        self.export = StepButton("Export…", "The craters that are listed, as .gpkg, .csv or .geojson")
        self.sizes = StepButton("Sizes…", "How many there are of each size, with the completeness limit")
        self.adjust = StepButton(
            "Adjust", "Drag a rim to resize a circle, its centre to move it, elsewhere to draw one", KEYS["adjust"]
        )
        self.adjust.setCheckable(True)
        self.remove = StepButton("Remove", "Take the chosen crater off the list", KEYS["remove"])
        self.back = StepButton("Take back", "Take back the last change of the list", KEYS["undo"])
        self.smallest, self.sure = QDoubleSpinBox(self), QDoubleSpinBox(self)
        self._make_filters()
        self._lay_out()
        self._connect()
        self.refresh()

    def start(self) -> None:
        """Look for craters in what is chosen."""
        choice = self._choices[self.what.currentIndex()] if self._choices else None
        spec = None if choice is None else spec_of(choice, self._workspace)
        if choice is None or spec is None:
            tell("There is nothing to look for craters in: label some, or predict")
            return
        self.job.run(spec, f"Looking for craters in {choice.words}…", lambda found: self._found(found, choice))

    def write(self, out: Path) -> None:
        """Write the craters that are listed, over what may be there."""
        catalogue, ground, name = self.shelf.shown, self.shelf.ground, self.session.survey.name

        def body(_control: Control) -> Job[Path]:
            yield Progress(0, 0, f"writing {out.name}")
            write_catalogue(catalogue, ground, out, name=name, overwrite=True)
            return out

        self.note.say(f"Writing {out.name}…")
        self.work.run(body, self._written)

    def refresh(self, _news: object = None) -> None:
        """List what craters can be looked for in, and allow what can be done; what was chosen by hand stays so."""
        self._choices = choices_of(self._workspace)
        self.what.blockSignals(True)
        self.what.clear()
        self.what.addItems([each.words for each in self._choices])
        # With a placeholder Qt chooses none by itself.
        self.what.setCurrentIndex(max(self.what.findText(self._meant), 0) if self._choices else -1)
        self.what.blockSignals(False)
        self.what.setEnabled(bool(self._choices))
        self._allow()

    def plot_sizes(self) -> None:
        """Show how many craters there are of each size; the area of a large image takes a while."""
        survey, craters = self.session.survey, self.shelf.shown.craters

        def body(control: Control) -> "Job[CountedArea]":
            from napari_geofm.io.craters.counted_area import counted_area

            yield Progress(0, 0, "measuring the area")
            return counted_area(survey, craters, control)

        self.work.run(body, self._plot)

    def show_or_hide(self) -> None:
        """Show the circles, or hide them."""
        self.shelf.show(on=not self.shelf.visible)

    def take_back(self) -> None:
        """Take back the last change of the list."""
        what = self.shelf.undo()
        self.note.say(f"Took back: {what}." if what else "There is nothing to take back.")

    def do_again(self) -> None:
        """Do the change that was taken back again."""
        what = self.shelf.redo()
        self.note.say(f"Did again: {what}." if what else "There is nothing to do again.")

    def remove_chosen(self) -> None:
        """Take the chosen crater off the list."""
        if self.shelf.chosen is not None:
            self.shelf.remove(self.shelf.chosen)
            self.note.say("Crater removed; Take back brings it back.")

    def _mean(self, words: str) -> None:
        self._meant = words

    def _found(self, found: Catalogue, choice: MaskChoice) -> str:
        self.shelf.replace_all(_with_others(found, self.shelf.catalogue, choice), f"craters found in {choice.words}")
        self.session.noted(f"found {len(found):,} craters in {choice.words}")
        edge = sum(each.on_edge for each in found)
        if not len(found):
            return f"No crater in {choice.words}: is a class called crater drawn or predicted there?"
        cut = f", {edge:,} of them cut by the border" if edge else ""
        return f"{len(found):,} craters found{cut}."

    def _written(self, out: Path) -> None:
        self.session.noted(f"exported {out.name}")
        self.note.say(f"{len(self.shelf.shown):,} craters written to {out.name} in {out.parent}.")

    def _plot(self, counted: "CountedArea") -> None:
        with telling():
            self.dialog = SizesDialog(self.session, counted, self)
            self.dialog.open()

    def _ask(self) -> None:
        start = self.session.survey.path.with_name(f"{self.session.survey.path.stem}-craters.gpkg")
        name, _ = QFileDialog.getSaveFileName(self, "Export craters", str(start), FILTERS)
        if name:
            order = (".gpkg", *(each for each in CATALOGUE_OUTPUTS if each != ".gpkg"))
            self.question = write_as(self, Path(name), order, self.write) or self.question

    def _filter(self, _value: float = 0.0) -> None:
        self.shelf.set_filter(CraterFilter(self.smallest.value(), confidence=self.sure.value()))

    def _allow(self, _news: object = None) -> None:
        some, all_of_them = len(self.shelf.shown), len(self.shelf.catalogue)
        none = "" if some else "no crater is listed"
        for button in (self.export, self.sizes):
            button.allow(none)
        self.remove.allow("" if self.shelf.chosen is not None else "no crater is chosen: click one")
        self.back.allow("" if self.shelf.undo_text else "nothing was changed")
        self.job.allow("" if self._choices else "nothing is labelled or predicted yet")
        self.table.setVisible(bool(all_of_them))
        for box in (self.smallest, self.sure):
            box.setVisible(bool(all_of_them))
        if all_of_them:
            hidden = f" of {all_of_them:,}" if some < all_of_them else ""
            self.table.setAccessibleDescription(f"{some:,}{hidden} craters")

    def _make_filters(self) -> None:
        self.smallest.setRange(0, 1e5)
        self.smallest.setDecimals(1 if self.shelf.unit == "km" else 0)
        self.smallest.setPrefix("from ")
        for box in (self.smallest, self.sure):
            # The theme's buttons would leave no room for the words.
            box.setButtonSymbols(QDoubleSpinBox.ButtonSymbols.NoButtons)
        self.smallest.setSuffix(f" {self.shelf.unit}")
        self.smallest.setToolTip("Diameter: smaller craters are neither shown nor taken home")
        self.sure.setRange(0, 1)
        self.sure.setSingleStep(0.05)
        self.sure.setPrefix("sure from ")
        self.sure.setToolTip("Less sure craters are neither shown nor taken home")

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        rows = (
            (self.what,),
            (self.job,),
            (self.take_in,),
            (self.smallest, self.sure),
            (self.table,),
            (self.adjust, self.remove, self.back),
            (self.export, self.sizes),
        )
        for parts in rows:
            row = QHBoxLayout()
            row.setSpacing(4)
            for part in parts:
                row.addWidget(part, 1)
            whole.addLayout(row)
        whole.addWidget(self.note)

    def _connect(self) -> None:
        self.what.textActivated.connect(self._mean)
        self.finding.clicked.connect(self.start)
        self.take_in.clicked.connect(self.importing.ask)
        self.importing.said.connect(self.note.say)
        self.export.clicked.connect(self._ask)
        self.sizes.clicked.connect(self.plot_sizes)
        self.adjust.clicked.connect(lambda on: self.view.adjust(on=on))
        self.view.adjusting_changed.connect(self.adjust.setChecked)
        self.remove.clicked.connect(self.remove_chosen)
        self.back.clicked.connect(self.take_back)
        self.smallest.valueChanged.connect(self._filter)
        self.sure.valueChanged.connect(self._filter)
        self.table.picked.connect(self.view.go_to)
        self.shelf.changed.connect(self._allow)
        self.shelf.chosen_changed.connect(self._allow)
        self.session.labels_changed.connect(self.refresh)
        self._workspace.view.prediction_changed.connect(self.refresh)
        self._workspace.view.shown.connect(self.refresh)


def _with_others(found: Catalogue, before: Catalogue, choice: MaskChoice) -> list[Any]:
    """Return what was found in a window with the craters outside of it that were there before."""
    if choice.window is None:
        return list(found.craters)
    window = choice.window
    others = [each for each in before.craters if not each.lies_within(*window)]
    return [*others, *found.craters]
