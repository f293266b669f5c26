"""Windows of one recording or image as places: stepping, and what a place that somebody names means."""

from dataclasses import dataclass
from typing import cast

from napari_geofm.core.page_places import in_seconds
from napari_geofm.core.paging import Paging
from napari_geofm.core.region import WINDOW_AXES, At
from napari_geofm.core.survey import Survey

__all__ = ["Windows"]

Box = tuple[slice, slice]


@dataclass(frozen=True, slots=True)
class Windows:
    """The windows of a survey.

    Attributes
    ----------
    survey
        A long recording or a large image.
    paging
        Its pages, more than one.
    """

    survey: Survey
    paging: Paging

    @classmethod
    def of(cls, survey: Survey, length: int = 0) -> "Windows | None":
        """Return the windows of a survey, of so many samples or the default; None where it is one section, or has some.

        Where the length would make one page of a survey that is too long for it, the default is taken.
        """
        if survey.kind not in {"das", "image"}:
            return None
        paging = survey.paging(length)
        if paging.count == 1 and survey.paged:
            paging = survey.paging()
        return cls(survey, paging) if paging.count > 1 else None

    def first(self) -> At:
        """Return where to begin: at the start of a recording, in the middle of an image."""
        rows, columns = self.survey.shape
        box = self.paging.box(0) if self.survey.kind == "das" else self.paging.around(rows // 2, columns // 2)
        return self.survey.page(box)

    def box(self, at: At) -> Box:
        """Return the samples of a window."""
        # Of two dimensions both are slices.
        return cast("Box", self.survey.places(at))

    def snapped(self, at: At, here: At) -> At:
        """Return the window that a place means.

        Parameters
        ----------
        at
            A window, a time without a length (the window of a page's length from there on), or no window at all.
        here
            The current window, which is stayed at for that.

        Raises
        ------
        AxisError
            When it lies outside the survey.
        """
        if at.axis not in WINDOW_AXES:
            return here if here.axis in WINDOW_AXES else self.first()
        at = in_seconds(self.survey, at)
        box = self.box(at)
        if at.axis == "time" and at.length is None:
            # At the end of the recording the whole last window, which holds the time that was named.
            start = max(0, min(box[1].start, self.paging.shape[1] - self.paging.sides[1]))
            box = (self.box(here)[0], slice(start, start + self.paging.sides[1]))
        return self.survey.page(box)

    def at(self, first: int, second: int) -> At:
        """Return the page that holds a sample at positions along both dimensions."""
        return self.survey.page(self.paging.around(first, second))

    def resized(self, at: At) -> At:
        """Return the page that holds the beginning of a window of another length."""
        if at.axis not in WINDOW_AXES:
            return self.first()
        box = self.box(at)
        return self.at(box[0].start, box[1].start)

    def stepped(self, at: At, count: int) -> At:
        """Return the window some pages on in order."""
        return self.survey.page(self.paging.stepped(self.box(at), count))

    def shifted(self, at: At, down: int, across: int) -> At:
        """Return the window some pages down and to the right on the screen."""
        layout, box = self.survey.layout(self.survey.whole()), self.box(at)
        ways = {layout.rows: -down if layout.flip_rows else down}
        ways[layout.columns] = -across if layout.flip_columns else across
        for dimension, name in enumerate(self.survey.dims):
            box = self.paging.moved(box, dimension, ways[name])
        return self.survey.page(box)

    def beyond(self, before: At, at: At) -> At | None:
        """Return the window as far beyond ``at`` as that lies beyond ``before``; None where there is none."""
        found = self.paging.beyond(self.box(before), self.box(at))
        return self.survey.page(found) if found is not None else None
