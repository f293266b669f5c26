"""Feature map and prediction follow the section: the newest request wins, neighbours are fetched ahead."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, Signal

from napari_geofm.core.region import WINDOW_AXES, At
from napari_geofm.jobs.specs import FeatureResult, FeaturesSpec
from napari_geofm.jobs.view_specs import BasisResult, BasisSpec, PredictionResult, PredictionSpec
from napari_geofm.session.matching import matched

if TYPE_CHECKING:
    from napari_geofm.compute.handle import Handle
    from napari_geofm.gui.canvas.section_view import SectionView
    from napari_geofm.gui.engine import Engine
    from napari_geofm.session import Session

__all__ = ["Following"]


class Following(QObject):
    """Asks for what the layers of features and prediction should show, whenever the section changes.

    The worker is asked as soon as another section is gone to; what it answers before that is drawn waits for it. What
    was asked for the section that is left is abandoned, since a large one takes minutes.

    Parameters
    ----------
    session, engine, view
        What is open, where networks run, where results are shown.
    """

    waiting_changed = Signal(str)
    """What is awaited, as an interpreter reads it; empty where nothing."""

    prediction_advanced = Signal(object)
    """How far a prediction is that takes long (Progress)."""

    features_arrived = Signal(object, object)
    """Place (At) and map (FeatureResult) that are shown from now on."""

    def __init__(
        self, session: "Session", engine: "Engine", view: "SectionView", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._engine, self._view = session, engine, view
        self._waiting: dict[str, str] = {}
        self._before: At | None = None
        self._came: At | None = None
        self._direction = 1
        self._preview: Path | None = None
        self._asked: At | None = None
        self._predicted: tuple[At, PredictionResult] | None = None
        self._early: dict[str, tuple[At, Callable[[], None]]] = {}
        self._asking: dict[str, tuple[tuple[At, Path | None], Handle[Any]]] = {}
        session.place_changed.connect(self._leaving)
        view.shown.connect(self._shown)
        session.model_changed.connect(self.ask_prediction)
        session.settings_changed.connect(self._resettled)
        session.classes_changed.connect(self._reclassed)
        self._wanted = self._wants()
        view.layers.features.visible, view.layers.prediction.visible = self._wanted

    def ask_features(self, at: At | None = None) -> None:
        """Ask for the feature map of a section, by default that on the screen, or the one that is about to be."""
        at = at or self._asked or self._view.at
        if at is None or not self._session.settings.show_features:
            return
        self._leave("features", (at, None))
        self._await("features", "the feature map")

        def show(found: FeatureResult) -> None:
            self._await("features", "")
            if found.colours is not None:
                self._view.show_features(at, found.colours, found.token_px)
                self.features_arrived.emit(at, found)
                if found.provisional:
                    self._fit_colours()
                else:
                    self._fetch_next(at)

        def done(found: FeatureResult) -> None:
            self._when_shown("features", at, lambda: show(found))

        spec = FeaturesSpec(self._session.survey.path, at, provisional=True)
        handle = self._engine.view(spec, "features", done, lambda why: self._failed("features", at, why))
        self._asking["features"] = (at, None), handle

    def ask_prediction(self, at: At | None = None) -> None:
        """Ask the model in use for the classes of a section, by default that on the screen, or about to be."""
        at, model = at or self._asked or self._view.at, self._preview or self._session.model
        if at is None or not self._session.settings.show_prediction:
            return
        self._leave("prediction", (at, model))
        if model is None:
            self._view.forget_prediction()
            return
        self._await("prediction", "the prediction")

        def show(found: PredictionResult) -> None:
            self._await("prediction", "")
            self._predicted = (at, found)
            self._show_predicted()

        def done(found: PredictionResult) -> None:
            self._when_shown("prediction", at, lambda: show(found))

        def failed(why: str) -> None:
            # A preview goes when its training ends, which may be between the question and the answer.
            self._failed("prediction", at, why if model == (self._preview or self._session.model) else "")

        spec = PredictionSpec(self._session.survey.path, at, model)
        handle = self._engine.view(spec, "prediction", done, failed, self.prediction_advanced.emit)
        self._asking["prediction"] = (at, model), handle

    def cancel_prediction(self) -> None:
        """Predict the section no further; it is asked for again when the section or the model changes, or by a press.

        The worker is not ended for it: it looks up from its work many times a second, and holds what is wanted next.
        """
        self._leave("prediction")

    def show_preview(self, folder: Path | None) -> None:
        """Predict with the state of a training under way, anew at each call; None: with the model in use again."""
        changed = folder is not None or self._preview is not None
        self._preview = folder
        if changed:
            self.ask_prediction()

    def next_place(self, at: At) -> At | None:
        """Return the next section in the direction of travel; None where there is none."""
        if not at.axis:
            return None
        if at.axis in WINDOW_AXES and self._came is not None and (found := self._session.beyond(self._came, at)):
            return found
        found = self._session.stepped(at, self._direction)
        return found if found != at else None

    def _leaving(self, at: At) -> None:
        """Ask for another section while it is still read and drawn."""
        self._asked = at
        self._early.clear()
        self._ask(at)

    def _shown(self, at: At) -> None:
        self._direction = self._direction_to(at)
        self._came, self._before = self._before, at
        if self._asked != at:
            self._ask(at)
        self._asked = None
        early, self._early = self._early, {}
        for there, show in early.values():
            if there == at:
                show()

    def _ask(self, at: At) -> None:
        self.ask_features(at)
        self.ask_prediction(at)

    def _when_shown(self, what: str, at: At, show: Callable[[], None]) -> None:
        """Show an answer, once the section that it belongs to is on the screen."""
        if at == self._view.at:
            show()
        elif at == self._session.place:
            self._early[what] = (at, show)

    def _show_predicted(self) -> None:
        """Show the newest prediction in the numbers that the classes have now."""
        if self._predicted is not None:
            at, found = self._predicted
            classes = matched(found.classes, found.names, self._session.classes.names)
            self._view.show_prediction(at, classes, found.confidence)

    def _reclassed(self) -> None:
        if self._view.prediction is not None:
            self._show_predicted()

    def _fit_colours(self) -> None:
        """Have the survey's colours fitted while nothing is waited for; then what is on the screen is coloured anew."""

        def done(_: BasisResult) -> None:
            self.ask_features()

        self._engine.ahead(BasisSpec(self._session.survey.path), "basis", done)

    def _fetch_next(self, at: At) -> None:
        """Have the next section in the direction of travel encoded and predicted while nothing is waited for."""
        survey, ahead = self._session.survey, self.next_place(at)
        if ahead is None:
            return
        self._engine.ahead(FeaturesSpec(survey.path, ahead, provisional=True), "features")
        model = self._session.model
        if model is not None and self._preview is None and self._session.settings.show_prediction:
            self._engine.ahead(PredictionSpec(survey.path, ahead, model), "prediction")

    def _direction_to(self, at: At) -> int:
        """Return 1 for the way of rising numbers, -1 for falling ones."""
        before = self._before
        if before is not None and {before.axis, at.axis} <= set(WINDOW_AXES):
            return -1 if self._session.stepped(before, -1) == at else 1
        if before is None or before.axis != at.axis or not at.axis or before.value is None or at.value is None:
            return 1
        axis = self._session.survey.axis(at.axis)
        moved = axis.index(at.value) - axis.index(before.value)
        return self._direction if moved == 0 else 1 if moved > 0 else -1

    def _wants(self) -> tuple[bool, bool]:
        return self._session.settings.show_features, self._session.settings.show_prediction

    def _resettled(self) -> None:
        before, self._wanted = self._wanted, self._wants()
        layers = self._view.layers
        layers.features.visible, layers.prediction.visible = self._wanted
        if self._wanted[0] and not before[0]:
            self.ask_features()
        if self._wanted[1] and not before[1]:
            self.ask_prediction()
        for what, wanted in zip(("features", "prediction"), self._wanted, strict=True):
            if not wanted:
                self._leave(what)

    def _leave(self, what: str, wanted: tuple[At, Path | None] | None = None) -> None:
        """Abandon what was asked for, unless it is what is wanted still."""
        asked = self._asking.get(what)
        if asked is not None and asked[0] != wanted:
            del self._asking[what]
            asked[1].abandon()
            self._await(what, "")

    def _failed(self, what: str, at: At, why: str) -> None:
        from napari_geofm.gui.parts.telling import tell

        self._await(what, "")
        if why:
            # Of a section that cannot be read the reader tells, once.
            self._when_shown(what, at, lambda: tell(why))

    def _await(self, what: str, words: str) -> None:
        self._waiting[what] = words
        self.waiting_changed.emit(" and ".join(each for each in self._waiting.values() if each))
