"""What one finds again on opening a survey, and the offer to take over what another viewer has let go of."""

import time
from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from napari_geofm.gui.history.backup_dialog import BackupDialog
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.words import when_words

if TYPE_CHECKING:
    from napari_geofm.session import Resumption, Session

__all__ = ["SessionLine", "resumption_words"]

LOOK_MS = 2000
"""Between two looks whether another viewer is gone."""


def resumption_words(found: "Resumption", now: float) -> str:
    """Return what was restored, as people say it; ``now`` in seconds since 1970.

    Examples
    --------
    >>> from napari_geofm.session import Resumption
    >>> noon = time.mktime((2024, 3, 5, 12, 0, 0, 0, 0, -1))
    >>> resumption_words(Resumption(1, noon, False), noon + 60)
    'Restored 1 labelled section, last saved today 12:00.'
    >>> resumption_words(Resumption(3, noon, True), noon + 60)
    'The viewer ended unexpectedly. Restored 3 labelled sections, last saved today 12:00.'
    """
    sections = f"{found.sections} labelled section{'' if found.sections == 1 else 's'}"
    before = "The viewer ended unexpectedly. " if found.crashed else ""
    return f"{before}Restored {sections}, last saved {when_words(found.saved, now)}."


class SessionLine(QWidget):
    """A line with a button that takes no room where there is nothing to say.

    Parameters
    ----------
    session
        What is open.
    """

    wanted = Signal(object)
    """The survey's path, to be opened anew: its session is free."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.text = Note()
        self.earlier = QToolButton(self)
        self.earlier.setText("Earlier…")
        self.earlier.setToolTip("Go back to the labels of an earlier time")
        self.earlier.clicked.connect(self._go_back)
        self.take_over = QPushButton("Take over", self)
        self.take_over.setToolTip("Open the survey anew, to paint and to train")
        self.take_over.clicked.connect(lambda: self.wanted.emit(session.survey.path))
        self.dismiss = QToolButton(self)
        self.dismiss.setText("✕")
        self.dismiss.setAutoRaise(True)
        self.dismiss.setToolTip("Hide this line")
        self.dismiss.clicked.connect(self.hide)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._lay_out()
        self._begin()

    def look(self) -> None:
        """Look whether the session can be taken over."""
        free = self._session.can_take_over
        self.take_over.setVisible(free)
        self.setVisible(free)
        self.text.say("The other viewer has closed this survey." if free else "")

    def _begin(self) -> None:
        found = self._session.resumption
        self.take_over.hide()
        self.earlier.setVisible(found is not None)
        self.dismiss.setVisible(found is not None)
        self.setVisible(found is not None)
        if found is not None:
            self.text.say(resumption_words(found, time.time()))
        if self._session.read_only:
            self._timer.start()

    def _lay_out(self) -> None:
        words = QHBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.text, 1)
        words.addWidget(self.earlier)
        words.addWidget(self.dismiss)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(words)
        whole.addWidget(self.take_over)

    def _go_back(self) -> None:
        BackupDialog(self._session, self).open()
