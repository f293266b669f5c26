"""Scores per class on held-out strokes, before and after."""

import math

from qtpy.QtCore import Qt
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from napari_geofm.gui.parts.note import Note
from napari_geofm.io.model_scores import ModelScores

__all__ = ["ScoreTable", "score_words"]

ROW_PX = 20
MOST_ROWS = 8


class ScoreTable(QWidget):
    """One row per class: name, IoU before, IoU after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, 3, self)
        self.note = Note()
        across, down = self.table.horizontalHeader(), self.table.verticalHeader()
        if across is not None and down is not None:
            across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
            down.hide()
            down.setDefaultSectionSize(ROW_PX)
        self.table.setColumnWidth(1, 52)
        self.table.setColumnWidth(2, 52)
        self.table.setShowGrid(False)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addWidget(self.table)
        whole.addWidget(self.note)
        self.show_scores(None, {})

    def show_scores(self, scores: ModelScores | None, colours: dict[str, QColor]) -> None:
        """Show a model's scores; None, or none held out, shows the reason instead."""
        scored = scores is not None and scores.held_out > 0
        self.table.setVisible(scored)
        if scores is None or not scored:
            reason = "No stroke could be held out: paint a second stroke of each class to have scores."
            self.note.say("" if scores is None else reason)
            return
        self.table.setHorizontalHeaderLabels(["IoU, held-out strokes", "before", "now"])
        self.table.setRowCount(len(scores.classes))
        # Of a model that went on from another, the guard's table says what was known before: of the same strokes.
        before = {} if scores.gone_on else dict(enumerate(scores.before))
        self.table.setColumnHidden(1, not before)
        for place, name in enumerate(scores.classes):
            self._cell(place, 0, name).setData(Qt.ItemDataRole.DecorationRole, colours.get(name))
            self._cell(place, 1, score_words(before.get(place, math.nan)))
            after = self._cell(place, 2, score_words(scores.iou[place]))
            gain = scores.iou[place] - before.get(place, math.nan)
            if abs(gain) >= 0.02:
                after.setText(f"{after.text()} {'▲' if gain > 0 else '▼'}")
        self.table.setFixedHeight(min(len(scores.classes), MOST_ROWS) * ROW_PX + 26)
        words = f"{scores.held_out:,} held-out samples on this survey"
        if before and scores.before_name:
            other = "" if scores.same_strokes else ", scored on the strokes of its own time"
            words += f"; before: {scores.before_name}{other}"
        self.note.say(f"{words}.")

    def _cell(self, row: int, column: int, text: str) -> QTableWidgetItem:
        item = QTableWidgetItem(text)
        if column:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.table.setItem(row, column, item)
        return item


def score_words(score: float) -> str:
    """Return a score with two digits, or a dash where there is none."""
    return "–" if math.isnan(score) else f"{score:.2f}"
