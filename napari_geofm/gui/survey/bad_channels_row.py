"""Channels that are left out: found, or written down."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from napari_geofm.core.das.bad_channels import BadChannels, FoundBad, listed
from napari_geofm.core.das.signal import Signal as Recorded
from napari_geofm.errors import GeoFMError
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.io.processed import bad_channels_of
from napari_geofm.session.chain_state import ChainState

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["BadChannelsRow"]


class BadChannelsRow(QWidget):
    """A line such as ``12, 40-43``, and a button that looks for them off the window's thread.

    Parameters
    ----------
    workspace
        The session whose recording it is.
    give
        Masks other channels: takes the chain with them, and what is done in words.
    """

    _came = Signal(object)

    def __init__(
        self, workspace: "Workspace", give: Callable[[ChainState, str], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.session, self._give = workspace.session, give
        self.line, self.note = QLineEdit(self), Note()
        self.line.setPlaceholderText("none")
        self.line.setToolTip("Channels that are masked: numbers along the fibre, or metres: 12, 40-43, 2410-2450 m")
        self.looking = StepButton("Find", "Dead, noisy and incoherent channels, and those with spikes", "Shift+C")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(4)
        grid.addWidget(QLabel("Bad channels", self), 0, 0)
        grid.addWidget(self.line, 0, 1)
        grid.addWidget(self.looking, 0, 2)
        grid.addWidget(self.note, 1, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        self.line.editingFinished.connect(self._typed)
        self.looking.clicked.connect(self._look)
        self._came.connect(self._found)

    def show_bad(self, bad: BadChannels) -> None:
        """Show which are masked."""
        self.line.setText(bad.words() if bad else "")
        self.note.say("")

    def _typed(self) -> None:
        self._mask(self.line.text(), "")

    def _mask(self, words: str, why: str) -> None:
        """Mask what words name; tell what is wrong with them."""
        state = self.session.chain
        try:
            bad = BadChannels.parse(words)
            if bad != state.bad:
                self._give(replace(state, bad=bad), f"bad channels: {bad.words()}")
        except GeoFMError as error:
            self.note.say(str(error))
            return
        self.note.say(why)

    def _look(self) -> None:
        """Look for bad channels in a thread; those that are named by hand stay so only where they are found."""
        survey = self.session.survey
        self.looking.allow("they are being looked for")
        self.note.say("Looking for bad channels…")

        def body() -> None:
            try:
                found: object = bad_channels_of(survey)
            except GeoFMError as error:
                found = str(error)
            except Exception as error:  # noqa: BLE001 - whatever a damaged file makes its library raise is told
                found = f"{survey.path.name} cannot be read: {error}"
            # The window may have gone meanwhile.
            with suppress(RuntimeError):
                self._came.emit(found)

        threading.Thread(target=body, name="geofm-bad-channels", daemon=True).start()

    def _found(self, found: object) -> None:
        self.looking.allow()
        if not isinstance(found, FoundBad):
            self.note.say(str(found))
            return
        words = listed(found.bad, Recorded.of(self.session.survey))
        self._mask(words, f"Found: {found.words()}." if words else "No channel is out of line.")
