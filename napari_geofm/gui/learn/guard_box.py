"""After a model went on from another: did it forget, and which of the two is kept."""

import math
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from napari_geofm.core.guard import FORGOTTEN
from napari_geofm.gui.learn.score_table import score_words
from napari_geofm.gui.parts.heading import Heading
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling

if TYPE_CHECKING:
    from napari_geofm.core.guard import Guard
    from napari_geofm.session import Session

__all__ = ["KEYS", "GuardBox", "advice"]

KEYS = {"keep": "Alt+K", "revert": "Alt+U", "both": "Alt+B"}
ROW_PX = 20
MOST_ROWS = 8
PAIR_PX = 84
SETTLE_MS = 50
ADVICE = {"keep": "keep the new model", "revert": "go back", "both": "keep both"}


def advice(guard: "Guard") -> str:
    """Return the button that the guard speaks for: ``keep``, ``revert`` or ``both``.

    The new model alone where nothing was forgotten; both where something was, or none can tell, and the new labels are
    understood better; the earlier one where they are not.
    """
    if guard.earlier_samples and not guard.forgotten:
        return "keep"
    before, now = guard.new
    gained = now > before if not (math.isnan(before) or math.isnan(now)) else True
    return "both" if gained else "revert"


class GuardBox(QWidget):
    """A table of what was known before and is known now, and three buttons; hidden while there is nothing to decide.

    Parameters
    ----------
    session
        Whose models they are.
    """

    said = Signal(str)
    """What was decided, in a sentence."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.heading = Heading("")
        self.verdict, self.more = Note(), Note()
        self.table = QTableWidget(0, 3, self)
        self.keep = StepButton("Keep new", "Use the new model; the earlier one leaves the list", KEYS["keep"])
        self.revert = StepButton("Revert", "Use the earlier model again; the new one leaves the list", KEYS["revert"])
        self.both = StepButton("Keep both", "Use the new model; both stay in the list", KEYS["both"])
        self.advised = ""
        self._base: Path | None = None
        self._model: Path | None = None
        self._lay_out()
        # It has its size, and can be scrolled to, only after it was laid out.
        self._laid_out = QTimer(self)
        self._laid_out.setSingleShot(True)
        self._laid_out.setInterval(SETTLE_MS)
        self._laid_out.timeout.connect(self._bring_up)
        self.keep.clicked.connect(lambda: self.decide("keep"))
        self.revert.clicked.connect(lambda: self.decide("revert"))
        self.both.clicked.connect(lambda: self.decide("both"))
        session.model_changed.connect(self._changed)
        self.dismiss()

    def ask(self, guard: "Guard", base: Path, model: Path, colours: dict[str, QColor]) -> None:
        """Show what a training came to.

        Parameters
        ----------
        guard
            What was known before and is known now.
        base, model
            Folders of the earlier model and the new one, which is in use.
        colours
            Of the classes.
        """
        self._base, self._model = base, model
        self.heading.setText(f"{model.name} went on from {base.name}")
        self._fill(guard, colours)
        self.advised = advice(guard)
        self.verdict.say(f"{guard.verdict()} Suggested: {ADVICE[self.advised]}.")
        counts = (("earlier", guard.earlier_samples), ("new", guard.new_samples))
        samples = " and ".join(f"{count:,} {word}" for word, count in counts if count)
        self.more.say(f"Held out of the training: {samples} samples." if samples else "")
        elsewhere = base.absolute().parent != self.session.models_folder.absolute()
        for name, button in (("keep", self.keep), ("revert", self.revert), ("both", self.both)):
            button.setDefault(name == self.advised)
            font = button.font()
            font.setBold(name == self.advised)
            button.setFont(font)
            button.allow()
        if elsewhere:
            # It is no model of the session's list, and stays where it is.
            self.both.allow(f"{base.name} lies elsewhere and stays there anyway")
        self.show()
        self._laid_out.start()

    def dismiss(self) -> None:
        """Have nothing to decide."""
        self._base = self._model = None
        for button in (self.keep, self.revert, self.both):
            button.allow("no model has just gone on from another")
        self.hide()

    def decide(self, what: str) -> None:
        """Do what a button says."""
        base, model = self._base, self._model
        if base is None or model is None:
            return
        self.dismiss()
        with telling():
            if what == "revert":
                self._back(base)
                left = f"; {model.name} left the list, undo brings it back" if self.session.put_away(model) else ""
                self.said.emit(f"Back to {base.name}{left}.")
            elif what == "keep" and self.session.put_away(base):
                self.said.emit(f"{model.name} is kept; {base.name} left the list.")
            else:
                self.said.emit(f"{model.name} is in use; {base.name} is kept, too.")

    def _back(self, base: Path) -> None:
        """Use the earlier model again, by a step of undo where it was in use before."""
        if self.session.earlier_model == base:
            self.session.revert_model()
        else:
            self.session.use_model(base)

    def _bring_up(self) -> None:
        """Scroll to the box; the buttons first, where all of it does not fit."""
        area = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None and self.isVisible():
            area.ensureWidgetVisible(self)
            area.ensureWidgetVisible(self.keep)

    def _changed(self) -> None:
        if self._model is not None and self.session.model != self._model:
            # Another model was chosen: that is an answer as well.
            self.dismiss()

    def _fill(self, guard: "Guard", colours: dict[str, QColor]) -> None:
        columns = guard.columns
        self.table.setVisible(bool(columns))
        self.table.setColumnCount(1 + len(columns))
        self.table.setHorizontalHeaderLabels(["before → now", *(word for word, _ in columns)])
        self.table.setRowCount(len(guard.classes))
        for row, each in enumerate(guard.classes):
            name = self._cell(row, 0, each.name)
            name.setData(Qt.ItemDataRole.DecorationRole, colours.get(each.name))
            name.setToolTip(each.name)
            for column, (_, earlier) in enumerate(columns, 1):
                before, now = each.pair(earlier=earlier)
                nothing = math.isnan(before) and math.isnan(now)
                fell = " ▼" if earlier and each.forgotten else ""
                self._cell(row, column, "–" if nothing else f"{score_words(before)} → {score_words(now)}{fell}")
        across = self.table.horizontalHeader()
        if across is not None:
            across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, 1 + len(columns)):
            self.table.setColumnWidth(column, PAIR_PX)
        self.table.setFixedHeight(min(len(guard.classes), MOST_ROWS) * ROW_PX + 26)

    def _cell(self, row: int, column: int, text: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        if column:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, column, item)
        return item

    def _lay_out(self) -> None:
        down = self.table.verticalHeader()
        if down is not None:
            down.hide()
            down.setDefaultSectionSize(ROW_PX)
        self.table.setShowGrid(False)
        self.table.setToolTip(f"IoU on held-out labels; ▼ fell by more than {FORGOTTEN:.2f}")
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        buttons = QHBoxLayout()
        buttons.setSpacing(3)
        for button in (self.keep, self.revert, self.both):
            buttons.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3)
        for part in (self.heading, self.table, self.verdict, self.more):
            whole.addWidget(part)
        whole.addLayout(buttons)
