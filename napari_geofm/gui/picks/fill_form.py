"""What is filled: which interpretations, into which classes, how thick, over what."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QWidget

if TYPE_CHECKING:
    from napari_geofm.session import Session
    from napari_geofm.session.picks.shelf import Pick

__all__ = ["WAYS", "FillForm", "FillWish"]

WAYS = {
    "between two horizons": ("horizon", True, 1),
    "above a horizon": ("horizon", False, 1),
    "at a horizon and below": ("horizon", False, 1),
    "both sides of a horizon": ("horizon", False, 2),
    "a fault, with a thickness": ("fault", False, 1),
    "inside a polygon": ("polygon", False, 1),
}
"""What can be filled: the kind it needs, whether two of them, and how many classes."""


@dataclass(frozen=True, slots=True)
class FillWish:
    """What is to be filled.

    Attributes
    ----------
    way
        One of :data:`WAYS`.
    first, second
        Numbers of interpretations; the second of :data:`WAYS` that need two.
    numbers
        Classes (outside numbers).
    thickness, unit
        Of a fault, in ``"samples"`` or ``"m"``.
    gaps
        Whether horizons are interpolated between their picks.
    over
        Whether what a human drew is filled over.
    """

    way: str
    first: int
    second: int
    numbers: tuple[int, ...]
    thickness: float
    unit: str
    gaps: bool
    over: bool


class FillForm(QWidget):
    """Asks for all that; rows that do not matter are hidden.

    Parameters
    ----------
    session
        Its interpretations and classes are offered.
    """

    def __init__(self, session: "Session", chosen: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.way, self.first, self.second = QComboBox(self), QComboBox(self), QComboBox(self)
        self.one, self.other = QComboBox(self), QComboBox(self)
        self.thickness, self.unit = QDoubleSpinBox(self), QComboBox(self)
        self.gaps = QCheckBox("Interpolate between the picks", self)
        self.gaps.setToolTip("Within the outline of the picks; beyond it nothing is filled")
        self.over = QCheckBox("Over what I painted, too", self)
        self.over.setToolTip("Otherwise strokes stay; locked classes stay in any case")
        ways = [way for way, (kind, two, _) in WAYS.items() if len(session.picks.of_kind(kind)) > two]
        self.way.addItems(ways)
        for box in (self.one, self.other):
            box.addItems(session.classes.names)
        self.one.setCurrentIndex(session.current_class)
        self.other.setCurrentIndex(min(1, len(session.classes) - 1))
        self.first.currentTextChanged.connect(self._take_named)
        self._prepare(chosen)
        self._lay_out()
        self.way.currentIndexChanged.connect(self._show_rows)
        self._show_rows()

    @property
    def wish(self) -> FillWish:
        """What is asked for."""
        count = WAYS[self.way.currentText()][2]
        numbers = (self.one.currentIndex(), self.other.currentIndex())[:count]
        first, second = (int(box.currentData() or 0) for box in (self.first, self.second))
        unit = "m" if self.unit.currentText() == "m" else "samples"
        thickness, gaps, over = self.thickness.value(), self.gaps.isChecked(), self.over.isChecked()
        return FillWish(self.way.currentText(), first, second, numbers, thickness, unit, gaps, over)

    def reason(self) -> str:
        """Return why nothing can be filled; empty where it can."""
        if not self.one.count():
            return "there are no classes yet: add one in Labels"
        if not self.way.count():
            return "there is no horizon, fault or polygon yet"
        wish = self.wish
        if WAYS[wish.way][1] and wish.first == wish.second:
            return "choose two different horizons"
        locked = next((number for number in wish.numbers if number in self._session.locked), None)
        return f"'{self._session.classes.names[locked]}' is locked: unlock it first" if locked is not None else ""

    def make_class(self) -> None:
        """Add the new class to the session's, where that is chosen; what is painted with stays.

        Raises
        ------
        LabelError
            When there can be no such class.
        """
        name, count, before = self.one.currentData(), len(self._session.classes), self._session.current_class
        if not name:
            return
        number = self._session.add_class(str(name))
        if count:
            self._session.current_class = before
        self.one.setItemText(number, str(name))
        self.one.setItemData(number, None)
        self.other.addItem(str(name))

    def _prepare(self, chosen: int | None) -> None:
        kind = next((each.what.kind for each in self._session.picks.items if each.number == chosen), "")
        way = next((way for way in WAYS if WAYS[way][0] == kind and self.way.findText(way) >= 0), "")
        if way:
            self.way.setCurrentText(way)
        self._fill_names()
        if self.first.findData(chosen) >= 0:
            self.first.setCurrentIndex(self.first.findData(chosen))
        self._turn_second()
        self.thickness.setRange(1, 10_000)
        self.thickness.setDecimals(0)
        self.thickness.setValue(3)
        self.unit.addItems(["samples", "m"])
        self.gaps.setChecked(True)

    def _fill_names(self) -> None:
        kind = WAYS[self.way.currentText()][0] if self.way.count() else ""
        for box in (self.first, self.second):
            if [box.itemData(n) for n in range(box.count())] == [each.number for each in self._of(kind)]:
                continue
            box.clear()
            for each in self._of(kind):
                box.addItem(each.name, each.number)
        if self.second.currentIndex() == self.first.currentIndex():
            self._turn_second()

    def _take_named(self, name: str) -> None:
        """Choose the class that is called as a polygon or a fault is; by and large it is the one that is meant.

        Where there is none, a new one of that name is offered last.
        """
        kind, names = WAYS[self.way.currentText()][0] if self.way.count() else "", self._session.classes.names
        while self.one.count() > len(names):
            self.one.removeItem(self.one.count() - 1)
        if kind == "horizon":
            return
        if name in names:
            self.one.setCurrentText(name)
        elif name:
            self.one.addItem(f"new class {name}", name)

    def _turn_second(self) -> None:
        others = (n for n in range(self.second.count()) if n != self.first.currentIndex())
        self.second.setCurrentIndex(next(others, 0))

    def _of(self, kind: str) -> "tuple[Pick, ...]":
        return self._session.picks.of_kind(kind)

    def _lay_out(self) -> None:
        self.form = QFormLayout(self)
        self.form.setContentsMargins(0, 0, 0, 0)
        size = QWidget(self)
        row = QHBoxLayout(size)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.thickness, 1)
        row.addWidget(self.unit)
        self.thick = size
        for title, box in (
            ("Fill", self.way),
            ("from", self.first),
            ("to", self.second),
            ("as class", self.one),
            ("and below as", self.other),
            ("thick", size),
        ):
            self.form.addRow(title, box)
        self.form.addRow(self.gaps)
        self.form.addRow(self.over)

    def _show_rows(self, _index: int = 0) -> None:
        if not self.way.count():
            return
        self._fill_names()
        self._take_named(self.first.currentText())
        kind, two, classes = WAYS[self.way.currentText()]
        for box, seen in (
            (self.second, two),
            (self.other, classes == 2),
            (self.thick, kind == "fault"),
            (self.gaps, kind == "horizon"),
        ):
            self.form.setRowVisible(box, seen)
        titles = ((self.first, "from" if two else kind), (self.one, "above as" if classes == 2 else "as class"))
        for box, title in titles:
            label = self.form.labelForField(box)
            if label is not None:
                label.setText(title)  # type: ignore[attr-defined]
