"""Asking what is read of a volume with an axis of offsets: one of them, or the mean over all."""

from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from napari_geofm.gui.importing.choice_form import GATHERS
from napari_geofm.io.cubes.reading import Reading

__all__ = ["GatherQuestion"]


class GatherQuestion(QDialog):
    """What is read of each gather.

    Parameters
    ----------
    file
        The volume.
    offsets
        Those that it has.
    """

    def __init__(self, file: Path, offsets: tuple[float, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Open {file.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.words = QLabel(
            f"{file.name} is pre-stack: {len(offsets)} offsets from {min(offsets):g} to {max(offsets):g}. Choose what "
            "is read of each gather; the answer is kept for this file.",
            self,
        )
        self.words.setWordWrap(True)
        self.gathers, self.offset = QComboBox(self), QComboBox(self)
        self.gathers.addItems(list(GATHERS))
        for each in offsets:
            self.offset.addItem(f"{each:g}", each)
        self.offset.setCurrentIndex(len(offsets) // 2)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.open_button = QPushButton("Open", self)
        buttons.addButton(self.open_button, QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.addRow("Of each gather", self.gathers)
        form.addRow("Offset", self.offset)
        whole = QVBoxLayout(self)
        whole.addWidget(self.words)
        whole.addLayout(form)
        whole.addWidget(buttons)
        self.resize(420, self.sizeHint().height())
        self.gathers.currentIndexChanged.connect(self._chosen)
        self._chosen(0)

    @property
    def reading(self) -> Reading:
        """What was chosen; nothing where nothing is yet."""
        index = self.gathers.currentIndex()
        return Reading(offset=float(self.offset.currentData()) if index == 2 else None, stack=index == 1)

    def _chosen(self, index: int) -> None:
        self.offset.setEnabled(index == 2)
        self.open_button.setEnabled(index > 0)
        self.open_button.setToolTip("" if index else "Not yet: choose an offset, or the mean")
