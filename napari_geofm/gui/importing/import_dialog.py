"""How a SEG-Y file is read, asked where its headers leave it open: they are shown, and what a choice makes of them."""

import threading
from contextlib import suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from qtpy.QtCore import Qt, QTimer, Signal
from qtpy.QtGui import QFontDatabase
from qtpy.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QScrollArea,
    QTableView,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from napari_geofm.errors import GeoFMError
from napari_geofm.gui.importing.choice_form import ChoiceForm
from napari_geofm.gui.importing.header_model import HeaderModel
from napari_geofm.gui.importing.outline_map import OutlineMap
from napari_geofm.gui.importing.pairs import CLEAR
from napari_geofm.gui.importing.preview import OFFSET, preview_of
from napari_geofm.gui.importing.trace_picture import TracePicture
from napari_geofm.gui.parts.dialog_buttons import DialogButtons
from napari_geofm.gui.parts.telling import in_window
from napari_geofm.io.segy import SegyOptions, look_at

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from qtpy.QtGui import QCloseEvent

    from napari_geofm.io.segy import LineBytes, SegyLook

    Preview = tuple[NDArray[np.float32], str]

__all__ = ["ImportDialog"]

ROWS = 200
"""Traces in the table."""

SOON_MS = 250


class ImportDialog(QDialog):
    """The text header, the first traces' headers, where the traces would lie, and the choices.

    Parameters
    ----------
    look
        The file.
    why
        Why the file could not be opened as it is; empty where it is only doubtful.
    """

    chosen = Signal(object)
    """SegyOptions that the file is opened with."""

    _seen = Signal(int, object)

    def __init__(self, look: "SegyLook", why: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"Open {look.path.name}")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.look = look
        self._number = 0
        self.question, self.note = QLabel(_question(look, why), self), QLabel(self)
        self.form = ChoiceForm(look)
        self.tabs = QTabWidget(self)
        self.map, self.lines, self.picture = OutlineMap(), OutlineMap(), TracePicture()
        self.text, self.table = QPlainTextEdit(self), QTableView(self)
        self.buttons = DialogButtons("&Open", self)
        self.open_button = self.buttons.does
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._look_anew)
        self._lay_out()
        self.form.changed.connect(self._changed)
        self.form.gathers.activated.connect(lambda _: self.tabs.setCurrentWidget(self.picture))
        self.buttons.accepted.connect(self._choose)
        self.buttons.rejected.connect(self.reject)
        self._seen.connect(self._arrived)
        self._show_look(preview_of(look))
        self._changed()
        self._begin()

    @property
    def options(self) -> SegyOptions:
        """What is chosen.

        Raises
        ------
        UsageError
            When it cannot be.
        """
        return self.form.options

    def closeEvent(self, event: "QCloseEvent | None") -> None:  # noqa: N802  (Qt's name)
        """Take no more answers."""
        self._soon.stop()
        self._number += 1
        super().closeEvent(event)

    def _begin(self) -> None:
        """Let the first key go where something is left open; from there on Tab goes from line to line."""
        (self.form.gathers if self.form.open_question else self.form.pair).setFocus()
        bar = self.tabs.tabBar()
        chain = (*self.form.fields, bar, self.picture, self.text, self.table, self.open_button, self.buttons.cancel)
        for one, other in pairwise(chain):
            self.setTabOrder(one, other)

    def _changed(self) -> None:
        """Show what the choices make of the headers that were read; format and order need another look."""
        self._show_lines()
        self._soon.start()

    def _show_lines(self) -> None:
        missing = self.form.open_question
        try:
            _ = self.options
            lines = self.form.lines
            words = _of_line(self.look)
            if self.form.is_das:
                words = "Each trace is a channel of a fibre, its samples run on in time; nothing else is asked then."
            if lines is not None:
                found = self.look.score(lines)
                words = (
                    f"{found.n_ilines:,} inlines and {found.n_xlines:,} crosslines in the headers that were looked at"
                    f"{'' if found.fill is None else f', {found.fill:.0%} of the places filled'}."
                )
                if found.score < CLEAR:
                    words += " These numbers make no grid."
            self.lines.show_outline(self.look.outline(lines), by_lines=True)
            self._mark(lines)
        except GeoFMError as error:
            missing = words = str(error)
        self.note.setText(words)
        self.open_button.setEnabled(not missing)
        self.open_button.setToolTip(f"Not yet: {missing}" if missing else "Files like this one open so from now on")

    def _look_anew(self) -> None:
        """Look at the file as chosen, in a thread: disks may be slow; the newest look counts."""
        try:
            options = self.options
        except GeoFMError:
            return
        self._number += 1
        number, path = self._number, self.look.path

        def run() -> None:
            try:
                look = look_at(path, options)
                found: tuple[SegyLook, Preview] | str = (look, preview_of(look))
            except GeoFMError as error:
                found = in_window(str(error)).replace(str(path), path.name)
            # The window may have gone meanwhile.
            with suppress(RuntimeError):
                self._seen.emit(number, found)

        threading.Thread(target=run, name="geofm-looking", daemon=True).start()

    def _arrived(self, number: int, found: "tuple[SegyLook, Preview] | str") -> None:
        if number != self._number:
            return
        if isinstance(found, str):
            self.note.setText(found)
            self.open_button.setEnabled(False)
            self.open_button.setToolTip(f"Not yet: {found}")
            return
        self.look, preview = found
        self.form.show_candidates(self.look)
        self.form.show_gathers(self.look)
        self._show_look(preview)
        self._show_lines()

    def _show_look(self, preview: "Preview") -> None:
        look = self.look
        self.text.setPlainText(look.text)
        self.table.setModel(HeaderModel(look.table(ROWS).used()))
        self.table.resizeColumnsToContents()
        self.map.show_outline(look.outline(self.form.lines), by_lines=False)
        self.picture.show_traces(*preview)

    def _mark(self, lines: "LineBytes | None") -> None:
        """Have the table show which of its columns are read."""
        model, look = self.table.model(), self.look
        places = [byte for byte, _ in look.gathers.fields] if look.gathers is not None else [look.cdp_byte or 0]
        chosen = [lines.iline, lines.xline] if lines is not None else places
        if isinstance(model, HeaderModel):
            column = model.mark([*chosen, *([OFFSET] if look.gathers is not None else [])])
            if column >= 0:
                self.table.scrollTo(model.index(0, column))

    def _choose(self) -> None:
        self.chosen.emit(self.options)
        self.accept()

    def _lay_out(self) -> None:
        self.question.setWordWrap(True)
        self.note.setWordWrap(True)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        for part, name in (
            (self.lines, "&Lines"),
            (self.map, "&Map"),
            (self.picture, "&Traces"),
            (self.text, "Te&xt header"),
            (self.table, "Trace &headers"),
        ):
            self.tabs.addTab(part, name)
        scroll = QScrollArea(self)
        scroll.setWidget(self.form)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumWidth(self.form.minimumSizeHint().width() + 16)
        middle = QHBoxLayout()
        middle.addWidget(scroll, 2)
        middle.addWidget(self.tabs, 3)
        whole = QVBoxLayout(self)
        whole.addWidget(self.question)
        whole.addLayout(middle, 1)
        whole.addWidget(self.note)
        whole.addWidget(self.buttons)
        self.resize(1000, 620)


def _of_line(look: "SegyLook") -> str:
    """Return how the traces of a line are numbered, in words."""
    if look.gathers is not None:
        return f"Byte {look.gathers.fields[0][0]} numbers the gathers of a line."
    if look.cdp_byte is not None:
        return f"Byte {look.cdp_byte} numbers the traces of a line."
    return "Traces are counted one after the other, as one line."


def _question(look: "SegyLook", why: str) -> str:
    """Return what is to be decided, in an interpreter's words."""
    layout = look.layout
    samples = f"{layout.n_samples:,} samples, {layout.sample_format.words}"
    what = f"{look.path.name}: {layout.n_traces:,} traces of {samples}."
    reasons = [in_window(why).replace(str(look.path), look.path.name), look.doubt]
    if look.gathers is not None and not look.options.chooses_gather:
        reasons.append(f"It is pre-stack ({look.gathers.words}): choose what is read of each gather")
    said = " ".join(f"{each[0].upper()}{each[1:]}." for each in reasons if each)
    return f"{what} {said or 'Choose how its headers are read.'}"
