"""Asking which array of a file is the survey."""

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialog, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from napari_geofm.gui.parts.dialog_buttons import DialogButtons

if TYPE_CHECKING:
    from collections.abc import Mapping

    from napari_geofm.io.cubes.candidates import Candidate

__all__ = ["ArrayDialog"]


class ArrayDialog(QDialog):
    """A list of the arrays with their sizes, the largest volume chosen.

    Parameters
    ----------
    file
        The file.
    arrays
        Those that may be meant, by name.
    """

    def __init__(self, file: Path, arrays: "Mapping[str, Candidate]", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Open {file.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        words = QLabel(
            f"{file.name} holds several arrays. Which is the survey? The answer is kept for this file.", self
        )
        words.setWordWrap(True)
        self.list = QListWidget(self)
        for name, each in sorted(arrays.items(), key=lambda item: (-len(item[1].shape), item[0])):
            item = QListWidgetItem(f"{name}: {' x '.join(f'{size:,}' for size in each.shape)}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, name)
        self.list.setCurrentRow(0)
        self.buttons = DialogButtons("&Open", self)
        whole = QVBoxLayout(self)
        for part in (words, self.list, self.buttons):
            whole.addWidget(part)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.list.itemDoubleClicked.connect(lambda _: self.accept())
        self.list.setFocus()
        self.resize(420, 240)

    @property
    def chosen(self) -> str:
        """The name of the array that is chosen."""
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""
