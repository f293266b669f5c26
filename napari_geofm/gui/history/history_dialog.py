"""What was done, with times; and the steps that can be taken back, to go to any of them at once."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer
from qtpy.QtGui import QColor
from qtpy.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from napari_geofm.gui.parts.telling import telling
from napari_geofm.io.atomic import replacing

if TYPE_CHECKING:
    from napari_geofm.session import Session

__all__ = ["HistoryDialog", "history_text"]

BEGINNING = "As it was when the survey was opened"

TAKEN_BACK = "#8a8d94"
"""A grey that is read on both themes' lists, whose colours Qt's palette does not know."""


def history_text(entries: list[dict[str, str]]) -> str:
    """Return what was done as lines of text, oldest first.

    Examples
    --------
    >>> print(history_text([{"when": "2024-03-05T12:00:00+0000", "what": "stroke on inline 1080"}]), end="")
    2024-03-05 12:00:00  stroke on inline 1080
    """
    return "".join(f"{entry['when'][:10]} {entry['when'][11:19]}  {entry['what']}\n" for entry in entries)


class HistoryDialog(QDialog):
    """Steps of this sitting, and everything that was ever done.

    Parameters
    ----------
    session
        Whose history it is.
    """

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"History of {session.survey.path.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self.steps, self.all = QListWidget(self), QListWidget(self)
        self.go = QPushButton("Go to this step", self)
        self.go.setToolTip("Take back, or do again, everything up to the chosen step")
        self.export = QPushButton("Save as text…", self)
        self.export.setToolTip("Write everything that was done to a text file")
        self.words = QLabel(self)
        self.words.setWordWrap(True)
        self._lay_out()
        self.go.clicked.connect(self._go)
        self.export.clicked.connect(self._ask)
        self.steps.itemDoubleClicked.connect(lambda _item: self._go())
        # A little later: what was done is written down after it is told of.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.refresh)
        session.history_changed.connect(self._changed)
        self.finished.connect(lambda _code: session.history_changed.disconnect(self._changed))
        self.resize(520, 420)
        self.refresh()

    def refresh(self) -> None:
        """Show what was done until now."""
        done, undone = self._session.steps
        self.steps.clear()
        self.steps.addItems([BEGINNING, *done, *undone])
        for row in range(self.steps.count()):
            item = self.steps.item(row)
            if item is not None and row == len(done):
                font = item.font()
                font.setBold(True)
                item.setFont(font)
                item.setText(f"{item.text()}  ◂ now")
            if item is not None and row > len(done):
                item.setForeground(QColor(TAKEN_BACK))
                item.setToolTip("Taken back")
        self.steps.setCurrentRow(len(done))
        self.all.clear()
        day = ""
        for entry in self._session.history:
            if entry["when"][:10] != day:
                day = entry["when"][:10]
                self.all.addItem(_day_words(day))
            self.all.addItem(f"    {entry['when'][11:16]}   {entry['what']}")
        self.all.scrollToBottom()
        self.export.setEnabled(bool(day))
        self.go.setEnabled(not self._session.read_only and self.steps.count() > 1)
        self.words.setText(
            "Steps on all sections since the survey was opened; grey ones were taken back."
            if self.steps.count() > 1
            else "Nothing was done yet since the survey was opened."
        )

    def _changed(self) -> None:
        self._soon.start()

    def write(self, file: Path) -> None:
        """Write everything that was done to a text file."""
        with telling(), replacing(file, overwrite=True) as beside:
            beside.write_text(history_text(self._session.history), encoding="utf-8")

    def _go(self) -> None:
        wanted = self.steps.currentRow()
        with telling():
            while len(self._session.steps[0]) > wanted >= 0 and self._session.undo():
                pass
            while len(self._session.steps[0]) < wanted and self._session.redo():
                pass

    def _ask(self) -> None:
        survey = self._session.survey.path
        start = survey.with_name(f"{survey.stem}-history.txt")
        name, _ = QFileDialog.getSaveFileName(self, "Save the history", str(start), "Text (*.txt)")
        if name:
            self.write(Path(name))

    def _lay_out(self) -> None:
        steps = QWidget(self)
        inside = QVBoxLayout(steps)
        for part in (self.words, self.steps, self.go):
            inside.addWidget(part)
        tabs = QTabWidget(self)
        tabs.addTab(steps, "Steps to go back")
        tabs.addTab(self.all, "Everything")
        close = QPushButton("Close", self)
        close.clicked.connect(self.accept)
        last = QHBoxLayout()
        last.addWidget(self.export)
        last.addStretch(1)
        last.addWidget(close)
        whole = QVBoxLayout(self)
        whole.addWidget(tabs)
        whole.addLayout(last)


def _day_words(day: str) -> str:
    """Return a day, ``2024-03-05``, as people say it."""
    try:
        then = time.strptime(day, "%Y-%m-%d")
    except ValueError:
        return day
    return f"{then.tm_mday} {time.strftime('%B %Y', then)}"
