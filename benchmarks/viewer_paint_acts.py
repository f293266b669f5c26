"""Acts that label: brush, eraser, fill, the rest of a section, accepting a prediction."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.viewer_actor import Actor
from benchmarks.viewer_hand import press, press_key
from benchmarks.viewer_stage import settle

__all__ = ["PaintActs"]


class PaintActs(Actor):
    """Each act returns a few words on what it did."""

    def paint(self) -> str:
        """Draw a stroke with the brush."""
        return self._stroke("paint", self._session.current_class + 1)

    def paint_and_leave(self) -> str:
        """Step on with a key while the button is down: what was painted stays on its section, the rest on none."""
        return self._stroke("paint", self._session.current_class + 1, leaving=True)

    def erase(self) -> str:
        """Draw a stroke with the eraser."""
        return self._stroke("erase", 0)

    def fill(self) -> str:
        """Fill what lies together under a click."""
        from scipy import ndimage

        press(self._dock.labels.tools.buttons["fill"])
        before, valid = self._now(), self._section().valid
        rows, columns = before.shape
        row, column = self._random.randrange(rows), self._random.randrange(columns)
        x, y = (float(round(each)) for each in self._stage.on_screen(row, column))
        row, column = (round(each) for each in self._stage.under(x, y))
        if not (self._on_canvas(x, y) and 0 <= row < rows and 0 <= column < columns):
            return "off the canvas"
        value, new = before[row, column], self._session.current_class + 1
        together, _ = ndimage.label(before == value)
        chosen = (together == together[row, column]) & valid
        if {int(value), new} & set(self.record.locked_values()):
            chosen[:] = False
        self._stage.drag([(x, y)])
        self._recorded(np.where(chosen, np.uint8(new), before))
        return f"at {row}, {column} with {new}"

    def rest(self) -> str:
        """Say what the rest of the section is."""
        rest = self._dock.labels.rest
        number = self._random.randrange(len(self.record.names))
        rest.names.setCurrentIndex(number)
        before = self._now()
        chosen = (before == 0) & self._section().valid & (number not in self.record.locked)
        press(rest.fill)
        # The tick for a complete section is part of the step: it can be taken back even where no label changed.
        self._recorded(np.where(chosen, np.uint8(number + 1), before), ticks=str(self._session.place))
        return f"is {number}"

    def accept(self) -> str:
        """Accept the prediction, where there is one."""
        box = self._dock.labels.accept
        box.above.setValue(self._random.randrange(100))
        everything = self._random.random() < 0.5
        box.what.setCurrentIndex(int(everything))
        found, before = self._view.prediction, self._now()
        if found is None or found[0] != self._session.place:
            press(box.accept)
            return "nothing"
        _, classes, confidence = found
        chosen = (before == 0) & (classes < len(self.record.names)) & (confidence >= box.above.value() / 100)
        if not everything:
            chosen &= classes == self._session.current_class
        chosen &= ~np.isin(classes, list(self.record.locked))
        press(box.accept)
        self._recorded(np.where(chosen, classes + 1, before).astype(np.uint8))
        return f"{np.count_nonzero(chosen)} samples"

    def _stroke(self, tool: str, new: int, *, leaving: bool = False) -> str:
        press(self._dock.labels.tools.buttons[tool])
        at, before, section = self._session.place, self._now(), self._section()
        ways = self._way(before.shape)
        places = [self._stage.under(*way) for way in ways]
        if not all(self._on_canvas(*way) for way in ways):
            self._stage.viewer.reset_view()
            return "off the canvas"
        if leaving:
            self._stage.drag(ways, halfway=lambda: press_key(self._stage.canvas, self._random.choice(".,")))
            self._arrived()
        else:
            self._stage.drag(ways)
        settle(0.05)
        after = self._session.labels_at(at)
        changed, kept = after != before, self.record.locked_values()
        assert (after[changed] == new).all(), "a stroke left another class than its own"
        assert not np.isin(before[changed], kept).any(), "a locked class was painted over"
        assert new not in kept or not changed.any(), "a locked class grew"
        assert not changed[~section.valid].any(), "a dead trace was labelled"
        self._check_reach(changed, places)
        if not leaving and new not in kept:
            inside = [(round(row), round(column)) for row, column in places if _within(before, row, column)]
            free = [each for each in inside if section.valid[each] and before[each] not in kept]
            assert all(after[each] == new for each in free), "a stroke has a gap"
        self._recorded(after, at=at)
        return f"{np.count_nonzero(changed)} samples with {new}"

    def _way(self, shape: tuple[int, ...]) -> list[tuple[float, float]]:
        """Return pixels of the canvas along a random way, which begins on the section or a little beside it."""
        rows, columns = shape
        row, column = self._random.uniform(-5, rows + 5), self._random.uniform(-5, columns + 5)
        found = []
        for _ in range(self._random.randrange(2, 9)):
            x, y = self._stage.on_screen(row, column)
            found.append((float(round(x)), float(round(y))))
            row += self._random.gauss(0, rows / 8)
            column += self._random.gauss(0, columns / 8)
        return found

    def _check_reach(self, changed: NDArray[np.bool_], places: list[tuple[float, float]]) -> None:
        """Assert that a stroke changed nothing further from its way than the brush is large."""
        layer = self._view.layers.labels
        side = np.abs(np.asarray(layer.scale, float))
        reach = (layer.brush_size / 2 + 1.5) * side.min() / side + 1.0
        found = np.argwhere(changed)
        if found.size:
            low, high = np.min(places, axis=0) - reach, np.max(places, axis=0) + reach
            assert (found >= low).all(), "a stroke reaches too far"
            assert (found <= high).all(), "a stroke reaches too far"


def _within(section: NDArray[np.uint8], row: float, column: float) -> bool:
    rows, columns = section.shape
    return bool(0 <= row < rows - 0.51 and 0 <= column < columns - 0.51)
