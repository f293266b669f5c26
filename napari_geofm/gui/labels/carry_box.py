"""Carrying labels to neighbouring sections: one on, on to a line, and what to do with what is proposed."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QSpinBox,
    QWidget,
)

from napari_geofm.core.progress import Progress
from napari_geofm.gui.labels.carrying import Carrying
from napari_geofm.gui.parts.job_box import CANCEL_KEY
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import axis_number, place_words

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["ACCEPT_KEY", "BACK_KEY", "NEXT_KEY", "ON_KEY", "REJECT_KEY", "CarryBox"]

NEXT_KEY, BACK_KEY, ON_KEY, REJECT_KEY = "Ctrl+.", "Ctrl+,", "Alt+.", "Alt+Backspace"
ACCEPT_KEY = "Ctrl+Return"
AHEAD = 10
"""Lines that are offered to carry on to at first."""


class CarryBox(QWidget):
    """The controls of :class:`Carrying`.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.carrying = Carrying(workspace, self)
        self.back = StepButton("", "Propose these labels on the section before, where they are sure", BACK_KEY)
        self.next = StepButton("", "Propose these labels on the next section, where they are sure", NEXT_KEY)
        self.to, self.every = QDoubleSpinBox(self), QSpinBox(self)
        self.on = StepButton("Carry on", "Propose labels line by line, up to this line or until that is unsure", ON_KEY)
        self.stop = StepButton("Cancel", "Go no further; what has come so far stays proposed", CANCEL_KEY)
        self.bar, self.note = QProgressBar(self), Note()
        self.sure = QCheckBox("Show how sure each sample is", self)
        self.sure.setToolTip("Instead of the labels, how probably each is right: yellow is sure, blue half and less")
        self.reject = StepButton("Reject", "Drop what is proposed for this section", REJECT_KEY)
        self.other = StepButton("Next proposal", "Go to the next section with a proposal")
        self.accept_all = StepButton("", "Take all proposals over as labels, as one step of undo")
        self._axis = ""
        self._set_up()
        self._lay_out()
        self._connect()
        self.refresh()

    def refresh(self, _news: object = None) -> None:
        """Name the neighbours; say what can be done, or why nothing can."""
        carrying, reason = self.carrying, self.carrying.reason()
        for button, lines, sign in ((self.back, -self.every.value(), "‹ {}"), (self.next, self.every.value(), "{} ›")):
            there = carrying.neighbour(lines)
            button.setText(sign.format(place_words(there) if there is not None else "no section"))
            button.allow(reason or ("" if there is not None else "there is no section on that side"))
        self._show_axis()
        same = "" if carrying.targets(self.to.value(), self.every.value()) else "choose another line than this one"
        self.on.allow(reason or same)
        _show((self.bar, self.stop), on=carrying.running)
        shown, waiting = carrying.shown, len(carrying.proposals)
        _show((self.sure, self.reject), on=shown is not None)
        self.reject.allow("" if shown is not None else "nothing is proposed for this section")
        many = waiting > 1 or (waiting == 1 and shown is None)
        _show((self.other, self.accept_all), on=many)
        self.accept_all.setText(f"Accept all {waiting}")
        self.accept_all.allow("the session is read-only" if self.session.read_only else "")
        self.note.say(self._words(reason))

    def advance(self, progress: Progress) -> None:
        """Show how far it has come."""
        part = progress.fraction
        self.bar.setRange(0, 0 if part is None else 1000)
        if part is not None:
            self.bar.setValue(round(1000 * part))
        self.note.say(f"{progress.text[:1].upper()}{progress.text[1:]}".replace("=", " "))

    def _words(self, reason: str) -> str:
        carrying, shown = self.carrying, self.carrying.shown
        words = []
        if shown is not None:
            came = f"Carried from {place_words(shown.source)}: {int(100 * shown.sure)}% of it is sure and proposed."
            words.append(f"{came} {ACCEPT_KEY} accepts, {REJECT_KEY} rejects.")
        if carrying.news:
            words.append(carrying.news)
        if not words and reason and not carrying.running:
            words.append(f"{reason[:1].upper()}{reason[1:]}.")
        return "\n".join(words)

    def _show_axis(self) -> None:
        """Offer the lines of the axis that one looks along."""
        place = self.session.place
        if place.axis == self._axis or place.axis not in self.carrying.lines():
            return
        self._axis = place.axis
        axis = self.session.survey.axis(place.axis)
        ends = sorted((float(axis.first), float(axis.last)))
        self.to.setRange(*ends)
        self.to.setDecimals(0 if all(float(value).is_integer() for value in axis.values[:50]) else 2)
        ahead = self.carrying.neighbour(min(AHEAD, axis.size - 1 - axis.index(place.value or 0)))
        if ahead is not None and isinstance(ahead.value, float | int):
            self.to.setValue(float(axis_number(axis, float(ahead.value))))

    def _take_all(self) -> None:
        with telling():
            self.carrying.accept_all()

    def _carry_on(self) -> None:
        self.carrying.on(self.to.value(), self.every.value())

    def _set_up(self) -> None:
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(8)
        self.to.setToolTip("The line to come to, before or after this one")
        self.to.setKeyboardTracking(False)
        self.every.setRange(1, 100)
        self.every.setToolTip("Propose labels on every so many lines")
        for field in (self.to, self.every):
            # The numbers need the room; arrow keys and the wheel step as well.
            field.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
            field.setMinimumWidth(46)

    def _lay_out(self) -> None:
        first, second, third, fourth = (QHBoxLayout() for _ in range(4))
        for part in (self.back, self.next):
            first.addWidget(part, 1)
        second.setSpacing(8)
        second.addWidget(QLabel("On to", self))
        second.addWidget(self.to, 2)
        second.addWidget(QLabel("every", self))
        second.addWidget(self.every, 1)
        third.addWidget(self.on, 2)
        third.addWidget(self.stop, 1)
        for part in (self.reject, self.other, self.accept_all):
            fourth.addWidget(part, 1)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for row, layout in enumerate((first, second, third)):
            grid.addLayout(layout, row, 0)
        grid.addWidget(self.bar, 3, 0)
        grid.addWidget(self.note, 4, 0)
        grid.addWidget(self.sure, 5, 0)
        grid.addLayout(fourth, 6, 0)

    def _connect(self) -> None:
        carrying = self.carrying
        self.back.clicked.connect(lambda: carrying.next(-self.every.value()))
        self.next.clicked.connect(lambda: carrying.next(self.every.value()))
        self.on.clicked.connect(self._carry_on)
        self.stop.clicked.connect(carrying.stop)
        self.reject.clicked.connect(carrying.reject)
        self.other.clicked.connect(carrying.look_at_next)
        self.accept_all.clicked.connect(self._take_all)
        self.sure.clicked.connect(lambda on: carrying.layers.show_confidence(on=on))
        for field in (self.to, self.every):
            field.valueChanged.connect(self.refresh)
        carrying.changed.connect(self.refresh)
        carrying.advanced.connect(self.advance)
        for signal in (self.session.labels_changed, self.session.place_changed, self.session.classes_changed):
            signal.connect(self.refresh)


def _show(parts: tuple[QWidget, ...], *, on: bool) -> None:
    for part in parts:
        part.setVisible(on)
