"""Where in the survey the interpreter is: stepping, turning, back and forward."""

from psygnal import Signal

from napari_geofm.core.paging import Paging
from napari_geofm.core.region import At
from napari_geofm.session.modelling import Modelling
from napari_geofm.session.trail import Trail

__all__ = ["Placing"]


class Placing(Modelling):
    """Labels, models, and the section that is looked at.

    Signal (psygnal): ``place_changed(At)``.
    """

    place_changed = Signal(At)

    _trail: Trail

    @property
    def paging(self) -> Paging | None:
        """The pages of a recording or an image, as long as was chosen; None where it is one, or has sections."""
        return self._trail.paging

    @property
    def place(self) -> At:
        """The current section."""
        return self._trail.here

    @property
    def can_go_back(self) -> bool:
        """Whether there is a section to go back to."""
        return self._trail.can_go_back

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a section to go forward to."""
        return self._trail.can_go_forward

    def go_to(self, at: At, *, remember: bool = True) -> None:
        """Go to the section nearest to a place; without ``remember`` only on the way to another: none leads back."""
        self._gone(moved=self._trail.go(at, remember=remember))

    def stay_at(self, at: At) -> None:
        """Be where the interpreter was before, since the section gone to cannot be shown; no way back leads there.

        The next step goes on from there, so that one damaged section stops nobody.
        """
        self._gone(moved=self._trail.stay(at))

    def step(self, count: int) -> None:
        """Go some sections on, or back below 0, along the current axis."""
        self._gone(moved=self._trail.step(count))

    def shift(self, down: int, across: int) -> None:
        """Go some windows of a recording or an image down and to the right, or up and left below 0."""
        self._gone(moved=self._trail.shift(down, across))

    def beside(self, down: int, across: int) -> At:
        """Return the window to which :meth:`shift` would go; the current one where there is none."""
        return self._trail.beside(down, across)

    def stepped(self, at: At, count: int) -> At:
        """Return the section or window some steps on from a place, or back below 0, as far as there are."""
        return self._trail.stepped(at, count)

    def beyond(self, before: At, at: At) -> At | None:
        """Return the section as far beyond ``at`` as that lies beyond ``before``; None where there is none."""
        return self._trail.beyond(before, at)

    def turn(self, axis: str) -> None:
        """Look along another axis, where the interpreter last pointed."""
        self._gone(moved=self._trail.turn(axis))

    def point_out(self, axis: str, value: float) -> None:
        """Note where the interpreter points along another axis."""
        self._trail.point_out(axis, value)

    def back(self) -> None:
        """Go to the section before."""
        self._gone(moved=self._trail.back())

    def forward(self) -> None:
        """Go to the section that :meth:`back` left."""
        self._gone(moved=self._trail.forward())

    def set_page(self, length: int) -> None:
        """Have windows of so many samples along time, or along both sides of an image; 0: the default length."""
        self._gone(moved=self._trail.set_page(length))

    def moved(self) -> None:
        """Take notice of another section."""

    def _gone(self, *, moved: bool) -> None:
        if moved:
            self.moved()
            self.place_changed.emit(self.place)
