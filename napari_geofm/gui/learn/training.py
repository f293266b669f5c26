"""One training at a time: probe or fine-tune, stopped, cancelled, and what it scored."""

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_geofm.core.progress import Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.gui.parts.telling import tell, telling
from napari_geofm.io.model_scores import ModelScores, read_scores, write_scores
from napari_geofm.jobs.specs import FinetuneResult, FinetuneSpec, SourceSpec

if TYPE_CHECKING:
    from napari_geofm.compute.handle import Handle
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Training"]

FEWEST_CLASSES = 2


class Training(QObject):
    """Starts trainings on the session's labels; the model that one leaves is used from then on.

    Parameters
    ----------
    workspace
        The session that is learned from, and the engine that learns.
    """

    changed = Signal()
    """A training began or ended."""

    advanced = Signal(object, float)
    """Its progress, and the seconds since it began."""

    learned = Signal(object)
    """Its result, once the model is in use."""

    def __init__(self, workspace: "Workspace", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.session = workspace.session
        self.method = ""
        self.base: Path | None = None
        self._handle: Handle[FinetuneResult] | None = None
        self._began = 0.0
        self._preview, self._previews = self.session.folder / "preview", 0.0
        self._before: Path | None = None

    @property
    def running(self) -> bool:
        """Whether a training is under way."""
        return self._handle is not None

    def reason(self, base: Path | None = None) -> str:
        """Return why there is nothing to learn from; empty where there is.

        One class will do beside the labels of ``base``, a model to go on from, which are learned again.
        """
        if self.session.read_only:
            return "another viewer has this session open"
        if self.running:
            return "a training is running"
        found = sum(1 for each in self.session.statistics() if each.samples)
        if base is not None:
            return "" if found else "paint strokes first, of any class"
        if found < FEWEST_CLASSES:
            return "paint strokes of at least two classes first" + (" (there is one)" if found else "")
        return ""

    def start(self, recipe: Recipe, base: Path | None = None) -> None:
        """Begin, unless there is a reason not to; ``base`` is a model to go on from."""
        if self.reason(base):
            return
        output = self.session.new_model_folder(recipe.method)
        spec = FinetuneSpec(
            sources=(SourceSpec(self.session.survey.path, self.session.labels_folder),),
            output=output,
            recipe=recipe,
            base_model=base,
            preview=self._preview,
            model=str(output),
        )
        self.method, self._before, self._began = recipe.method, self.session.model, time.monotonic()
        self._previews, self.base = 0.0, base
        self._handle = self._workspace.engine.job(spec, self._told, self._done, self._failed)
        self.changed.emit()

    def stop(self) -> None:
        """End early; the best state so far becomes the model."""
        if self._handle is not None:
            self._handle.stop()

    def cancel(self) -> None:
        """Drop it; the model in use before stays in use."""
        handle, self._handle = self._handle, None
        if handle is not None:
            handle.cancel()
            self._workspace.following.show_preview(None)
            self.changed.emit()

    def _told(self, progress: Progress) -> None:
        if not self.running:
            return
        previews = progress.numbers.get("previews", self._previews)
        if previews not in {0.0, self._previews}:
            self._workspace.following.show_preview(self._preview)
        self._previews = previews
        self.advanced.emit(progress, time.monotonic() - self._began)

    def _failed(self, why: str) -> None:
        self._handle = None
        self._workspace.following.show_preview(None)
        tell(why)
        self.changed.emit()

    def _done(self, result: FinetuneResult) -> None:
        if not self.running:
            return
        self._handle = None
        self._workspace.following.show_preview(None)
        with telling():
            write_scores(result.output, self._scores(result))
        self.session.use_model(result.output)
        self.learned.emit(result)
        self.changed.emit()

    def _scores(self, result: FinetuneResult) -> ModelScores:
        """Return the scores, beside those of the model in use before."""
        scores = ModelScores(result.classes, result.labelled, result.held_out, result.miou, result.iou, result.seconds)
        if result.guard is not None:
            scores = replace(scores, gone_on=f"Went on from {result.guard.base}. {result.guard.verdict()}")
        old = read_scores(self._before) if self._before is not None else None
        if old is None or self._before is None:
            return scores
        by_name = dict(zip(old.classes, old.iou, strict=True))
        return replace(
            scores,
            before=tuple(by_name.get(name, float("nan")) for name in result.classes),
            before_name=self._before.name,
            same_strokes=(old.classes, old.labelled, old.held_out)
            == (result.classes, result.labelled, result.held_out),
        )
