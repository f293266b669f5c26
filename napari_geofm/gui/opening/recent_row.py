"""One survey that was opened before: a click opens it; where it is missing, the reason is told."""

from qtpy.QtCore import QEvent, Qt, Signal
from qtpy.QtGui import QMouseEvent
from qtpy.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from superqt import QElidingLabel

from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.words import when_words
from napari_geofm.session import RecentSession

__all__ = ["RecentRow"]

LOOK = "#recent { border: 1px solid rgba(128, 128, 128, 90); border-radius: 4px; } "
OVER = "#recent:hover { border: 1px solid #4a6bd0; background-color: rgba(74, 107, 208, 50); }"
"""napari's themes have no list of cards; grey and blue of half strength are read in both."""


class RecentRow(QFrame):
    """Name, folder, when, and how many sections are labelled.

    Parameters
    ----------
    each
        The survey.
    now
        Seconds since 1970.
    """

    wanted = Signal(object)
    """The survey's path, to be opened."""

    unwanted = Signal(object)
    """The survey's path, to be taken off the list."""

    def __init__(self, each: RecentSession, now: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.survey = each.survey
        self.reason = each.missing
        self.setObjectName("recent")
        self.setStyleSheet(LOOK if self.reason else LOOK + OVER)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.name = QElidingLabel(each.survey.name, self)
        self.name.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.name.setStyleSheet("font-weight: bold;")
        self.place = QElidingLabel(str(each.survey.parent), self)
        self.place.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.place.setStyleSheet("font-size: 11px;")
        self.what = Note(_described(each, now))
        texts = QVBoxLayout()
        texts.setSpacing(1)
        for part in (self.name, self.place, self.what):
            part.setEnabled(not self.reason)
            texts.addWidget(part)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(8, 5, 4, 5)
        whole.addLayout(texts, 1)
        self.drop = QToolButton(self)
        self.drop.setText("✕")
        self.drop.setAutoRaise(True)
        self.drop.setToolTip("Take it off this list; the session stays where it is")
        self.drop.clicked.connect(lambda: self.unwanted.emit(self.survey))
        whole.addWidget(self.drop, 0, Qt.AlignmentFlag.AlignTop)
        if self.reason:
            self.setToolTip(f"{each.survey}\nNot now: {self.reason}")
        else:
            self.setToolTip(str(each.survey))
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Open the survey."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.pos()):
            self._choose()

    def keyPressEvent(self, event: QEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Open the survey by Enter or the space bar, as buttons do."""
        key = getattr(event, "key", lambda: None)()
        if key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose()
        else:
            super().keyPressEvent(event)  # type: ignore[arg-type]

    def _choose(self) -> None:
        if not self.reason:
            self.wanted.emit(self.survey)


def _described(each: RecentSession, now: float) -> str:
    if each.missing:
        return f"{each.missing[0].upper()}{each.missing[1:]}."
    words = [when_words(each.saved, now)] if each.saved is not None else []
    count = each.labelled
    if count is not None:
        words.append(f"{count} labelled section{'' if count == 1 else 's'}" if count else "nothing labelled")
    return ", ".join(words).capitalize()
