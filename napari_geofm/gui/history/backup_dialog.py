"""Going back to the labels of an earlier time."""

import time
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import when_words

if TYPE_CHECKING:
    from napari_geofm.session import Backup, Session

__all__ = ["BackupDialog"]


class BackupDialog(QDialog):
    """The backups of a session, newest first.

    Parameters
    ----------
    session
        Whose labels they are.
    """

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Earlier states")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self.backups = session, session.backups
        self.list = QListWidget(self)
        now = time.time()
        for backup in self.backups:
            self.list.addItem(QListWidgetItem(_described(backup, now)))
        self.list.setCurrentRow(0)
        self.list.setVisible(bool(self.backups))
        words = (
            "Labels and classes become those of the time you choose. What is there now is kept as an earlier state,"
            " too, and Undo takes the step back."
            if self.backups
            else "There is no earlier state yet: one is kept every ten minutes while you label, the last five of them."
        )
        self.words = QLabel(words, self)
        self.words.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.back = buttons.addButton("Go back to it", QDialogButtonBox.ButtonRole.AcceptRole)
        why = "another viewer has this session open" if session.read_only else ""
        if self.back is not None:
            self.back.setEnabled(bool(self.backups) and not why)
            self.back.setToolTip(f"Not now: {why}" if why else "")
        buttons.accepted.connect(self._go)
        buttons.rejected.connect(self.reject)
        self.list.itemDoubleClicked.connect(lambda _item: self._go())
        whole = QVBoxLayout(self)
        for part in (self.words, self.list, buttons):
            whole.addWidget(part)
        self.resize(520, 300 if self.backups else 120)

    def _go(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self.backups) and not self._session.read_only:
            with telling():
                self._session.restore(self.backups[row])
            self.accept()


def _described(backup: "Backup", now: float) -> str:
    words = [when_words(backup.made, now, exact=True).capitalize()]
    if backup.labelled is not None:
        words.append(f"{backup.labelled} labelled section{'' if backup.labelled == 1 else 's'}")
    return f"{', '.join(words)}: {', '.join(backup.classes)}"
