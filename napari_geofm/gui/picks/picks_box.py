"""Interpretations of other programs: import, show, fill into labels, take home."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtGui import QColor
from qtpy.QtWidgets import QColorDialog, QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.gui.parts.aside import Aside
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import tell, telling
from napari_geofm.gui.picks.boundary_dialog import BoundaryDialog
from napari_geofm.gui.picks.fill_dialog import FillDialog
from napari_geofm.gui.picks.importing import LABEL_ENDINGS, Found, Wishes, read_all, said_of
from napari_geofm.gui.picks.label_import import LabelImport
from napari_geofm.gui.picks.picks_list import PicksList
from napari_geofm.gui.picks.refused_dialog import RefusedDialog

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["INTERPRETED", "PicksBox"]

SEISMIC = ("seismic-3d", "seismic-2d")
"""Kinds of surveys that have horizons, faults and wells."""

INTERPRETED = (*SEISMIC, "image", "tiles")
"""Kinds of surveys that interpretations of other programs belong to; of images polygons alone."""

FILTERS = (
    "Horizons, faults, polygons (*);;Labels (*.npy *.npz *.sgy *.segy *.png)",
    {"opendtect": ".dat", "xyz": ".xyz", "charisma": ".txt", "irap": ".irap", "cps3": ".cps3", "csv": ".csv"},
)

IMAGE_FILTER = "Polygons (*.geojson *.json);;Labels (*.tif *.tiff *.png *.pgm *.npy *.npz);;All files (*)"

WORDS = (
    "Horizons, fault sticks, polygons, or labels",
    "Label what lies between horizons, beside one, near a fault, inside a polygon",
    "Colour, export, go there, remove; a horizon between two classes of labels or of a prediction",
)
IMAGE_WORDS = ("Polygons, or labels of the whole image", "Label what lies inside a polygon", "Colour, go there, remove")
"""What the buttons do, of seismic and of images."""


class PicksBox(QWidget):
    """The list, and what can be done with it.

    Parameters
    ----------
    workspace
        The session.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.work = Aside("geofm-importing", self)
        self.labels = LabelImport(self.session, self)
        self.dialog: Any = None
        self.note = Note()
        self.list = PicksList(self.session.picks)
        self.seismic = self.session.survey.kind in SEISMIC
        told = WORDS if self.seismic else IMAGE_WORDS
        self.importing = StepButton("Import…", told[0], "Shift+O")
        self.fill = StepButton("Fill…", told[1], "Shift+M")
        self.more = StepButton("More", told[2])
        self.menu = QMenu(self)
        self._of_chosen: list[Any] = []
        self.more.setMenu(self.menu)
        self._fill_menu()
        self._lay_out()
        self.importing.clicked.connect(self._import_or_stop)
        self.fill.clicked.connect(self.ask_fill)
        self.list.current_changed.connect(self._allow)
        self.work.busy_changed.connect(self._allow)
        self.labels.said.connect(self.note.say)
        self.session.picks.changed.connect(self._changed)
        self.session.classes_changed.connect(self._allow)
        self._allow()

    def take_in(self, files: Sequence[Path], wishes: Wishes | None = None) -> None:
        """Import files."""
        if self.work.busy or not files:
            return
        self.note.say(f"Reading {files[0].name}…" if len(files) == 1 else f"Reading {len(files)} files…")
        asked = wishes or Wishes()
        self.work.run(lambda control: read_all(self.session, files, asked, control), self._found)

    def ask_fill(self) -> None:
        """Ask what is filled into labels."""
        chosen = self.list.chosen
        self.dialog = FillDialog(self.session, chosen.number if chosen is not None else None, self)
        self.dialog.open()

    def ask_boundary(self) -> None:
        """Ask for two classes, whose boundary becomes a horizon."""
        self.dialog = BoundaryDialog(self.session, self)
        self.dialog.open()

    def start_boundary(self) -> None:
        """Ask for two classes by a key, or say why there is nothing to ask."""
        if not self.seismic:
            tell("Horizons lie between classes of seismic: this survey is none")
        elif self.more.isEnabled():
            self.ask_boundary()

    def ask_colour(self) -> None:
        """Ask for another colour of what is chosen."""
        chosen = self.list.chosen
        if chosen is not None:
            found = QColorDialog.getColor(QColor(chosen.colour), self, f"Colour of {chosen.name}")
            if found.isValid():
                with telling():
                    self.session.picks.change(chosen.number, colour=found.name())

    def ask_export(self) -> None:
        """Ask for file and format, and write what is chosen."""
        from napari_geofm.io.interpretations import HORIZON_FORMATS, LINE_FORMS, STICK_FORMATS

        chosen = self.list.chosen
        if chosen is None or isinstance(chosen.what, Polygon):
            tell("Polygons are not exported as such: fill them into labels, and export those")
            return
        forms = HORIZON_FORMATS if isinstance(chosen.what, Horizon) else STICK_FORMATS
        if self.session.survey.kind == "seismic-2d":
            forms = {form: words for form, words in forms.items() if form in LINE_FORMS[chosen.what.kind]}
        filters = {f"{words} (*{FILTERS[1][form]})": form for form, words in forms.items()}
        start = self.session.survey.path.with_name(f"{chosen.name}.dat")
        name, kind = QFileDialog.getSaveFileName(self, f"Export {chosen.name}", str(start), ";;".join(filters))
        if name:
            self.write(Path(name), filters.get(kind, "opendtect"))

    def write(self, out: Path, form: str) -> None:
        """Write what is chosen to a file, over what may be there."""
        from napari_geofm.io.interpretations import write_horizon, write_sticks

        chosen, survey = self.list.chosen, self.session.survey
        if chosen is None:
            return
        what = chosen.what

        def body(_control: Control) -> Job[Path]:
            yield Progress(0, 0, f"writing {out.name}")
            if isinstance(what, Horizon):
                write_horizon(what, survey, out, form=form, overwrite=True)
            elif isinstance(what, FaultSticks):
                write_sticks((what,), survey, out, form=form, overwrite=True)
            return out

        self.note.say(f"Writing {out.name}…")
        self.work.run(body, lambda path: self.note.say(f"{path.name} written to {path.parent}."), self._failed)

    def go_there(self) -> None:
        """Go to a section that what is chosen crosses, along the current axis if it does."""
        from napari_geofm.session.picks.whereabouts import section_of

        chosen = self.list.chosen
        found = section_of(chosen.what, self.session.survey, self.session.place) if chosen is not None else None
        if found is not None:
            self.session.go_to(found)

    def remove(self) -> None:
        """Take what is chosen out of the list."""
        chosen = self.list.chosen
        if chosen is not None:
            with telling():
                self.session.picks.remove(chosen.number)
            self.note.say(f"{chosen.name} removed; labels made of it stay.")

    def _fill_menu(self) -> None:
        for words, done in (
            ("&Colour…", self.ask_colour),
            *([("&Export…", self.ask_export)] if self.seismic else []),
            # Behind the tab the key is told that the window's list of keys binds.
            ("&Go there\tShift+G", self.go_there),
            ("&Remove", self.remove),
        ):
            action = self.menu.addAction(words, done)
            if action is not None:
                self._of_chosen.append(action)
        if not self.seismic:
            return
        self.menu.addSeparator()
        self.menu.addAction("&Horizon between two classes…\tShift+B", self.ask_boundary)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(3)
        for button in (self.importing, self.fill, self.more):
            row.addWidget(button, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3)
        # Above the list: on a small screen the buttons would else be scrolled to after each import.
        whole.addLayout(row)
        whole.addWidget(self.list)
        whole.addWidget(self.note)

    def _import_or_stop(self) -> None:
        if self.work.busy:
            self.work.cancel()
            self.note.say("Cancelled; nothing was imported.")
            return
        folder = str(self.session.survey.path.parent)
        words = "Import interpretations" if self.seismic else "Import polygons or labels"
        names, _ = QFileDialog.getOpenFileNames(self, words, folder, FILTERS[0] if self.seismic else IMAGE_FILTER)
        self.take_in([Path(name) for name in names])

    def _found(self, found: Found) -> None:
        said = []
        for file, read in found.picks:
            with telling():
                self.session.picks.add(read.interpretations, file.name)
                self.session.noted(f"imported {file.name}")
                said.append(said_of(file, read))
        self.note.say(" ".join(said))
        if found.refused is not None:
            file, why = found.refused
            if file.suffix.lower() in LABEL_ENDINGS:
                # Labels of the whole survey have neither unit nor kind that could be said.
                tell(why)
            else:
                self.dialog = RefusedDialog(file, why, self.session.survey, self)
                self.dialog.again.connect(lambda wishes: self.take_in([file], wishes))
                self.dialog.open()
        for file, labels in found.labels:
            self.labels.take_in(file, labels)

    def _failed(self, why: str) -> None:
        self.note.say("")
        tell(why)

    def _changed(self) -> None:
        self.list.refresh()
        self._allow()

    def _allow(self, _news: object = None) -> None:
        chosen = self.list.chosen
        none = "" if chosen is not None else "nothing is imported yet"
        read_only = "another viewer has this session open" if self.session.read_only else ""
        busy = "a file is being read" if self.work.busy else ""
        self.importing.setText("Cancel" if self.work.busy else "Import…")
        self.fill.allow(read_only or none or busy)
        self.more.allow(busy or ("" if self.seismic else none))
        for action in self._of_chosen:
            action.setEnabled(not none)
        self.list.setVisible(bool(self.session.picks.items))
