"""One survey open in one viewer: session, engine, section view; what the panels work with."""

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject

from napari_geofm.gui.canvas.relief_view import ReliefView
from napari_geofm.gui.canvas.section_view import SectionView
from napari_geofm.gui.canvas.statusline import StatusLine
from napari_geofm.gui.craters.craters_view import CratersView
from napari_geofm.gui.engine import Engine
from napari_geofm.gui.features.following import Following
from napari_geofm.gui.picks.picks_view import PicksView
from napari_geofm.gui.solid.volume_view import VolumeView
from napari_geofm.io.opening import options_of
from napari_geofm.io.raster.relief import is_elevation
from napari_geofm.session.gather import gather_words

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.session import Session

__all__ = ["Workspace"]


class Workspace(QObject):
    """What belongs together while a survey is open.

    Parameters
    ----------
    viewer
        napari's.
    session
        Survey, labels, classes, models.
    engine
        Where networks run.
    staged
        Whether the first section comes before the layers over it (see :class:`SectionView`).
    """

    def __init__(
        self,
        viewer: "Viewer",
        session: "Session",
        engine: Engine | None = None,
        parent: QObject | None = None,
        *,
        staged: bool = False,
    ) -> None:
        super().__init__(parent)
        self.viewer = viewer
        self.session = session
        self.engine = engine if engine is not None else Engine(parent=self)
        session.processing_changed.connect(self._tell_engine)
        self._tell_engine()
        self.view = SectionView(viewer, session, self, staged=staged)
        self.following = Following(session, self.engine, self.view, self)
        self.status = StatusLine(viewer, session, self.view, self)
        self.picks = PicksView(viewer, session, self.view, self)
        self.craters = (
            CratersView(viewer, session, self.view, session.craters, self) if session.craters is not None else None
        )
        self.volume = VolumeView(self, self)
        self.relief = ReliefView(viewer, session, self.view, self) if is_elevation(session.survey) else None
        viewer.title = self.title
        if session.read_only:
            # napari makes a layer editable again when its dimensions change.
            self.view.layers.labels.events.editable.connect(self._keep_from_painting)
            self._keep_from_painting()

    @property
    def title(self) -> str:
        """What the window is called."""
        survey = self.session.survey
        gather = gather_words(survey)
        said = f"{survey.path.name}, {gather}" if gather else survey.path.name
        return f"{said}{' (read-only)' if self.session.read_only else ''}"

    def close(self) -> None:
        """Save, and stop everything that runs."""
        try:
            self.volume.close()
            if self.relief is not None:
                self.relief.close()
            self.status.close()
            self.picks.close()
            if self.craters is not None:
                self.craters.close()
            self.view.close()
            self.engine.close()
        finally:
            # Whatever else fails, the disk holds what was painted, and another viewer can have the session.
            self.session.close()

    def _tell_engine(self) -> None:
        """Have what is asked for be of the survey as it is read and processed here."""
        self.engine.surveyed = (self.session.survey.path, options_of(self.session.seen))

    def _keep_from_painting(self) -> None:
        self.view.layers.labels.editable = False
