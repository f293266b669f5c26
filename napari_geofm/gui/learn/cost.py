"""What a fine-tune will take on this machine, told before it begins."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, QTimer

from napari_geofm.core.examples import DENSE
from napari_geofm.core.region import At
from napari_geofm.gui.learn.finetune_form import FinetuneForm
from napari_geofm.gui.parts.words import time_words
from napari_geofm.jobs.view_specs import EstimateResult, EstimateSpec

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey
    from napari_geofm.gui.learn.training import Training
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Cost", "cost_words"]

WAIT_MS = 600
"""Pause after a change of the form: minutes are typed digit by digit."""


def cost_words(found: EstimateResult) -> str:
    """Return an estimate as people say it.

    Examples
    --------
    >>> cost_words(EstimateResult("CPU", 12.0, 60.0, 130, 0.34, 22.0, 400, 900.0, 0.2))
    'About 1 min 12 s with the start, some 130 steps, 0.3 of 22 GB of memory.'
    """
    words = f"About {time_words(found.finetune_s)} with the start, some {found.steps} steps"
    memory = f"{found.memory_gb:.1f} of {found.free_gb:.0f} GB of memory"
    if found.memory_gb > found.free_gb:
        return f"{words}. It needs {memory}: choose LoRA or another decoder."
    return f"{words}, {memory}."


class Cost(QObject):
    """Has the machine measured once there is something to learn from, and says what the form's choice takes.

    Parameters
    ----------
    workspace
        The survey, and the engine that measures while nothing is waited for.
    training
        Knows whether there is something to learn from.
    form
        The choices; the words go there.
    """

    def __init__(
        self, workspace: "Workspace", training: "Training", form: FinetuneForm, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._engine = workspace.session, workspace.engine
        self._training, self._form = training, form
        self._asked: EstimateSpec | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.ask)
        form.changed.connect(self._timer.start)
        self._session.labels_changed.connect(self._relabelled)

    def ask(self) -> None:
        """Ask, unless there is nothing to learn from or the answer is there."""
        if self._training.reason(self._form.base.base):
            return
        sections = self._session.labelled_sections()
        spec = EstimateSpec(self._session.survey.path, self._form.recipe(), len(sections), self._dense(sections))
        if spec == self._asked:
            return
        self._asked = spec

        def done(found: EstimateResult) -> None:
            if spec == self._asked:
                self._form.cost.say(cost_words(found))

        self._engine.ahead(spec, "cost", done)

    def _dense(self, sections: Sequence[At]) -> bool:
        """Return whether labelled sections are labelled all over, as near as can be told without reading them."""
        survey = self._session.survey
        room = sum(_samples(survey, at) for at in sections)
        return sum(each.samples for each in self._session.statistics()) >= DENSE * room > 0

    def _relabelled(self, _at: object = None) -> None:
        self._timer.start()


def _samples(survey: "Survey", at: At) -> int:
    """Return how many samples a section or window has."""
    places = zip(survey.places(at), survey.shape, strict=True)
    return math.prod(len(range(size)[place]) for place, size in places if isinstance(place, slice))
