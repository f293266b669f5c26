"""The steps of an interpretation on the sample survey, done with mouse and keys, each with a picture."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QPoint

from napari_geofm.core.region import At
from napari_geofm.gui.opening.opening import opening_of
from napari_geofm.gui.parts.words import NAMES
from napari_geofm.gui.predict.takeaways import takeaways_of
from napari_geofm.gui.tour.hands import settle, until
from napari_geofm.gui.tour.paths import stroke_paths
from napari_geofm.gui.tour.tour_spec import TourSpec
from napari_geofm.gui.tour.visit import Visit

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.jobs.specs import FinetuneResult

__all__ = ["Tour"]

BRUSH = 5
"""Brush in samples."""


class Tour(Visit):
    """Goes through the steps; pictures and seconds are what is left.

    Parameters
    ----------
    viewer
        An empty viewer whose window is shown.
    spec
        What is done.
    truth
        What the strokes follow: uint8, shape (inlines, crosslines, samples), with the numbers of its inlines.
    inlines
        The header's numbers of the truth's first axis.
    say
        Told of each step as it begins.
    """

    def __init__(
        self,
        viewer: "Viewer",
        spec: TourSpec,
        truth: NDArray[np.uint8],
        inlines: NDArray[np.int64],
        say: Callable[[str], None],
    ) -> None:
        super().__init__(viewer, spec.folder)
        self.spec, self.say = spec, say
        self.seconds: dict[str, float] = {}
        self.steps = 0
        self._predicted: Path | None = None
        self._truth, self._inlines = truth, inlines

    def run(self) -> dict[str, Path]:
        """Do everything; return the predictions of the survey by method, where they were wanted."""
        self.open()
        self.headers()
        self.features()
        self.similar()
        self.load_classes()
        self.paint()
        self.probe()
        found = {"probe": self.predict_survey("probe")} if self.spec.volumes else {}
        if self.spec.minutes:
            self.finetune()
            self.compare()
            if self.spec.volumes:
                found["lora"] = self.predict_survey("lora")
        if self.spec.volumes:
            self.solid()
            self.export()
        return found

    def open(self) -> None:
        """Open the survey, and go to the first line that is painted."""
        with self._timed("open"):
            opening_of(self.viewer).open(self.spec.file)
            until(lambda: opening_of(self.viewer).workspace is not None, "the survey")
            until(lambda: self.workspace.view.at is not None, "the first section")
        self.viewer.window._qt_window.activateWindow()
        self.go_to(self.spec.shown)
        self.tab("Survey")
        self.picture("survey")
        self.hands.press("?")
        settle(0.3)
        self.picture("keys")
        self.hands.press("?")

    def headers(self) -> None:
        """See what the file's headers offer, and leave them read as they are."""
        opening = opening_of(self.viewer)
        self.hands.click(self.dock.survey.headers)
        until(lambda: opening.question is not None and opening.question.isVisible(), "the headers")
        dialog = opening.question
        dialog.resize(1200, 720)
        settle(0.6)
        dialog.grab().save(str(self.file_of("headers")))
        self.hands.click(dialog.buttons.buttons()[-1])
        until(lambda: opening.question is None, "the section")
        # Where no window manager is, nobody else does.
        self.viewer.window._qt_window.activateWindow()
        settle(0.2)

    def features(self) -> None:
        """Look at what the network sees."""
        self.tab("Features")
        with self._timed("features"):
            self.hands.press("w")
            layer = self.workspace.view.layers.features
            until(lambda: layer.data.shape[0] > 2, "the feature map")
        settle(0.5)
        self.picture("features")
        self.hands.press("w")

    def similar(self) -> None:
        """Click somewhere, and see what looks like it."""
        self.tab("Features")
        self.hands.press("j")
        box = self.dock.features.similar
        rows, columns = np.nonzero(self._truth_of(self.spec.shown) == self._truth.max())
        middle = rows.size // 2
        with self._timed("what looks alike"):
            self.hands.tap((float(rows[middle]), float(np.median(columns))))
            until(lambda: box.similar.values is not None, "what looks alike")
        settle(0.5)
        self.picture("similar")
        self.hands.press("j")

    def load_classes(self) -> None:
        """Take the classes of the table, and a thin brush."""
        self.tab("Labels")
        self.dock.labels.menu.load(self.spec.classes)
        self.dock.labels.tools.brush.setValue(BRUSH)

    def paint(self, strokes: slice = slice(0, 2)) -> None:
        """Paint on a few lines: of the strokes that each class would get there, these."""
        self.tab("Labels")
        with self._timed("strokes"):
            for line in self.spec.stroked:
                self.go_to(line)
                for number, path in self._drawn(line, strokes):
                    self.choose_class(number)
                    self.hands.stroke(path)
        settle(0.5)
        self.picture("labels")

    def probe(self) -> None:
        """Learn from the strokes within a second or two, and look at a line without strokes."""
        training = self.dock.learn.training
        with self._timed("probe"):
            self.hands.click(self.dock.quick.probe)
            until(lambda: not training.running, "the probe")
        self.go_to(self.spec.shown)
        until(lambda: self.workspace.view.prediction is not None, "the prediction")
        self.tab("Labels")
        settle(0.5)
        self.picture("probe")

    def finetune(self) -> None:
        """Adapt the network; one picture in the middle of it, one at the end."""
        self.tab("Learn")
        learn = self.dock.learn
        learn.training.learned.connect(self._learned)
        self.hands.type_over(learn.form.minutes, f"{self.spec.minutes:g}")
        with self._timed("finetune"):
            self.hands.click(learn.finetune)
            until(lambda: len(learn.curves.loss.points) > 3 or not learn.training.running, "the first steps")
            settle(min(15.0, 20 * self.spec.minutes))
            self.picture("learning")
            until(lambda: not learn.training.running, "the fine-tune", 60 * self.spec.minutes + 600)
        until(lambda: self.workspace.view.prediction is not None, "the prediction")
        settle(0.5)
        self.picture("learned")

    def compare(self) -> None:
        """Swipe between the prediction of the model before and that of the model in use."""
        self.tab("Features")
        box = self.dock.features.compare
        if not box.prediction.isEnabled():
            return
        self.hands.click(box.prediction, box.prediction.rect().center() - QPoint(box.prediction.width() // 3, 0))
        settle(3.0)
        self.picture("compared")
        box.comparing.compare_prediction(False)

    def predict_survey(self, method: str) -> Path:
        """Predict every section with the model in use; return where that lies."""
        self.tab("Predict")
        volume = self.dock.predict.volume
        with self._timed(f"predict the survey with {method}"):
            self.hands.click(volume.start)
            output = volume.output
            assert output is not None
            until(lambda: output.exists() and volume.start.isEnabled(), "the survey's prediction", 1800)
        self._predicted = output
        settle(0.3)
        self.picture(f"predicted-{method}")
        return output

    def solid(self) -> None:
        """See the survey in three dimensions, with labels and prediction, and come back."""
        self.tab("Survey")
        volume = self.workspace.volume
        with self._timed("3-D"):
            self.hands.click(self.dock.survey.solid)
            until(lambda: volume.active, "three dimensions")
        settle(1.0)
        self.picture("solid")
        self.hands.click(self.dock.survey.solid)
        until(lambda: not volume.active, "the section")

    def export(self) -> None:
        """Take the newest prediction home as SEG-Y."""
        self.tab("Predict")
        box, output = self.dock.predict.export, self.spec.folder / "prediction.sgy"
        output.unlink(missing_ok=True)
        box.refresh()
        words = next(each.words for each in takeaways_of(self.workspace.session) if each.source == self._predicted)
        box.what.setCurrentText(words)
        assert box.chosen.source == self._predicted
        with self._timed("export"):
            box.write(output)
            until(output.exists, "the SEG-Y")
        settle(0.3)
        self.picture("taken-home")

    def _drawn(self, line: int, strokes: slice) -> list[tuple[int, list[tuple[int, int]]]]:
        """Return the strokes of a line, class by class."""
        of_class: dict[int, list[list[tuple[int, int]]]] = {}
        for number, path in stroke_paths(self._truth_of(line), BRUSH / 2 + 1, max(strokes.stop or 2, 2)):
            of_class.setdefault(number, []).append(path)
        return [(number, path) for number, paths in of_class.items() for path in paths[strokes]]

    def _truth_of(self, line: int) -> NDArray[np.uint8]:
        """Return the truth of an inline, (rows, columns)."""
        return np.ascontiguousarray(self._truth[int(np.flatnonzero(self._inlines == line)[0])].T)

    def _learned(self, result: "FinetuneResult") -> None:
        self.steps = result.steps

    def go_to(self, line: int) -> None:
        """Type a line's number, and wait until it is shown."""
        self.hands.type_over(self.dock.navigation.number, str(line))
        until(lambda: self.workspace.view.at == At("inline", line), f"{NAMES.get('inline', 'inline')} {line}")
        settle(0.2)

    @contextmanager
    def _timed(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        self.say(f"{name[:1].upper()}{name[1:]}")
        yield
        self.seconds[name] = round(time.monotonic() - began, 2)
