"""Going through a large image window by window: where it lies, four ways to go on, and the windows' size."""

import math
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QGridLayout, QWidget

from napari_geofm.gui.parts.arrow_button import arrow_button
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.survey.page_length import PageLength
from napari_geofm.gui.survey.way_back import WayBack

if TYPE_CHECKING:
    from napari_geofm.core.axis import Axis
    from napari_geofm.session import Session

__all__ = ["ImageWindows"]


class ImageWindows(QWidget):
    """Follows the session, and leads it; of other surveys and small images there is nothing to go through.

    Parameters
    ----------
    session
        Where the interpreter is.
    """

    left = Signal()
    """A size was typed: keys belong to the canvas again."""

    def __init__(self, session: "Session", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.wanted = session.survey.kind == "image" and session.survey.paged
        self.way = WayBack(session, "window", self)
        ways = {
            "◂": ("Window to the left (Shift+Left)", (0, -1)),
            "▴": ("Window above (Shift+Up)", (-1, 0)),
            "▾": ("Window below (Shift+Down)", (1, 0)),
            "▸": ("Window to the right (Shift+Right)", (0, 1)),
        }
        self.ways = [arrow_button(sign, what, partial(session.shift, *way), self) for sign, (what, way) in ways.items()]
        self.length, self.where = PageLength(session, self), Note()
        self.setVisible(self.wanted)
        if not self.wanted:
            return
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(3)
        grid.addWidget(self.way, 0, 0)
        for column, part in enumerate(self.ways):
            grid.addWidget(part, 0, column + 2)
        grid.addWidget(self.length, 0, 7)
        grid.addWidget(self.where, 1, 0, 1, 8)
        for column in (1, 6):
            grid.setColumnStretch(column, 1)
        self.length.left.connect(self.left)
        session.place_changed.connect(self.refresh)
        session.settings_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _at: object = None) -> None:
        """Show where the session is."""
        session = self._session
        self.where.say(", ".join(_stretches(session)))
        self.length.refresh()
        here = session.place
        for arrow, way in zip(self.ways, ((0, -1), (-1, 0), (1, 0), (0, 1)), strict=True):
            arrow.setEnabled(session.beside(*way) != here)


def _stretches(session: "Session") -> list[str]:
    """Return from where to where the window reaches along both axes, down first."""
    survey = session.survey
    found = []
    for name, part in zip(survey.dims, survey.places(session.place), strict=True):
        assert isinstance(part, slice)
        axis = survey.axis(name)
        found.append(_stretch(axis, part))
    return found


def _stretch(axis: "Axis", part: slice) -> str:
    """Return a stretch of an axis: ``rows 0 to 1999``, ``lat 12.52 to 10.02°``."""
    ends = [float(axis.value(place)) for place in (part.start, part.stop - 1)]
    extent = abs(ends[1] - ends[0])
    # As finely as a window's edge is seen.
    digits = 0 if axis.units == "px" or not extent else max(0, 2 - math.floor(math.log10(extent)))
    first, last = (f"{end:.{digits}f}" for end in ends)
    unit = {"px": "", "deg": "°"}.get(axis.units, f" {axis.units}" if axis.units else "")
    name = {"row": "rows", "column": "columns"}.get(axis.name, axis.name)
    return f"{name} {first} to {last}{unit}"
