"""Events of a fibre recording: find them, go through their list, take them home."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from napari_geofm.core.das.event_list import EventList
from napari_geofm.gui.events.event_going import EventGoing
from napari_geofm.gui.events.event_sources import channels_of, reason_against, sources_of, spec_of, window_of
from napari_geofm.gui.events.events_table import EventsTable
from napari_geofm.gui.events.picks_import import PicksImport
from napari_geofm.gui.events.thresholds_form import ThresholdsForm
from napari_geofm.gui.parts.job_box import JobBox, JobWords
from napari_geofm.gui.parts.step_button import StepButton
from napari_geofm.gui.parts.telling import telling

if TYPE_CHECKING:
    from typing import Any

    from napari_geofm.gui.workspace import Workspace

__all__ = ["KEYS", "EventsBox"]

WORDS = JobWords("events are being looked for", "Stop looking; the list stays as it is", "Cancelled; the list stays.")

KEYS = {
    "find": "Shift+V",
    "next": "Alt+Down",
    "before": "Alt+Up",
    "delete": "Alt+Delete",
    "export": "Alt+E",
    "importing": "Alt+I",
}
"""Keys of this box."""

FILES = {"events (*.csv)": "events", "onsets per channel (*.csv)": "onsets", "QuakeML (*.xml)": "quakeml"}
"""What is written, as the dialog lists it."""


class EventsBox(QWidget):
    """Finding events, and their list; for fibre recordings only.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self.session = workspace, workspace.session
        self.question: Any = None
        self.where = QComboBox(self)
        self.where.setToolTip("Where events are looked for: in labels or a prediction, here or in all of the recording")
        self.where.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.where.setMinimumContentsLength(10)
        self.thresholds = ThresholdsForm(self.session.survey, self)
        self.start = StepButton("Find events", "List events with onsets and velocities", KEYS["find"])
        self.job = JobBox(workspace.engine, self.start, WORDS)
        self.table = EventsTable(self)
        self.going = EventGoing(workspace, self)
        self.delete = StepButton("Delete", "Take the chosen events out of the list", KEYS["delete"])
        self.classes = StepButton("Class…", "Give the chosen events another class")
        self.export = StepButton("Export…", "Write the list, its onsets, or QuakeML", KEYS["export"])
        self.importing = StepButton("Picks as labels…", "Label from onsets of another program", KEYS["importing"])
        self.picks = PicksImport(self.session, self)
        self._lay_out()
        self.start.clicked.connect(self.look)
        self.table.gone_to.connect(self._go)
        self.table.chosen_changed.connect(self._choose)
        self.table.deleted.connect(self.take_out)
        self.delete.clicked.connect(self.take_out)
        self.classes.clicked.connect(self._ask_class)
        self.export.clicked.connect(self._ask_file)
        self.importing.clicked.connect(self.picks.ask)
        self.picks.said.connect(self.job.note.say)
        self.where.activated.connect(self.refresh)
        self.session.events_changed.connect(self._list)
        self.session.labels_changed.connect(self.refresh)
        workspace.view.prediction_changed.connect(self.refresh)
        self._list()
        self.refresh()

    def look(self) -> None:
        """Find events where the choice says."""
        source = self._sources[self.where.currentIndex()]
        window = None if source.whole else window_of(self._workspace)
        channels = None if source.whole else channels_of(self._workspace)

        def done(found: EventList) -> str:
            self.session.take_events(found, window, channels)
            if not len(found):
                return "No event found: none is as long, or on as many channels, as the smallest."
            listed = ", ".join(f"{count} × {name}" for name, count in found.counts().items())
            return f"Found {len(found)} {'events' if len(found) > 1 else 'event'}: {listed}."

        with telling():
            spec = replace(spec_of(self._workspace, source), options=self.thresholds.options)
            self.job.run(spec, "Looking for events…", done)

    def refresh(self, _news: object = None) -> None:
        """List where events can be looked for."""
        before = self.where.currentText()
        self._sources = sources_of(self._workspace)
        self.where.blockSignals(True)
        self.where.clear()
        self.where.addItems([each.words for each in self._sources])
        self.where.setCurrentIndex(max(0, self.where.findText(before)))
        self.where.blockSignals(False)
        self.job.allow(reason_against(self._workspace, self._sources[self.where.currentIndex()]))

    def take_out(self) -> None:
        """Take the chosen events out of the list."""
        with telling():
            self.session.remove_events(self.table.chosen)

    def reclass(self, name: str) -> None:
        """Give the chosen events another class."""
        with telling():
            self.session.reclass_events(self.table.chosen, name)

    def write(self, path: Path, what: str) -> None:
        """Write the list (``"events"``), ``"onsets"`` or ``"quakeml"`` to a file, over what may be there."""
        from napari_geofm.io.atomic import replacing
        from napari_geofm.io.events.quakeml import write_quakeml
        from napari_geofm.io.events.tables import write_events, write_onsets

        events = self.session.events
        if events is None:
            return
        with telling():
            write = {"events": write_events, "onsets": write_onsets, "quakeml": write_quakeml}[what]
            with replacing(path, overwrite=True) as beside:
                write(events, beside)
            self.session.noted(f"exported {len(events)} events to {path.name}")
            self.job.note.say(f"{path.name} written to {path.parent}.")

    def _go(self, position: int) -> None:
        events = self.session.events
        if events is not None and position < len(events):
            self.going.go(events, events.events[position])

    def _choose(self) -> None:
        chosen = self.table.chosen
        self._workspace.picks.choose_events(chosen)
        reason = "" if chosen else "no event is chosen"
        if self.session.read_only:
            reason = "another viewer has this session open"
        self.delete.allow(reason)
        self.classes.allow(reason)

    def _list(self) -> None:
        events = self.session.events
        self.table.show_events(events)
        self.export.allow("" if events is not None and len(events) else "no event is listed")

    def _ask_class(self) -> None:
        events = self.session.events
        menu = QMenu(self)
        for name in dict.fromkeys((*self.session.classes.names, *(events.classes.names if events is not None else ()))):
            action = menu.addAction(name)
            if action is not None:
                action.triggered.connect(lambda _on=False, name=name: self.reclass(name))
        menu.aboutToHide.connect(menu.deleteLater)
        self.question = menu
        menu.popup(self.classes.mapToGlobal(self.classes.rect().bottomLeft()))

    def _ask_file(self) -> None:
        survey = self.session.survey
        start = survey.path.with_name(f"{survey.path.stem}-events.csv")
        name, kind = QFileDialog.getSaveFileName(self, "Export events", str(start), ";;".join(FILES))
        if name:
            path = Path(name)
            what = "quakeml" if path.suffix.lower() in {".xml", ".qml", ".quakeml"} else FILES.get(kind, "events")
            if what == "quakeml" and path.suffix.lower() == ".csv":
                path = path.with_suffix(".xml")
            self.write(path if path.suffix else path.with_suffix(".xml" if what == "quakeml" else ".csv"), what)

    def _lay_out(self) -> None:
        rows = []
        for parts in ((self.delete, self.classes, self.export), (self.importing,)):
            rows.append(QHBoxLayout())
            rows[-1].setSpacing(4)
            for button in parts:
                rows[-1].addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        for part in (self.where, self.thresholds, self.job, self.table):
            whole.addWidget(part)
        for row in rows:
            whole.addLayout(row)
