"""Stepping through a long recording: time of the window, in UTC or in seconds, its length, and a slider."""

import math
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QWidget

from napari_geofm.core.gaps import gap_words
from napari_geofm.core.region import At
from napari_geofm.core.utc import start_of, utc_words
from napari_geofm.gui.parts.arrow_button import arrow_button
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.telling import telling
from napari_geofm.gui.survey.page_length import PageLength
from napari_geofm.gui.survey.scrub_row import ScrubRow
from napari_geofm.gui.survey.way_back import WayBack

if TYPE_CHECKING:
    from napari_geofm.gui.canvas.section_view import SectionView
    from napari_geofm.session import Session

__all__ = ["FEWEST_SAMPLES", "TimeWindows"]

FEWEST_SAMPLES = 1024
"""A shorter recording is seen whole, and has no row of windows."""


class TimeWindows(QWidget):
    """Follows the session, and leads it; of surveys that are no recording, and of short ones, it is hidden.

    Parameters
    ----------
    session
        Where the interpreter is.
    view
        Tells of gaps in what is shown; None: nobody does.
    """

    left = Signal()
    """A time was typed and gone to: keys belong to the canvas again."""

    def __init__(self, session: "Session", view: "SectionView | None" = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.wanted = session.survey.kind == "das" and session.survey.shape[1] >= FEWEST_SAMPLES
        self.way = WayBack(session, "window", self)
        self.when = QLineEdit(self)
        self.length = PageLength(session, self)
        self.scrub = ScrubRow("Drag to scrub through the recording; the wheel steps by one window", self)
        self.gap = Note()
        self.nearer = arrow_button("◂", "Channels before (Shift+Left)", lambda: session.shift(0, -1), self)
        self.farther = arrow_button("▸", "Channels beyond (Shift+Right)", lambda: session.shift(0, 1), self)
        self.setVisible(self.wanted)
        if not self.wanted:
            return
        self._lay_out()
        self.when.returnPressed.connect(self._typed)
        self.length.left.connect(self.left)
        self.scrub.dragged.connect(self._dragged)
        self.scrub.turned.connect(lambda count: session.shift(count, 0))
        session.place_changed.connect(self.refresh)
        session.settings_changed.connect(self.refresh)
        if view is not None:
            view.shown.connect(lambda _at: self.gap.say(gap_words(view.section) if view.section is not None else ""))
        self.refresh()

    def refresh(self, _at: object = None) -> None:
        """Show where the session is."""
        session, survey = self._session, self._session.survey
        axis, paging = survey.axis("time"), session.paging
        channels, times = survey.places(session.place)
        assert isinstance(channels, slice)
        assert isinstance(times, slice)
        self.when.setText(self._written(float(axis.value(times.start))))
        self.when.setCursorPosition(0)
        if paging is not None:
            self.scrub.show_place(min(times.start // paging.sides[1], paging.counts[1] - 1), paging.counts[1])
        else:
            self.scrub.show_place(0, 1)
        self.scrub.slider.setEnabled(paging is not None)
        ends = (float(axis.first), float(axis.last))
        self.scrub.show_ends(*(f"{value:.5g} s" for value in ends))
        for label, value in zip((self.scrub.first, self.scrub.last), ends, strict=True):
            label.setToolTip(_spaced(utc_words(survey, value, 6)))
        self.length.refresh()
        for arrow in (self.nearer, self.farther):
            arrow.setVisible(paging is not None and paging.counts[0] > 1)

    def _written(self, seconds: float) -> str:
        """Return a time as the box shows it: absolute, or in seconds where the recording has no date."""
        survey = self._session.survey
        pace = survey.axis("time").pace
        digits = min(6, max(0, math.ceil(-math.log10(pace)))) if pace > 0 else 3
        absolute = start_of(survey) is not None
        self.when.setToolTip(
            f"Where the window begins, {f'in UTC: {seconds:.6g} s from the start' if absolute else 'in s'}. "
            f"Type {'a UTC time, a time of the day or ' if absolute else ''}seconds to go there; "
            "comma and full stop step by one window"
        )
        return _spaced(utc_words(survey, seconds, digits)) if absolute else f"{seconds:.{digits}f} s"

    def _typed(self) -> None:
        """Go to what was typed; what is no time of the recording is told, and the box shows the window again."""
        text = self.when.text().strip()
        number = text.removesuffix("s").strip()
        with telling():
            try:
                value: float | str = float(number)
            except ValueError:
                value = text.replace(" ", "T", 1).removesuffix("Z")
            self._session.go_to(At("time", value))
        self.refresh()
        self.left.emit()

    def _dragged(self, position: int, remember: bool) -> None:
        session, paging = self._session, self._session.paging
        if paging is None:
            return
        channels = session.survey.places(session.place)[0]
        assert isinstance(channels, slice)
        session.go_to(session.survey.page((channels, paging.part(1, position))), remember=remember)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        for column, part in enumerate((self.way, self.nearer, self.farther, self.when)):
            grid.addWidget(part, 0, column)
        scrub = QHBoxLayout()
        scrub.setSpacing(5)
        scrub.addWidget(self.scrub, 1)
        scrub.addWidget(self.length)
        grid.addLayout(scrub, 1, 0, 1, 4)
        grid.addWidget(self.gap, 2, 0, 1, 4)
        grid.setColumnStretch(3, 1)


def _spaced(utc: str) -> str:
    """Return a date and time as people read it."""
    return utc.replace("T", " ")
