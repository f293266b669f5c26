"""The classes' colours, names and keys in a corner of the canvas."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QColor, QPainter, QPen
from qtpy.QtWidgets import QWidget

from napari_geofm.gui.canvas.canvas_look import CanvasLook, draw_ground, lie_over
from napari_geofm.gui.labels.class_cells import readable_on

if TYPE_CHECKING:
    from napari_geofm.core.classes import ClassTable

__all__ = ["Entry", "Legend", "entries"]

FEW = 8
"""Up to so many classes all are listed; of more only those in use on the section."""

MOST = 20
LINE, SWATCH, EDGE = 19, 15, 7
LONGEST_NAME = 150


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: the class's name, colour and key with Alt (empty where it has none), and whether it is painted with."""

    name: str
    colour: str
    key: str
    chosen: bool = False


def entries(table: "ClassTable", used: frozenset[int], current: int) -> list[Entry]:
    """Return what is listed: all of few classes, of many those in use.

    Parameters
    ----------
    table
        Names and colours.
    used
        Classes on the section (outside numbers), labelled or predicted.
    current
        The class that is painted with, which is always listed.
    """
    wanted = [number for number in range(len(table)) if len(table) <= FEW or number in used or number == current]
    infos = table.infos
    return [
        Entry(infos[number].name, infos[number].colour, str(number + 1) if number < 9 else "", number == current)
        for number in wanted[:MOST]
    ]


class Legend(QWidget):
    """A translucent box that the mouse does not notice.

    Parameters
    ----------
    canvas
        What it lies over.
    look
        Its colours.
    """

    def __init__(self, canvas: QWidget, look: CanvasLook) -> None:
        super().__init__(canvas)
        lie_over(self)
        self.look = look
        self.entries: list[Entry] = []
        self.hide()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """List other classes."""
        if list(entries) != self.entries:
            self.entries = [*entries]
            metrics = self.fontMetrics()
            longest = max((metrics.horizontalAdvance(each.name) for each in entries), default=0)
            # A name that is chosen is bold, a little wider than it is measured.
            width = 2 * EDGE + SWATCH + 8 + min(round(1.12 * longest), LONGEST_NAME)
            self.resize(width, 2 * EDGE + LINE * len(entries) - 4)
            self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802  (Qt's name)
        """Draw the classes."""
        painter = QPainter(self)
        draw_ground(painter, self, self.look)
        for place, entry in enumerate(self.entries):
            self._draw(painter, EDGE + LINE * place - 2, entry)

    def _draw(self, painter: QPainter, top: int, entry: Entry) -> None:
        swatch = QRectF(EDGE, top + (LINE - SWATCH) / 2, SWATCH, SWATCH)
        colour = QColor(entry.colour)
        painter.setPen(QPen(self.look.text, 1) if entry.chosen else Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(swatch, 2, 2)
        font = painter.font()
        font.setBold(entry.chosen)
        painter.setFont(font)
        painter.setPen(readable_on(colour))
        painter.drawText(swatch, Qt.AlignmentFlag.AlignCenter, entry.key)
        left = EDGE + SWATCH + 6
        room = self.width() - left - EDGE
        name = painter.fontMetrics().elidedText(entry.name, Qt.TextElideMode.ElideRight, room + 2)
        painter.setPen(self.look.text)
        side = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(left, top, room + 2, LINE), side, name)
