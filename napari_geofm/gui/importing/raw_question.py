"""Asking what a file of bare numbers holds: its shape and type, with a picture of what that makes of it."""

import math
from itertools import permutations
from pathlib import Path

from qtpy.QtCore import Qt, QTimer
from qtpy.QtWidgets import (
    QComboBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from napari_geofm.errors import GeoFMError
from napari_geofm.gui.importing.raw_preview import RawPreview
from napari_geofm.gui.parts.dialog_buttons import DialogButtons
from napari_geofm.gui.parts.note import Note
from napari_geofm.io.cubes.raw_cube import RAW_TYPES, raw_dtype, raw_misfit
from napari_geofm.io.cubes.reading import Reading

__all__ = ["RawQuestion"]

WAIT_MS = 200
"""From the last key to the picture."""

TYPES = {"ibm": "IBM float"} | {name: name.replace("float", "float ").replace("int", "int ") for name in RAW_TYPES[:-1]}

VOLUME, LINE = ("inline", "crossline", "twt"), ("cdp", "twt")
WORDS = {"twt": "time", "cdp": "trace"}


class RawQuestion(QDialog):
    """What the numbers of a file are.

    Parameters
    ----------
    file
        The file.
    """

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("What does this file hold?")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._file, self._size = file, file.stat().st_size
        self.words = QLabel(
            f"{file.name} ({self._size:,} bytes) is in no format known here. If it holds bare numbers, say how many"
            " and of what type; the answer is kept for this file and others of its ending and size.",
            self,
        )
        self.words.setWordWrap(True)
        self.sizes = QLineEdit(self)
        self.sizes.setPlaceholderText("slowest first, as in 400, 500, 522")
        self.sizes.setToolTip("Count of lines and samples in the file's order: what changes slowest first")
        self.type = _choice(self, {TYPES[name]: name for name in RAW_TYPES})
        self.order = _choice(self, {"low byte first": "little", "high byte first": "big"})
        self.header = QSpinBox(self)
        self.header.setRange(0, min(self._size, 2**31 - 1))
        self.header.setToolTip("Bytes before the first number")
        self.axes = QComboBox(self)
        self.axes.setMinimumContentsLength(22)
        self.axes.setToolTip("What the sizes above count, in the same order")
        self.preview = RawPreview(file, self)
        self.note = Note()
        self.buttons = DialogButtons("&Open", self)
        self.accept_button = self.buttons.does
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._lay_out()
        self._connect()
        self._changed()

    @property
    def reading(self) -> Reading | None:
        """What is said; None where it is not enough, or cannot be."""
        shape = _shape(self.sizes.text())
        if len(shape) not in {2, 3}:
            return None
        dims: tuple[str, ...] = tuple(self.axes.currentData() or ())
        try:
            return Reading(
                shape,
                str(self.type.currentData()),
                str(self.order.currentData()),
                self.header.value(),
                dims if len(dims) == len(shape) else (),
            )
        except GeoFMError:
            return None

    def _connect(self) -> None:
        self.sizes.textChanged.connect(self._changed)
        for choice in (self.type, self.order, self.axes):
            choice.currentIndexChanged.connect(self._changed)
        self.header.valueChanged.connect(self._changed)
        self._timer.timeout.connect(self._look)
        self.preview.shown.connect(self.note.say)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def _changed(self, _news: object = None) -> None:
        self._list_axes(len(_shape(self.sizes.text())))
        why = self._why_not()
        self.accept_button.setEnabled(not why)
        self.accept_button.setToolTip(f"Not now: {why}" if why else "")
        self.note.say(f"{why[:1].upper()}{why[1:]}.".replace("..", ".") if why else "Reading…")
        if why:
            self._timer.stop()
            self.preview.clear_picture()
        else:
            self._timer.start()

    def _why_not(self) -> str:
        """Return what is missing or wrong; empty where the file can be opened."""
        reading = self.reading
        if reading is None:
            count = f"{self._count():,} numbers of this type"
            return f"{count}; give two or three sizes: of a volume its lines and samples, of a line traces and samples"
        try:
            why = raw_misfit(self._size, reading)
        except GeoFMError as error:
            return str(error)
        return f"{why}{self._third(reading.shape)}" if why else ""

    def _count(self) -> int:
        """Return how many numbers of the chosen type the file holds."""
        return (self._size - self.header.value()) // raw_dtype(Reading(dtype=str(self.type.currentData()))).itemsize

    def _third(self, shape: tuple[int, ...]) -> str:
        """Return the size that would go with two, where there is one."""
        rest, over = divmod(self._count(), math.prod(shape))
        return f"; with {rest:,} as third size it would fit" if len(shape) == 2 and rest > 1 and not over else ""

    def _list_axes(self, count: int) -> None:
        names = {3: VOLUME, 2: LINE}.get(count, ())
        if names and len(self.axes.currentData() or ()) != count:
            self.axes.blockSignals(True)
            self.axes.clear()
            for order in permutations(names):
                self.axes.addItem(", ".join(WORDS.get(name, name) for name in order), list(order))
            self.axes.blockSignals(False)
        self.axes.setEnabled(bool(names))

    def _look(self) -> None:
        reading = self.reading
        if reading is not None:
            self.preview.ask(reading)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.addRow("Sizes", self.sizes)
        form.addRow("Axes", self.axes)
        form.addRow("Type", self.type)
        form.addRow("Byte order", self.order)
        form.addRow("Header bytes", self.header)
        beside = QHBoxLayout()
        beside.addLayout(form, 2)
        beside.addWidget(self.preview, 3)
        self.note.setMinimumHeight(32)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.addWidget(self.words)
        whole.addLayout(beside, 1)
        whole.addWidget(self.note)
        whole.addWidget(self.buttons)
        self.resize(780, 420)


def _choice(parent: QWidget, items: dict[str, str]) -> QComboBox:
    box = QComboBox(parent)
    for words, value in items.items():
        box.addItem(words, value)
    return box


def _shape(text: str) -> tuple[int, ...]:
    """Return sizes as typed, with commas, spaces or crosses between; empty where one is no number."""
    words = text.lower().replace("x", " ").replace("×", " ").replace(",", " ").split()
    return tuple(int(word) for word in words) if all(word.isdecimal() and len(word) < 10 for word in words) else ()
