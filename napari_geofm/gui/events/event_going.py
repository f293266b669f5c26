"""To an event: its window comes, and the camera frames it."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QObject

from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.fibre_event import FibreEvent
from napari_geofm.gui.canvas.geometry import proportions

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["EventGoing"]

ROOM = 0.35
"""Part of an event's height and width that is shown around it."""


class EventGoing(QObject):
    """Goes to events.

    Parameters
    ----------
    workspace
        The viewer, session and section.
    """

    def __init__(self, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._waiting: tuple[EventList, FibreEvent] | None = None
        workspace.view.shown.connect(self._shown)

    def go(self, events: EventList, event: FibreEvent) -> None:
        """Go to the window in which an event begins, unless that is on the screen, and frame it."""
        section = self._workspace.view.section
        if section is not None and self._begins_on(events, event):
            self._frame(events, event)
            return
        self._waiting = (events, event)
        session = self._workspace.session
        survey, paging = session.survey, session.paging
        if paging is None:
            session.go_to(survey.whole())
            return
        time = survey.axis("time")
        sample = int(np.clip(round(float(time.places(np.array([event.start_s]))[0])), 0, time.size - 1))
        channel = int(np.median(event.channels)) if event.channels.size else event.first
        (number,) = paging.numbers(np.array([channel]), np.array([sample]))
        session.go_to(survey.page(paging.box(int(number))))

    def _begins_on(self, events: EventList, event: FibreEvent) -> bool:
        section = self._workspace.view.section
        if section is None:
            return False
        row = float(section.rows.places(np.array([event.start_s]))[0])
        ends = section.columns.places(events.place[[event.first, event.last]])
        return -0.5 <= row <= section.shape[0] - 0.5 and bool(ends.max() >= 0 and ends.min() <= section.shape[1] - 1)

    def _shown(self, _at: object) -> None:
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            if self._begins_on(*waiting):
                self._frame(*waiting)

    def _frame(self, events: EventList, event: FibreEvent) -> None:
        section = self._workspace.view.section
        if section is None:
            return
        onsets = event.onset_s[np.isfinite(event.onset_s)]
        last = float(onsets.max()) if onsets.size else event.start_s
        # A coda may be longer than all that is looked for: the onsets are in sight, and as much after them.
        span = max(last - event.start_s, 0.5 * event.duration_s, 20 * events.step_s)
        rows = section.rows.places(np.array([event.start_s - ROOM * span, last + (1 + ROOM) * span]))
        columns = np.sort(section.columns.places(events.place[[event.first, event.last]]))
        columns += ROOM * max(float(np.ptp(columns)), 10.0) * np.array([-0.5, 0.5])
        rows = np.clip(rows, -0.5, section.shape[0] - 0.5)
        columns = np.clip(columns, -0.5, section.shape[1] - 0.5)
        session = self._workspace.session
        down, across = proportions(session.survey, section, session.settings.exaggeration).scale
        middle = (float(rows.mean()) * down, float(columns.mean()) * across)
        size = (max(float(np.ptp(rows)), 10.0) * down, max(float(np.ptp(columns)), 10.0) * across)
        self._workspace.view.framing.fit_part(middle, size)
