"""Labels from interpretations, asked for in a window that holds painting up while it fills."""

from typing import TYPE_CHECKING

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QDialog, QDialogButtonBox, QProgressBar, QVBoxLayout, QWidget

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.progress import Control, Job, Progress, part_of
from napari_geofm.errors import LabelError
from napari_geofm.gui.parts.aside import Aside
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.parts.words import count_words
from napari_geofm.gui.picks.fill_form import FillForm, FillWish

if TYPE_CHECKING:
    from napari_geofm.session import Session
    from napari_geofm.session.filling import FillPlan

__all__ = ["FillDialog", "filled", "planned"]


class FillDialog(QDialog):
    """Asks what is filled, works it out in a thread, and takes it as one step of undo.

    Parameters
    ----------
    session
        What is labelled.
    chosen
        Number of the interpretation that is offered first; None for whichever.
    """

    def __init__(self, session: "Session", chosen: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Fill labels")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        # A stroke in the middle of a fill would be worked out from labels that are about to change.
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._session = session
        self._ending = False
        self.form = FillForm(session, chosen)
        self.work = Aside("geofm-filling", self)
        self.note, self.bar = Note(), QProgressBar(self)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.hide()
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.fill = self.buttons.addButton("&Fill", QDialogButtonBox.ButtonRole.ApplyRole)
        whole = QVBoxLayout(self)
        for part in (self.form, self.note, self.bar, self.buttons):
            whole.addWidget(part)
        if self.fill is not None:
            self.fill.clicked.connect(self.start)
        self.buttons.rejected.connect(self.reject)
        self.work.advanced.connect(self._advanced)
        self.work.busy_changed.connect(self._busy)
        for box in (self.form.way, self.form.first, self.form.second, self.form.one, self.form.other):
            box.currentIndexChanged.connect(self._allow)
        self.setMinimumWidth(380)
        self._allow()

    def start(self) -> None:
        """Fill."""
        wish = self.form.wish
        try:
            self.form.make_class()
        except LabelError as error:
            self.note.say(str(error))
            return
        if wish.way == "inside a polygon":
            self._fill_polygon(wish)
            return
        self.note.say("Working out what changes…")
        self._ending = False
        self.work.run(lambda control: filled(self._session, wish, control), self._take, self._failed)

    def reject(self) -> None:
        """Cancel what runs, or close: what has been written is taken back first, and painting waits for that."""
        if self.work.busy:
            self._ending = True
            self.work.wind_up()
            self.note.say("Cancelling…")
            return
        super().reject()

    def _fill_polygon(self, wish: FillWish) -> None:
        polygon = next(each.what for each in self._session.picks.items if each.number == wish.first)
        if isinstance(polygon, Polygon):
            with telling():
                self._say(self._session.fill_polygon(polygon, wish.numbers[0], over=wish.over))

    def _take(self, plan: "FillPlan") -> None:
        with telling():
            if self._session.take_written(plan):
                self._say(plan.count)
            else:
                self.note.say("The labels changed meanwhile; press Fill again.")

    def _say(self, count: int) -> None:
        words = "No sample changed: what lies there is so already, painted by you, or locked."
        self.note.say(f"{count_words(count)} samples filled; Undo takes them back." if count else words)

    def _failed(self, why: str) -> None:
        self.note.say(why)

    def _advanced(self, progress: Progress) -> None:
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(1000 * (progress.fraction or 0)))

    def _busy(self, on: bool) -> None:
        if not on and self._ending:
            self.note.say("Cancelled; nothing was filled.")
        self.bar.setVisible(on)
        self.bar.setRange(0, 0)
        self.form.setEnabled(not on)
        close = self.buttons.button(QDialogButtonBox.StandardButton.Close)
        if close is not None:
            close.setText("Cancel" if on else "Close")
        self._allow()

    def _allow(self, _index: int = 0) -> None:
        reason = "another viewer has this session open" if self._session.read_only else self.form.reason()
        if self.fill is not None:
            self.fill.setEnabled(not reason and not self.work.busy)
            self.fill.setToolTip(f"Not now: {reason}" if reason else "As one step of undo")
        if reason:
            self.note.say(f"Nothing to fill: {reason}.")
        elif self.note.text().startswith("Nothing to fill"):
            self.note.say("")


def filled(session: "Session", wish: FillWish, control: Control) -> "Job[FillPlan]":
    """Work out a fill and write it, in a thread; the window's own makes it a step of undo."""
    plan = yield from part_of(planned(session, wish, control), 0.0, 0.7)
    return (yield from part_of(session.write_fill(plan, control), 0.7, 1.0))


def planned(session: "Session", wish: FillWish, control: Control) -> "Job[FillPlan]":
    """Work out a fill of horizons or of a fault, in a thread."""
    from napari_geofm.session.picks.wishing import between, fault_body, sides

    yield Progress(0, 0, "reading the picks")
    survey = session.survey
    picks = {each.number: each.what for each in session.picks.items}
    names = [session.classes.names[number] for number in wish.numbers]
    first, second = picks[wish.first], picks.get(wish.second)
    if isinstance(first, FaultSticks):
        bodies = fault_body([first], survey, wish.numbers[0], wish.thickness, wish.unit)
        what = f"fault {first.name} as {names[0]}"
    elif isinstance(first, Horizon) and wish.way == "between two horizons" and isinstance(second, Horizon):
        bodies = between(first, second, survey, wish.numbers[0], gaps=wish.gaps)
        what = f"between {first.name} and {second.name} as {names[0]}"
    else:
        assert isinstance(first, Horizon)
        above = wish.numbers[0] if wish.way != "at a horizon and below" else None
        below = None if wish.way == "above a horizon" else wish.numbers[-1]
        bodies = sides(first, survey, above=above, below=below, gaps=wish.gaps)
        what = f"{wish.way.replace('a horizon', first.name)} as {' and '.join(names)}"
    return (yield from session.plan_fill(bodies, wish.numbers, what=f"filled {what}", over=wish.over, control=control))
