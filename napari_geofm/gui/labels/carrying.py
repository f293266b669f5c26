"""Labels of a section carried to its neighbours, as proposals that the interpreter accepts or rejects."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QObject, QTimer, Signal

from napari_geofm.core.labels import Origin, to_outside
from napari_geofm.core.progress import Progress
from napari_geofm.core.region import At
from napari_geofm.gui.labels.carried_layers import CarriedLayers
from napari_geofm.gui.parts.telling import tell
from napari_geofm.gui.parts.words import place_words
from napari_geofm.jobs.carry_specs import CarryNextSpec, CarryResult, CarrySpec
from napari_geofm.session.proposals import Proposal

if TYPE_CHECKING:
    from napari_geofm.compute.handle import Handle
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Carrying"]


class Carrying(QObject):
    """Asks for labels on neighbouring sections, and shows what is proposed wherever one is.

    A section whose labels were all carried passes those of the section that they came from on: what was unsure there,
    and stayed unlabelled, may be sure on the next one.

    Parameters
    ----------
    workspace
        The viewer, session and engine.
    """

    changed = Signal()
    """Carrying began or ended, or there are other proposals."""

    advanced = Signal(object)
    """The progress of carrying on."""

    def __init__(self, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine, self.session, self._view = workspace.engine, workspace.session, workspace.view
        self.layers = CarriedLayers(workspace)
        self.proposals: dict[At, Proposal] = {}
        self.news = ""
        self.waiting: At | None = None
        self._handle: Handle[CarryResult] | None = None
        self._came: dict[At, tuple[At, ...]] = {}
        self._view.shown.connect(self._shown)
        self.session.classes_changed.connect(self._reclassed)
        self.session.settings_changed.connect(self._show)
        workspace.viewer.dims.events.ndisplay.connect(self._turned)

    @property
    def running(self) -> bool:
        """Whether labels are being carried on."""
        return self._handle is not None

    @property
    def shown(self) -> Proposal | None:
        """What is proposed for the section on the screen."""
        at = self._view.at
        return self.proposals.get(at) if at is not None and at == self.session.place else None

    def neighbour(self, lines: int) -> At | None:
        """Return the section so many lines on (below 0: back); None where there is none."""
        at = self.session.place
        if at.axis not in self.lines() or at.value is None:
            return None
        axis = self.session.survey.axis(at.axis)
        place = axis.index(at.value) + lines
        return At(at.axis, axis.values[place].item()) if 0 <= place < axis.size else None

    def reason(self) -> str:
        """Return why labels cannot be carried from this section; empty where they can."""
        at = self.session.place
        if self.session.read_only:
            return "the session is read-only"
        if not self.lines():
            return "only the lines of a volume have neighbours"
        if at.axis not in self.lines():
            return "labels are carried between inlines or crosslines: turn to one"
        if self.running or self.waiting is not None:
            return "labels are being carried"
        if not self.session.is_labelled(at) and at not in self.proposals:
            return "nothing is labelled on this section yet"
        return ""

    def next(self, lines: int) -> None:
        """Carry the labels so many lines on, and go there."""
        there = self.neighbour(lines)
        if there is None or self.reason():
            return
        here, self.waiting, self.news = self.session.place, there, f"Carrying labels to {place_words(there)}…"
        source, through = self._way(here)

        def done(result: CarryResult) -> None:
            self.waiting = None
            self._take(source, through, result)
            if result.sections and self.session.place == here:
                self.session.go_to(there)

        spec = CarryNextSpec(self.session.survey.path, source, self._labels(source), (there,), through)
        self._engine.view(spec, "carry", done, self._failed)
        self.changed.emit()

    def on(self, to: float, every: int) -> None:
        """Carry the labels on to a line, every so many lines, until that is unsure."""
        here = self.session.place
        targets = self.targets(to, every)
        if not targets or self.reason():
            return
        source, through = self._way(here)

        def done(result: CarryResult) -> None:
            if self.running:
                self._handle = None
                self._take(source, through, result)
                if result.sections and self.session.place == here:
                    self.session.go_to(result.sections[0].at)

        spec = CarrySpec(self.session.survey.path, source, self._labels(source), targets, through)
        self.news = ""
        self._handle = self._engine.job(spec, self._told, done, self._failed)
        self.changed.emit()

    def targets(self, to: float, every: int) -> tuple[At, ...]:
        """Return every so many lines from this section up to a line, that line too; none where it is this one."""
        here = self.session.place
        if here.axis not in self.lines() or here.value is None:
            return ()
        axis = self.session.survey.axis(here.axis)
        first, last = axis.index(here.value), axis.nearest(to)
        way = every if last > first else -every
        places = [*range(first + way, last, way), last] if last != first else []
        return tuple(At(here.axis, axis.values[place].item()) for place in places)

    def stop(self) -> None:
        """Go no further; what has come so far is proposed."""
        if self._handle is not None:
            self._handle.stop()

    def accept(self, count: int) -> None:
        """Note that the proposal shown was taken over, of which so many samples."""
        if self.shown is not None:
            self.proposals.pop(self.shown.at)
            self.news = f"{count:,} samples accepted; undo takes them back."
            self._show()

    def accept_all(self) -> int:
        """Take all proposals over as one step of undo; return how many samples.

        Raises
        ------
        OutputError
            When the disk is full.
        """
        count = self.session.accept_carried(list(self.proposals.values()))
        sections = len(self.proposals)
        self.proposals.clear()
        self.news = f"{count:,} samples on {sections} sections accepted; undo takes them all back."
        self._show()
        return count

    def reject(self) -> None:
        """Drop what is proposed for this section."""
        if self.shown is not None:
            gone = self.proposals.pop(self.shown.at)
            self._came.pop(gone.at, None)
            self.news = f"Nothing is proposed for {place_words(gone.at)} any more."
            self._show()

    def look_at_next(self) -> None:
        """Go to another section for which something is proposed: the next one after this, or the first."""
        places = list(self.proposals)
        here = self.session.place
        after = places.index(here) + 1 if here in places else 0
        if places:
            self.session.go_to(places[after % len(places)])

    def lines(self) -> tuple[str, ...]:
        """Return the axes along which labels are carried; none where the survey is no volume."""
        survey = self.session.survey
        return survey.dims[:2] if survey.kind == "seismic-3d" else ()

    def _way(self, here: At) -> tuple[At, tuple[At, ...]]:
        """Return the section that the labels here come from, and those passed since, this one the last."""
        came = self._came.get(here)
        if came is None or not self.session.is_labelled(came[0]):
            return here, ()
        origins = np.unique(self.session.origins_at(here))
        own = [origin for origin in origins if origin not in {Origin.NONE, Origin.CARRIED}]
        return (here, ()) if own else (came[0], came[1:])

    def _labels(self, at: At) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
        return to_outside(self.session.labels_at(at))

    def _take(self, source: At, through: tuple[At, ...], result: CarryResult) -> None:
        """Propose what has come, and note the way that it came."""
        names, passed = self.session.classes.names, [source, *through]
        for one in result.sections:
            passed.append(one.at)
            self._came[one.at] = tuple(passed)
            self.proposals[one.at] = Proposal(one.at, source, one.classes, one.confidence, names, one.sure)
        self.news = result.stopped
        self._show()

    def _told(self, progress: Progress) -> None:
        if self.running:
            self.advanced.emit(progress)

    def _failed(self, why: str) -> None:
        self._handle = self.waiting = None
        self.news = ""
        tell(why)
        self.changed.emit()

    def _shown(self, _at: At) -> None:
        if self.shown is None and not self.running and self.waiting is None:
            self.news = ""
        self._show()

    def _reclassed(self) -> None:
        if self.shown is not None:
            self._show()

    def _turned(self, _event: object = None) -> None:
        """Show what is proposed in two dimensions only, once all layers have been turned."""
        QTimer.singleShot(0, self._show)

    def _show(self) -> None:
        proposal = self.shown
        if proposal is None:
            self.layers.hide()
        else:
            self.layers.show(proposal, self.session.classes)
        self.changed.emit()
