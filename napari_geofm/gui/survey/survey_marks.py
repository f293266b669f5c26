"""Which sections are labelled, and which the model in use has predicted."""

from typing import TYPE_CHECKING, cast

from qtpy.QtCore import QObject, QTimer, Signal

from napari_geofm.core.region import Region
from napari_geofm.io.coverage import Coverage, coverages

if TYPE_CHECKING:
    from napari_geofm.core.region import At
    from napari_geofm.core.survey import Survey
    from napari_geofm.gui.workspace import Workspace

__all__ = ["SurveyMarks"]

Box = tuple[slice, slice]

WAIT_MS = 200
"""Strokes and finished sections that follow each other closely are looked for once."""


class SurveyMarks(QObject):
    """Keeps what a map of the survey marks.

    Attributes
    ----------
    labelled
        Sections that were painted on.
    predicted
        Sections that the model in use has predicted on the screen since it was chosen.
    pages
        What its predictions on disk cover of a long recording or a large image, as boxes of samples: pages side by side
        are one, since a day of recording has tens of thousands.
    volumes
        What its predictions on disk cover, those of runs that are not finished too; each is whole within its limits.
    """

    changed = Signal()

    def __init__(self, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._view = workspace.session, workspace.view
        self.labelled: list[At] = []
        self.predicted: list[At] = []
        self.volumes: list[Coverage] = []
        self.pages: list[Box] = []
        self._model = self._session.model
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.refresh)
        self._session.labels_changed.connect(self._later)
        self._session.history_changed.connect(self._later)
        self._session.model_changed.connect(self._remodelled)
        self._view.prediction_changed.connect(self._predicted)
        workspace.engine.job_advanced.connect(self._later)
        workspace.engine.busy_changed.connect(self._later)
        self.refresh()

    def refresh(self) -> None:
        """Look anew."""
        session = self._session
        paged = session.survey.paged
        self.labelled = session.labelled_sections() if session.survey.cuts or paged else []
        model = session.model
        found = coverages(session.folder / "predictions", model.name) if model is not None else []
        known = session.survey.cuts
        self.volumes = [
            part for each in found if each.along in known for part in each.parts(session.survey.axis(each.along))
        ]
        self.pages = [box for each in found for box in _pages(session.survey, each)] if paged else []
        self.changed.emit()

    def _later(self, *_news: object) -> None:
        # Not begun anew while it runs: news that never pause would put it off for ever.
        if not self._timer.isActive():
            self._timer.start()

    def _remodelled(self) -> None:
        if self._session.model != self._model:
            self._model = self._session.model
            self.predicted = []
        self._later()

    def _predicted(self) -> None:
        found = self._view.prediction
        if found is not None and self._session.model is not None and found[0] not in self.predicted:
            self.predicted.append(found[0])
            self.changed.emit()


def _pages(survey: "Survey", covered: Coverage) -> list[Box]:
    """Return the pages that a run has finished, in few boxes."""
    region = Region(tuple(limit for limit in covered.limits if limit[0] in survey.dims))
    # Of two dimensions both are slices.
    limits, paging = cast("Box", survey.places(survey.whole(), region)), survey.paging()
    pages = paging.meeting(limits)
    done = pages if covered.done is None else [pages[number] for number in covered.done if number < len(pages)]
    return paging.hulls(done)
