"""A file of picks that was refused: why, and what may be said of it before it is read again."""

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QLabel, QWidget

from napari_geofm.gui.picks.importing import Wishes

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["RefusedDialog"]

KINDS = {"as the file says": "", "horizons": "horizon", "fault sticks": "fault", "polygons on a section": "polygon"}
AS_SAID = "as the file says"


class RefusedDialog(QDialog):
    """Tells why, and lets the user say the unit and the kind.

    Parameters
    ----------
    file, why
        The file, and why it was refused.
    survey
        Its unit decides which others are offered.
    """

    again = Signal(object)
    """What is said of the file: :class:`Wishes`."""

    def __init__(self, file: Path, why: str, survey: "Survey", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Import {file.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.why = QLabel(why, self)
        self.why.setWordWrap(True)
        self.why.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.kind, self.unit = QComboBox(self), QComboBox(self)
        self.kind.addItems(list(KINDS))
        units = ("ms", "s") if survey.axes[-1].units == "ms" else ("m", "ft")
        self.unit.addItems([AS_SAID, *units])
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.retry = buttons.addButton("&Try again", QDialogButtonBox.ButtonRole.AcceptRole)
        form = QFormLayout(self)
        form.addRow(self.why)
        form.addRow("The file holds", self.kind)
        form.addRow("Times or depths are in", self.unit)
        form.addRow(buttons)
        buttons.accepted.connect(self._again)
        buttons.rejected.connect(self.reject)
        self.setMinimumWidth(460)

    def _again(self) -> None:
        unit = self.unit.currentText()
        self.again.emit(Wishes("" if unit == AS_SAID else unit, KINDS[self.kind.currentText()]))
        self.accept()
