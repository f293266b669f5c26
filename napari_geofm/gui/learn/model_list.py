"""The models of a session: which is in use, what each learned from, and how each scored."""

import math
import time
from dataclasses import dataclass
from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QColor
from qtpy.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from napari_geofm.core.recipe import Recipe
from napari_geofm.gui.learn.score_table import ScoreTable, score_words
from napari_geofm.gui.parts.note import Note
from napari_geofm.io.model_scores import ModelScores

__all__ = ["ModelList", "ModelRow"]

ROW_PX = 22
SEEN_ROWS = (2, 5)
DECODER_WORDS = {"linear": "linear", "guided": "guided", "pup": "PUP", "mla": "MLA", "dpt": "DPT", "unet": "U-Net"}
METHODS = {"probe": "probe", "lora": "LoRA", "full": "all weights", "frozen": "decoder only"}


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model, as the list shows it.

    Attributes
    ----------
    folder
        Where it lies.
    recipe
        How it was made.
    made
        When, seconds since 1970.
    scores
        What it scored, or None where that is not known.
    purpose
        What a model that came with the program is for; empty for one's own.
    """

    folder: Path
    recipe: Recipe
    made: float
    scores: ModelScores | None = None
    purpose: str = ""


class ModelList(QWidget):
    """A table of models, newest first; the chosen one's scores below."""

    chosen = Signal(object)
    wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ModelRow, ...] = ()
        self.table = QTableWidget(0, 3, self)
        self.table.setHorizontalHeaderLabels(["Model", "Made", "mIoU"])
        self.story = Note()
        self.scores = ScoreTable()
        self._arrange()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(3)
        for part in (self.table, self.story, self.scores):
            whole.addWidget(part)
        self.table.itemSelectionChanged.connect(self._show_chosen)
        self.table.itemDoubleClicked.connect(lambda _item: self.wanted.emit(self.current))

    @property
    def current(self) -> ModelRow | None:
        """The chosen row, or None."""
        row = self.table.currentRow()
        return self.rows[row] if 0 <= row < len(self.rows) else None

    def show_models(self, rows: tuple[ModelRow, ...], in_use: Path | None) -> None:
        """Show models; the one in use is marked and chosen."""
        self.rows = rows
        self.table.blockSignals(True)
        self.table.setRowCount(len(rows))
        for place, row in enumerate(rows):
            used = row.folder == in_use
            miou = row.scores.miou if row.scores is not None else math.nan
            made = "shipped" if row.purpose else _when(row.made)
            cells = (f"{'● ' if used else ''}{row.folder.name}", made, score_words(miou))
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
                item.setToolTip(_story(row) + "\nDouble-click to predict with it")
                if column == 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                font = item.font()
                font.setBold(used)
                item.setFont(font)
                self.table.setItem(place, column, item)
        self.table.blockSignals(False)
        seen = min(max(len(rows), SEEN_ROWS[0]), SEEN_ROWS[1])
        self.table.setFixedHeight(seen * ROW_PX + 28)
        self.table.setVisible(bool(rows))
        place = next((place for place, row in enumerate(rows) if row.folder == in_use), 0)
        if rows:
            self.table.selectRow(place)
        self._show_chosen()

    def _arrange(self) -> None:
        table, across, down = self.table, self.table.horizontalHeader(), self.table.verticalHeader()
        if across is None or down is None:
            return
        across.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        across.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        across.setHighlightSections(False)
        table.setColumnWidth(1, 78)
        table.setColumnWidth(2, 48)
        down.hide()
        down.setDefaultSectionSize(ROW_PX)
        table.setShowGrid(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def _show_chosen(self) -> None:
        row = self.current
        self.story.say(_story(row) if row is not None else "No model yet: paint two classes, then press Probe.")
        colours = {info.name: QColor(info.colour) for info in row.recipe.classes} if row is not None else {}
        self.scores.show_scores(row.scores if row is not None else None, colours)
        self.chosen.emit(row)


def _story(row: ModelRow) -> str:
    """Return what a model is and what it learned from, in a sentence."""
    if row.purpose:
        return f"{row.folder.name}: {row.purpose}. It came with the program; its classes: {_classes(row)}."
    method = METHODS.get(row.recipe.method, row.recipe.method)
    if row.recipe.method != "probe":
        method = f"{method}, decoder {DECODER_WORDS.get(row.recipe.decoder, row.recipe.decoder)}"
    sections = [section.replace("=", " ") for source in row.recipe.sources for section in source.sections]
    shown = ", ".join(sections[:4]) + (f" and {len(sections) - 4} more" if len(sections) > 4 else "")
    samples = f"{sum(row.scores.labelled):,} samples on " if row.scores is not None else ""
    seconds = f" in {row.scores.seconds:.0f} s" if row.scores is not None and row.scores.seconds >= 1 else ""
    gone_on = f" {row.scores.gone_on}" if row.scores is not None and row.scores.gone_on else ""
    return f"{row.folder.name}: {method}, learned from {samples}{shown or 'elsewhere'}{seconds}.{gone_on}"


def _classes(row: ModelRow) -> str:
    return ", ".join(row.recipe.classes.names)


def _when(made: float) -> str:
    """Return the time of day where it was today, else the date."""
    then, now = time.localtime(made), time.localtime()
    return time.strftime("%H:%M:%S" if then[:3] == now[:3] else "%d %b %Y", then)
