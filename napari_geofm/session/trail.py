"""Where the interpreter is and was: the current section or window, stepping, back and forward."""

from napari_geofm.core.paging import Paging
from napari_geofm.core.region import WINDOW_AXES, At
from napari_geofm.core.survey import Survey
from napari_geofm.session.windows import Windows

__all__ = ["Trail"]

REMEMBERED = 200


class Trail:
    """The current section of a survey, or window of a long recording or a large image, and the way there.

    Parameters
    ----------
    survey
        The survey.
    start
        Where to begin; None: the middle section, the middle of an image or the start of a recording.
    page
        Samples of a window along time, or along both sides of an image; 0: the default.
    """

    def __init__(self, survey: Survey, start: At | None = None, page: int = 0) -> None:
        self._survey = survey
        self._windows = Windows.of(survey, page)
        self._behind: list[At] = []
        self._ahead: list[At] = []
        self._missed: At | None = None
        # For each axis the number last looked at, so that turning to another axis comes back to it.
        self._last: dict[str, float | str] = {}
        for name in survey.cuts:
            axis = survey.axis(name)
            value = axis.values[axis.size // 2].item()
            self._last[name] = value
        first = survey.cuts[0] if survey.cuts else ""
        self.here = At(first, self._last[first]) if first else survey.whole()
        if self._windows is not None:
            self.here = self._windows.first()
        if start is not None:
            self.here = self.snapped(start)
            self._behind.clear()

    @property
    def paging(self) -> Paging | None:
        """The pages of a recording or an image; None where there is one, or the survey has sections."""
        return self._windows.paging if self._windows is not None else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a section to go back to."""
        return bool(self._behind)

    @property
    def can_go_forward(self) -> bool:
        """Whether there is a section to go forward to."""
        return bool(self._ahead)

    def set_page(self, length: int) -> bool:
        """Have windows of another length; return whether the current one is another now.

        Parameters
        ----------
        length
            Samples along time, or along both sides of an image; 0: the default.
        """
        if self._survey.cuts:
            return False
        before, self._windows = self._windows, Windows.of(self._survey, length)
        if self._windows is None:
            return self.go(self._survey.whole(), remember=False)
        there = self._windows.resized(self.here) if before is not None else self._windows.first()
        return self.go(there, remember=False)

    def snapped(self, at: At) -> At:
        """Return the section nearest to a place; numbers between two lines give the nearer line.

        A window of a recording or an image is what it is, within the survey; one without a length has a page's.

        Raises
        ------
        AxisError
            When the survey has no such axis, no tile of that name, or nothing there.
        """
        if self._windows is not None:
            return self._windows.snapped(at, self.here)
        if not self._survey.cuts:
            return self._survey.whole()
        axis = self._survey.axis(at.axis or self._survey.cuts[0])
        if not axis.is_numeric:
            return At(axis.name, axis.values[axis.index(str(at.value))].item())
        value = float(at.value) if at.value is not None else float(axis.first)
        return At(axis.name, axis.values[axis.nearest(value)].item())

    def go(self, at: At, *, remember: bool = True) -> bool:
        """Go to the section nearest to a place; return whether that is another one than the current."""
        there = self.snapped(at)
        if there == self.here:
            return False
        if remember:
            self._behind = [*self._behind[-REMEMBERED:], self.here]
            self._ahead.clear()
        self._move(there)
        return True

    def stay(self, at: At) -> bool:
        """Be at a section again, since the one gone to cannot be shown; the next step goes on from that one."""
        missed = self.here
        moved = self.go(at, remember=False)
        self._missed = missed if moved else None
        return moved

    def step(self, count: int) -> bool:
        """Go some sections or windows on (or back, below 0) along the current axis, as far as there are."""
        start, self._missed = self._missed or self.here, None
        return self.go(self.stepped(start, count), remember=False)

    def stepped(self, at: At, count: int) -> At:
        """Return the section or window some steps on from a place, or back below 0, as far as there are."""
        if self._windows is not None:
            return self._windows.stepped(at, count)
        if not self._survey.cuts:
            return at
        axis = self._survey.axis(at.axis)
        place = axis.index(at.value if at.value is not None else axis.first)
        return At(axis.name, axis.value(min(max(0, place + count), axis.size - 1)))

    def shift(self, down: int, across: int) -> bool:
        """Go some windows down and to the right on the screen (or up and left, below 0), as far as there are."""
        there = self.beside(down, across)
        self._missed = None
        return self.go(there, remember=False)

    def beside(self, down: int, across: int) -> At:
        """Return the window to which :meth:`shift` would go; the current place where there is none."""
        here = self._missed or self.here
        return here if self._windows is None else self._windows.shifted(here, down, across)

    def beyond(self, before: At, at: At) -> At | None:
        """Return the section as far beyond ``at`` as that lies beyond ``before``; None where there is none."""
        if self._windows is not None and {before.axis, at.axis} <= set(WINDOW_AXES):
            return self._windows.beyond(before, at)
        if before.axis != at.axis or at.axis not in self._survey.cuts or before.value is None or at.value is None:
            return None
        axis = self._survey.axis(at.axis)
        place, step = axis.index(at.value), axis.index(at.value) - axis.index(before.value)
        there = place + step
        return At(axis.name, axis.values[there].item()) if step and 0 <= there < axis.size else None

    def turn(self, axis: str) -> bool:
        """Look along another axis, at the number last looked at there."""
        return self.go(At(axis, self._last[axis])) if axis in self._last else False

    def point_out(self, axis: str, value: float) -> None:
        """Note where along another axis the interpreter points, so that :meth:`turn` goes there."""
        if axis in self._last and axis != self.here.axis:
            self._last[axis] = value

    def back(self) -> bool:
        """Go to the section before."""
        if not self._behind:
            return False
        self._ahead.append(self.here)
        self._move(self._behind.pop())
        return True

    def forward(self) -> bool:
        """Take :meth:`back` back."""
        if not self._ahead:
            return False
        self._behind.append(self.here)
        self._move(self._ahead.pop())
        return True

    def _move(self, there: At) -> None:
        self.here, self._missed = there, None
        if there.value is not None and there.axis in self._last:
            self._last[there.axis] = there.value
