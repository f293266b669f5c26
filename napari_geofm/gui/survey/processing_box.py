"""What a recording goes through before it is seen: a list of steps, bad channels, and the look at what it was."""

from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtCore import QSignalBlocker, Qt
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from napari_geofm.core.das.chain import PRESETS, Chain
from napari_geofm.core.das.fibre_steps import Strain
from napari_geofm.core.das.signal import Signal
from napari_geofm.core.das.words import STEPS
from napari_geofm.errors import GeoFMError
from napari_geofm.gui.parts.arrow_button import arrow_button
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.survey.bad_channels_row import BadChannelsRow
from napari_geofm.gui.survey.step_form import StepForm
from napari_geofm.gui.survey.step_list import StepList
from napari_geofm.session.chain_state import ChainState

if TYPE_CHECKING:
    from napari_geofm.core.das.step import Step
    from napari_geofm.gui.workspace import Workspace

__all__ = ["ProcessingBox"]

ADD = "Add a step…"


class ProcessingBox(QWidget):
    """A draft of the chain; *Apply* has the recording seen through it, and learned from as well.

    Parameters
    ----------
    workspace
        The session whose recording it is.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = workspace.session
        self.adding, self.steps, self.form = QComboBox(self), StepList(self), StepForm(self)
        self.up = arrow_button("▲", "The chosen step earlier", lambda: self.steps.move_current(-1), self)
        self.down = arrow_button("▼", "The chosen step later", lambda: self.steps.move_current(1), self)
        self.away = arrow_button("✕", "The chosen step away (Delete)", self.steps.remove_current, self)
        self.apply = StepButton("Apply", "See, learn and predict the recording through these steps", "Shift+U")
        self.original = StepButton("Original", "The recording as it was recorded; again: as processed", "U")
        self.original.setCheckable(True)
        self.note = Note()
        self.channels = BadChannelsRow(workspace, self.bad_given)
        self._fill()
        self._lay_out()
        self.adding.activated.connect(self._add)
        self.steps.currentRowChanged.connect(self._choose)
        self.steps.edited.connect(self._edited)
        self.form.changed.connect(self.steps.replace_current)
        self.apply.clicked.connect(self._apply)
        self.original.clicked.connect(self._toggle_original)
        self.session.processing_changed.connect(self._show)
        self._show()

    @property
    def draft(self) -> ChainState:
        """The chain as it stands here."""
        return ChainState(self.steps.steps, self.session.chain.bad)

    def bad_given(self, state: ChainState, what: str) -> None:
        """Mask other channels at once, with the steps as they are applied.

        Raises
        ------
        UsageError
            When a channel is none of the recording's.
        """
        draft = self.steps.steps
        self.session.process(state, what)
        # What was changed in the list and not applied yet stays as it was.
        self.steps.show_steps(draft)
        self._edited()

    def _fill(self) -> None:
        self.adding.addItem(ADD)
        for name, words in PRESETS.items():
            self.adding.addItem(f"preset {name}", Chain.parse(words).steps)
            self.adding.setItemData(self.adding.count() - 1, words, Qt.ItemDataRole.ToolTipRole)
        self.adding.insertSeparator(self.adding.count())
        for kind in STEPS.values():
            # Steps that move the grid are refused: labels lie on it.
            if kind().thins == kind().stacks == 1:
                self.adding.addItem(kind.name, (kind(),))
                self.adding.setItemData(self.adding.count() - 1, kind.about, Qt.ItemDataRole.ToolTipRole)
        self.adding.setToolTip("A step behind the chosen one, or a preset in place of all steps")
        self.adding.setMaxVisibleItems(30)

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(3)
        above.addWidget(self.adding, 1)
        for arrow in (self.up, self.down, self.away):
            above.addWidget(arrow)
        below = QHBoxLayout()
        below.setSpacing(4)
        below.addWidget(self.apply)
        below.addWidget(self.original)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(above)
        whole.addWidget(self.steps)
        whole.addWidget(self.form)
        whole.addLayout(below)
        whole.addWidget(self.note)
        whole.addWidget(self.channels)

    def _add(self, row: int) -> None:
        steps: tuple[Step, ...] | None = self.adding.itemData(row)
        with QSignalBlocker(self.adding):
            self.adding.setCurrentIndex(0)
        if steps is None:
            return
        if len(steps) > 1:
            self.steps.show_steps(tuple((step, True) for step in steps))
            self._edited()
        else:
            self.steps.add(*(self._as_recorded(step) for step in steps))

    def _as_recorded(self, step: "Step") -> "Step":
        """Return a new step with the gauge length that the recording was made with, where it says so."""
        gauge = self.session.survey.data.attrs.get("gauge_length_m")
        if gauge is None or not isinstance(step, Strain):
            return step
        try:
            return replace(step, gauge_m=float(gauge))
        except GeoFMError:
            return step

    def _choose(self, _row: int = -1) -> None:
        item = self.steps.currentRow()
        steps = self.steps.steps
        self.form.show_step(steps[item][0] if 0 <= item < len(steps) else None)
        self.form.setVisible(bool(self.form.fields))
        for arrow, fine in ((self.up, item > 0), (self.down, 0 <= item < len(steps) - 1), (self.away, item >= 0)):
            arrow.setEnabled(fine)

    def _edited(self) -> None:
        """Say what the draft makes of the recording, or why it cannot be."""
        self._choose()
        draft = self.draft
        try:
            self.session.check_chain(draft)
            after = draft.chain.after(Signal.of(self.session.survey))
        except GeoFMError as error:
            self.note.say(str(error))
            self.apply.allow("a step does not suit the recording, as the line below says")
            return
        unit = f" in {after.units.words}" if after.units.words else ", without a unit" if after.quantity else ""
        what = after.quantity or "samples"
        pending = draft != self.session.chain
        self.note.say(f"{what[:1].upper()}{what[1:]} samples{unit}." if after.quantity else f"Samples{unit}.")
        self.apply.allow("" if pending else "the recording is seen through these steps")

    def _apply(self) -> None:
        draft, before = self.draft, self.session.chain
        if draft != before:
            words = draft.chain.words()
            self.session.process(draft, f"processing: {words}" if words else "no processing")

    def _toggle_original(self) -> None:
        self.session.original = self.original.isChecked()

    def _show(self) -> None:
        state = self.session.chain
        self.steps.show_steps(state.steps)
        with QSignalBlocker(self.original):
            self.original.setChecked(self.session.original)
        self.original.allow("" if self.session.seen is not self.session.survey else "nothing is done to the recording")
        self.channels.show_bad(state.bad)
        self._edited()
