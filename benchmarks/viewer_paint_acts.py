"""Acts that label: brush, eraser, fill, the rest of a section, accepting a prediction."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.viewer_actor import Actor
from benchmarks.viewer_hand import press
from benchmarks.viewer_stage import settle

__all__ = ["PaintActs"]


class PaintActs(Actor):
    """Each act returns a few words on what it did."""

    def paint(self) -> str:
        """Draw a stroke with the brush."""
        return self._stroke("paint", self._session.current_class + 1)

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

    def _stroke(self, tool: str, new: int) -> str:
        press(self._dock.labels.tools.buttons[tool])
        before, section = self._now(), self._section()
        rows, columns = before.shape
        count = self._random.randrange(2, 9)
        row, column = self._random.uniform(-5, rows + 5), self._random.uniform(-5, columns + 5)
        places = []
        for _ in range(count):
            places.append((row, column))
            row += self._random.gauss(0, rows / 8)
            column += self._random.gauss(0, columns / 8)
        ways = [(float(round(x)), float(round(y))) for x, y in (self._stage.on_screen(*place) for place in places)]
        places = [self._stage.under(*way) for way in ways]
        if not all(self._on_canvas(*way) for way in ways):
            return "off the canvas"
        self._stage.drag(ways)
        settle(0.05)
        at = self._session.place
        after = self._session.labels_at(at)
        changed = after != before
        assert (after[changed] == new).all(), "a stroke left another class than its own"
        kept = self.record.locked_values()
        assert not np.isin(before[changed], kept).any(), "a locked class was painted over"
        assert new not in kept or not changed.any(), "a locked class grew"
        assert not changed[~section.valid].any(), "a dead trace was labelled"
        self._check_reach(changed, places)
        inside = [(round(r), round(c)) for r, c in places if 0 <= r < rows - 0.51 and 0 <= c < columns - 0.51]
        free = [each for each in inside if section.valid[each] and before[each] not in kept and new not in kept]
        assert all(after[each] == new for each in free), f"the stroke has a gap: {free}, {[after[e] for e in free]}"
        self._recorded(after)
        return f"{np.count_nonzero(changed)} samples with {new}"

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
