"""What the monkey can do: each act goes through mouse or keys, and says what the labels should be then."""

from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.viewer_class_acts import ClassActs
from benchmarks.viewer_hand import press, press_box, press_key
from benchmarks.viewer_paint_acts import PaintActs
from benchmarks.viewer_stage import settle

__all__ = ["Acts"]


class Acts(PaintActs, ClassActs):
    """Each act returns a few words on what it did."""

    def step(self) -> str:
        """Step with a key."""
        from qtpy.QtCore import Qt

        key = self._random.choice([Qt.Key.Key_Period, Qt.Key.Key_Comma, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp])
        for _ in range(self._random.choice((1, 1, 1, 5))):
            press_key(self._stage.canvas, key)
        self._arrived()
        return str(self._session.place)

    def scrub(self) -> str:
        """Drag the slider's handle, or click into it."""
        slider = self._dock.navigation.scrub.slider
        from qtpy.QtCore import QPoint

        for _ in range(self._random.randrange(1, 4)):
            press(slider, QPoint(self._random.randrange(2, slider.width() - 2), slider.height() // 2))
        self._arrived()
        return str(self._session.place)

    def turn(self) -> str:
        """Look along another axis."""
        press(self._dock.navigation.axes[self._random.choice(self._session.survey.cuts)])
        self._arrived()
        return str(self._session.place)

    def back_and_forward(self) -> str:
        """Go back, and perhaps forward."""
        for _ in range(self._random.randrange(1, 4)):
            press(self._dock.navigation.way.back)
        if self._random.random() < 0.5:
            press(self._dock.navigation.way.forward)
        self._arrived()
        return str(self._session.place)

    def go_to_labelled(self) -> str:
        """Click into the list of labelled sections."""
        sections = self._dock.labels.sections.list
        settle(0.2)
        if sections.count():
            item = sections.item(self._random.randrange(sections.count()))
            assert item is not None
            sections.scrollToItem(item)
            press(sections.viewport(), sections.visualItemRect(item).center())
        self._arrived()
        return str(self._session.place)

    def undo(self) -> str:
        """Take steps back."""
        return self._again("undo", self.record.undo)

    def redo(self) -> str:
        """Do steps again."""
        return self._again("redo", self.record.redo)

    def settings(self) -> str:
        """Look at it in another way."""
        survey, chance = self._dock.survey, self._random
        name = chance.choice(("colours", "flipped", "clip", "exaggeration", "brush", "cover"))
        changes: dict[str, Callable[[], Any]] = {
            "colours": lambda: survey.look.colours.setCurrentIndex(chance.randrange(survey.look.colours.count())),
            "flipped": lambda: press_box(survey.look.flipped),
            "clip": lambda: survey.look.clip.setValue(chance.uniform(51, 100)),
            "exaggeration": lambda: survey.look.exaggeration.setValue(chance.randint(-8, 8)),
            "brush": lambda: self._dock.labels.tools.brush.setValue(chance.randint(1, 30)),
            "cover": lambda: self._dock.features.opacity.setValue(chance.randint(5, 100)),
        }
        changes[name]()
        return name

    def tab(self) -> str:
        """Look at another step, and come back."""
        bar = self._dock.tabs.tabBar()
        assert bar is not None
        for place in (self._random.randrange(bar.count()), 2):
            press(bar, bar.tabRect(place).center())
            settle(0.05)
        return ""

    def zoom(self) -> str:
        """Zoom and shift the picture, or fit it in again."""
        if self._random.random() < 0.5:
            self._stage.viewer.reset_view()
        else:
            self._stage.viewer.scene.camera.zoom *= self._random.uniform(0.7, 1.5)
        return ""

    def probe(self) -> str:
        """Fit the probe, and do not wait for it."""
        press(self._dock.quick.probe)
        return self._dock.quick.note.text()

    def made_up_prediction(self) -> str:
        """Show a prediction, as a model would have made it."""
        shape = self._now().shape
        generator = np.random.default_rng(self._random.randrange(2**32))
        classes = generator.integers(0, len(self.record.names), shape).astype(np.uint8)
        self._view.show_prediction(self._session.place, classes, generator.random(shape).astype(np.float32))
        return ""

    def _again(self, name: str, note: Callable[[], None]) -> str:
        count = self._random.choice((1, 1, 2, 4))
        for _ in range(count):
            press(getattr(self._dock.quick, name))
            note()
        settle(0.05)
        return str(count)
