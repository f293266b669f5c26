"""The buttons of a question's window."""

from qtpy.QtGui import QIcon
from qtpy.QtWidgets import QDialogButtonBox, QPushButton, QWidget

__all__ = ["DialogButtons"]


class DialogButtons(QDialogButtonBox):
    """One that does it, which Enter presses, and Cancel; without the styles' icons, whose red cross warns of nothing.

    Parameters
    ----------
    what
        What the first one does; ``&`` before the letter of its key.
    """

    def __init__(self, what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.does = QPushButton(what, self)
        self.addButton(self.does, QDialogButtonBox.ButtonRole.AcceptRole)
        self.cancel = QPushButton("Cancel", self)
        self.addButton(self.cancel, QDialogButtonBox.ButtonRole.RejectRole)
        for button in (self.does, self.cancel):
            button.setIcon(QIcon())
        self.does.setDefault(True)
