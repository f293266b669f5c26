"""Acts on the list of classes, and on the tick for a complete section."""

from typing import TYPE_CHECKING

from benchmarks.viewer_actor import Actor
from benchmarks.viewer_hand import double_press, pick, press, press_box, type_text
from benchmarks.viewer_stage import settle, until

if TYPE_CHECKING:
    from qtpy.QtCore import QPoint
    from qtpy.QtWidgets import QWidget

__all__ = ["ClassActs"]

MOST_CLASSES = 7


class ClassActs(Actor):
    """Each act returns a few words on what it did."""

    _typed = 0

    def choose(self) -> str:
        """Paint with another class."""
        number = self._random.randrange(len(self.record.names))
        press(*self._cell(number, 1))
        assert self._session.current_class == number
        return str(number)

    def add(self) -> str:
        """Add a class and type its name, where there are not too many."""
        if len(self.record.names) >= MOST_CLASSES:
            return "no more"
        press(self._dock.labels.menu.add)
        number = len(self.record.names)
        self.record.do(self.record.values, self._session.classes.names)
        assert len(self.record.names) == number + 1
        self._type_name(number)
        return self.record.names[-1]

    def rename(self) -> str:
        """Type another name over one."""
        number = self._random.randrange(len(self.record.names))
        double_press(*self._cell(number, 1))
        self._type_name(number)
        return self.record.names[number]

    def merge(self) -> str:
        """Give the labels of the chosen class to another."""
        if len(self.record.names) < 3:
            return "too few"
        menu, number = self._dock.labels.menu, self._session.current_class
        into = self._random.choice([each for each in range(len(self.record.names)) if each != number])
        name = f"into {self.record.names[into]}"
        pick(menu.merge, menu.merge_menu, name)
        settle(0.1)
        self.record.remove(number, into)
        return f"{number} {name}"

    def delete(self) -> str:
        """Delete the chosen class."""
        if len(self.record.names) < 3:
            return "too few"
        number = self._session.current_class
        press(self._dock.labels.menu.delete)
        self.record.remove(number, None)
        return str(number)

    def lock(self) -> str:
        """Click on a lock."""
        number = self._random.randrange(len(self.record.names))
        press(*self._cell(number, 3))
        self.record.locked ^= {number}
        return str(number)

    def complete(self) -> str:
        """Click on the tick for a complete section."""
        place = str(self._session.place)
        on = place not in self.record.complete
        press_box(self._dock.labels.rest.complete)
        # Of a section without labels nobody can say so.
        if not on or self._now().any():
            self.record.do(self.record.values, ticks=place, on=on)
        return place

    def _type_name(self, number: int) -> None:
        """Type a name into the cell that is open for it."""
        from qtpy.QtWidgets import QLineEdit

        editor = self._dock.labels.classes.findChild(QLineEdit)
        assert editor is not None, "no name can be typed"
        self._typed += 1
        name = f"rock {self._typed}"
        type_text(editor, name)
        until(lambda: self._session.classes.names[number] == name, 5, "the new name")
        settle(0.05)
        names = list(self.record.names)
        names[number] = name
        self.record.do(self.record.values, names)

    def _cell(self, number: int, column: int) -> "tuple[QWidget | None, QPoint]":
        classes = self._dock.labels.classes
        index = classes.table.index(number, column)
        classes.scrollTo(index)
        return classes.viewport(), classes.visualRect(index).center()
