"""The probe follows the strokes, when it is told to."""

from qtpy.QtCore import QObject, QTimer

from napari_geofm.core.recipe import Recipe
from napari_geofm.gui.learn.training import Training

__all__ = ["LiveProbe"]

WAIT_MS = 400
"""Pause after a stroke before the probe is fitted: strokes often come in twos and threes."""


class LiveProbe(QObject):
    """Fits the probe after each stroke while the session's setting ``live_probe`` is on.

    A stroke during a fit starts another one after it. While a fine-tune runs, strokes wait for its end.
    """

    def __init__(self, training: Training, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._training = training
        self._session = training.session
        self._behind = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._fit)
        self._session.labels_changed.connect(self._stroke)
        training.changed.connect(self._again)

    def _stroke(self, _at: object = None) -> None:
        if self._session.settings.live_probe:
            self._behind = True
            self._timer.start()

    def _again(self) -> None:
        if self._behind and not self._training.running:
            self._timer.start()

    def _fit(self) -> None:
        if not self._behind or self._training.running or not self._session.settings.live_probe:
            return
        self._behind = False
        self._training.start(Recipe.for_method("probe"))
