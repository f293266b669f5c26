"""The feature maps of one section by the network as it was and by an adapted one, in colours that compare."""

from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_geofm.core.region import At
from napari_geofm.gui.features.swiping import grown, step_for, swiped
from napari_geofm.gui.parts.telling import tell
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.view_specs import BasisResult, BasisSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from napari_geofm.gui.workspace import Workspace

__all__ = ["FeaturePair"]


class FeaturePair(QObject):
    """Asks for both at the depth that the model looks at, and puts them into the layer of features.

    Parameters
    ----------
    workspace
        The session, engine and layers.
    """

    arrived = Signal()
    """Another map is there."""

    def __init__(self, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._engine, self._view = workspace.session, workspace.engine, workspace.view
        self._following = workspace.following
        self._at: At | None = None
        self._maps: dict[str, FeatureResult] = {}
        self._pictures: dict[str, NDArray[np.uint8]] = {}
        # What is shown anew, in its final colours, is covered by the pair again.
        self._following.features_arrived.connect(self._covered)

    def ask(self) -> None:
        """Ask for the maps of the section shown."""
        at, model = self._view.at, self._session.model
        if at != self._at or model is None:
            self._forget()
        self._at = at
        if at is None or model is None:
            return

        def done(found: FeatureResult) -> None:
            if self._current(at, model):
                self._take("after", found)
                self._ask_before(at, model, found.tap)

        spec = FeaturesSpec(self._session.survey.path, at, model_folder=model, provisional=True)
        self._engine.view(spec, "features after", done, tell)

    def leave(self) -> None:
        """Let the maps go; the layer shows the network as it was."""
        if self._at is not None:
            self._forget()
            self._following.ask_features()

    def draw(self, column: int) -> None:
        """Show both, before ``column`` and from it on, once both are known."""
        section = self._view.section
        if section is None or section.at != self._at or set(self._maps) != {"before", "after"}:
            return
        step = step_for(section.shape)
        for name, found in self._maps.items():
            if name not in self._pictures and found.colours is not None:
                self._pictures[name] = grown(found.colours, found.token_px, section.shape, step)
        if set(self._pictures) == {"before", "after"}:
            both = swiped(self._pictures["before"], self._pictures["after"], round(column / step))
            self._view.show_features(section.at, both, float(step))

    def _ask_before(self, at: At, model: Path, tap: int) -> None:
        def done(found: FeatureResult) -> None:
            if self._current(at, model):
                self._take("before", found)
                self._settle_colours(at, model, tap)

        spec = FeaturesSpec(self._session.survey.path, at, tap=tap, provisional=True)
        self._engine.view(spec, "features before", done, tell)

    def _settle_colours(self, at: At, model: Path, tap: int) -> None:
        """Have the survey's colours fitted, of the one as of the other, while nothing is waited for; once per model."""
        if not any(found.provisional for found in self._maps.values()):
            ahead = self._following.next_place(at)
            if ahead is not None:
                spec = FeaturesSpec(self._session.survey.path, ahead, model_folder=model, provisional=True)
                self._engine.ahead(spec, "features after")
            return

        def done(_: BasisResult) -> None:
            if self._at is not None and model == self._session.model:
                self.ask()

        # The adapted one's are turned to be like the others, which are fitted on the way.
        self._engine.ahead(BasisSpec(self._session.survey.path, model, tap), "basis after", done)

    def _take(self, name: str, found: FeatureResult) -> None:
        self._maps[name] = found
        self._pictures.pop(name, None)
        self.arrived.emit()

    def _covered(self, _at: At, _found: FeatureResult) -> None:
        self.arrived.emit()

    def _current(self, at: At, model: Path) -> bool:
        return at == self._at == self._view.at and model == self._session.model

    def _forget(self) -> None:
        self._at = None
        self._maps, self._pictures = {}, {}
