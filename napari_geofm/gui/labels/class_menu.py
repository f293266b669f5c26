"""Buttons below the list of classes: add, merge, delete, presets, tables in and out."""

from pathlib import Path

from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QMenu, QWidget

from napari_geofm.core.classes import ClassTable
from napari_geofm.gui.labels.class_list import ClassList
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling
from napari_geofm.io.class_table import read_class_table, write_class_table
from napari_geofm.session import PRESETS

__all__ = ["ClassMenu"]

TABLES = "Class tables (*.csv *.json)"


class ClassMenu(QWidget):
    """What can be done to the classes.

    Parameters
    ----------
    classes
        The list whose chosen class is meant.
    """

    def __init__(self, classes: ClassList, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = classes
        self.session = classes.session
        self.add = self._button("Add", "Add a class")
        self.merge = self._button("Merge", "Give the labels of the chosen class to another one")
        self.delete = self._button("Delete", "Delete the chosen class and its labels; undo brings both back")
        self.more = self._button("More", "Presets of the five tasks; load or save the table of classes")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        for button in (self.add, self.merge, self.delete, self.more):
            row.addWidget(button, 1)
        self.merge_menu, self.more_menu = QMenu(self), QMenu(self)
        for button, menu in ((self.merge, self.merge_menu), (self.more, self.more_menu)):
            button.setMenu(menu)
        self.merge_menu.aboutToShow.connect(self._fill_merge)
        self._fill_more()
        self.add.clicked.connect(self.add_class)
        self.delete.clicked.connect(self.delete_class)
        self.session.classes_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Enable what can be done."""
        reason = "another viewer has this session open" if self.session.read_only else ""
        count = len(self.session.classes)
        for button in (self.add, self.more):
            button.allow(reason)
        self.delete.allow(reason or ("" if count else "there are no classes yet"))
        self.merge.allow(reason or ("" if count > 1 else "there is no second class"))

    def add_class(self) -> None:
        """Add a class, choose it, and let its name be typed."""
        with telling():
            number = self.session.add_class()
            self._list.choose(number)
            self._list.edit_name(number)

    def delete_class(self) -> None:
        """Delete the chosen class."""
        with telling():
            self.session.delete_class(self.session.current_class)

    def merge_into(self, number: int) -> None:
        """Give the chosen class's labels to class ``number``."""
        with telling():
            self.session.merge_classes(self.session.current_class, number)

    def use(self, table: ClassTable) -> None:
        """Take the classes of a preset or file."""
        with telling():
            self.session.set_classes(table)

    def load(self, path: Path) -> None:
        """Take the classes of a CSV or JSON table."""
        with telling():
            self.use(read_class_table(path))

    def save(self, path: Path) -> None:
        """Write the classes as CSV or JSON; the dialog has asked about an existing file."""
        with telling():
            target = path if path.suffix.lower() in {".csv", ".json"} else path.with_name(f"{path.name}.csv")
            write_class_table(self.session.classes, target, overwrite=True)

    def _button(self, text: str, what: str) -> StepButton:
        button = StepButton(text, what, parent=self)
        button.setStyleSheet("padding: 3px 2px;")
        return button

    def _fill_merge(self) -> None:
        self.merge_menu.clear()
        for number, info in enumerate(self.session.classes):
            if number != self.session.current_class:
                action = self.merge_menu.addAction(f"into {info.name}")
                if action is not None:
                    action.triggered.connect(lambda _on=False, into=number: self.merge_into(into))

    def _fill_more(self) -> None:
        for name, table in PRESETS.items():
            action = self.more_menu.addAction(f"Classes for {name}")
            if action is not None:
                action.triggered.connect(lambda _on=False, chosen=table: self.use(chosen))
        self.more_menu.addSeparator()
        for text, slot in (("Load a table…", self._ask_load), ("Save the table…", self._ask_save)):
            action = self.more_menu.addAction(text)
            if action is not None:
                action.triggered.connect(slot)

    def _ask_load(self) -> None:
        found, _ = QFileDialog.getOpenFileName(self, "Load classes", str(self.session.folder.parent), TABLES)
        if found:
            self.load(Path(found))

    def _ask_save(self) -> None:
        start = str(self.session.folder.parent / "classes.csv")
        found, _ = QFileDialog.getSaveFileName(self, "Save classes", start, TABLES)
        if found:
            self.save(Path(found))
