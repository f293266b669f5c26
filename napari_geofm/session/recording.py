"""A recording as it is seen in a session: through a chain of steps, or as it was recorded."""

from psygnal import Signal

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.das.processing import Processing
from napari_geofm.core.region import At
from napari_geofm.core.section import Section
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError, UsageError
from napari_geofm.io.processed import processed, unprocessed
from napari_geofm.io.stretches import stretch_of
from napari_geofm.session.chain_state import ChainState
from napari_geofm.session.edits import Edit
from napari_geofm.session.filling import Filling

__all__ = ["Recording"]


class Recording(Filling):
    """Labels of a survey whose samples may be processed before they are seen.

    Labels lie on the recording's own grid: steps that move it are refused here.

    Signal (psygnal): ``processing_changed()``.
    """

    processing_changed = Signal()
    notice = Signal(str)

    _stretch: Stretch | None

    def _take_chain(self, survey: Survey, kept: ChainState | None) -> None:
        """Take up the chain that the survey was opened with, else the one that is kept."""
        self._read_as = survey.processed.processing if survey.processed is not None else Processing()
        given = ChainState.of(self._read_as) if survey.processed is not None else kept
        self._chain, self._seen, self._original = ChainState(), unprocessed(survey), False
        self._other_stretch: tuple[str, Stretch] | None = None
        if given is not None and self.survey.kind == "das":
            try:
                self._seen = self._through(given)
                self._chain = given
            except GeoFMError as error:
                self.notice.emit(f"The processing of this session is left out: {error}")
        if self._chain != (kept or ChainState()):
            self._stretch = None

    @property
    def chain(self) -> ChainState:
        """Steps and bad channels."""
        return self._chain

    @property
    def seen(self) -> Survey:
        """The recording as it is learned from and predicted; other surveys as they are."""
        return self._seen

    @property
    def shown(self) -> Survey:
        """The recording as it is on the screen."""
        return self.survey if self._original else self._seen

    @property
    def original(self) -> bool:
        """Whether the screen shows the recording as it was recorded, to compare."""
        return self._original

    @original.setter
    def original(self, on: bool) -> None:
        if on is not self._original:
            self._original = on
            self.processing_changed.emit()

    def section(self, at: At | None = None) -> Section:
        """Read a section as it is shown, the current one by default."""
        return self.shown.section(at or self.place)

    def check_chain(self, state: ChainState) -> Survey:
        """Return the recording seen through a chain; of statistics nothing is fitted yet.

        Raises
        ------
        UsageError
            When a step does not suit, or would move the grid that labels lie on.
        """
        return self._through(state)

    def process(self, state: ChainState, what: str) -> None:
        """See the recording through another chain, as one step of undo.

        Raises
        ------
        UsageError
            When a step does not suit, or would move the grid that labels lie on.
        """
        if state == self._chain:
            return
        self._through(state)
        self._do(Edit(what, chains=(self._chain, state)))

    def _process(self, state: ChainState) -> None:
        self._seen = self._through(state)
        self._chain, self._original, self._stretch = state, False, None
        self.processing_changed.emit()

    def _through(self, state: ChainState) -> Survey:
        if state.chain.moves_grid:
            moving = next(step for step in state.chain.steps if step.thins > 1 or step.stacks > 1)
            words = "; ".join(step.words() for step in state.chain.steps if step.thins > 1 or step.stacks > 1)
            msg = (
                f"Processing step {moving.name}: labels lie on the recording's own samples and channels, which it "
                f"would move; open a copy: geofm ingest {self.survey.path.name} --process '{words}' -o "
                f"{self.survey.path.stem}-less.nc"
            )
            raise UsageError(msg)
        return processed(self.survey, state.processing(self._read_as))

    def _stretch_of_original(self) -> Stretch:
        """Return the stretch of the recording as it was recorded."""
        held = self._other_stretch
        if held is None or held[0] != self.survey.fingerprint:
            held = self._other_stretch = (self.survey.fingerprint, stretch_of(self.survey, 99.0))
        return held[1]
