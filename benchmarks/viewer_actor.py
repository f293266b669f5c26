"""What all acts of the monkey share: the viewer, chance, the record, and what is compared."""

import random
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from benchmarks.viewer_record import Record
from benchmarks.viewer_stage import Stage, settle, until

if TYPE_CHECKING:
    from napari_geofm.core.region import At
    from napari_geofm.core.section import Section

__all__ = ["Actor"]


class Actor:
    """Acts on one survey, beside a record of what the labels should be.

    Parameters
    ----------
    stage
        The viewer.
    chance
        What chooses.
    """

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        self._stage, self._random = stage, chance
        self._session, self._view, self._dock = stage.workspace.session, stage.workspace.view, stage.dock
        survey = self._session.survey
        self.record = Record(survey.dims, np.zeros(survey.shape, np.uint8), self._session.classes.names)

    def check(self) -> None:
        """Compare what is shown with the record."""
        until(lambda: self._view.at == self._session.place, 10, "the section")
        wanted, shown = self._now(), np.asarray(self._view.layers.labels.data)
        assert np.array_equal(shown, wanted), f"{np.count_nonzero(shown != wanted)} samples are shown wrongly"
        assert self._session.classes.names == self.record.names, "the classes differ"
        assert self._session.locked == self.record.locked, "the locks differ"
        assert self._session.complete == self.record.complete, "the ticks of complete sections differ"

    def _recorded(self, shown: NDArray[np.uint8], *, ticks: str = "", at: "At | None" = None) -> None:
        """Note what a section (the current one) should be from now on, and wait until it is taken in."""
        place = at or self._session.place
        number = self._session.survey.axis(place.axis).index(place.value if place.value is not None else "")
        self.record.do(self.record.with_section(place.axis, number, shown), ticks=ticks)
        settle(0.05)

    def _now(self) -> NDArray[np.uint8]:
        """Return what the section on the screen should be."""
        place = self._session.place
        axis = self._session.survey.axis(place.axis)
        return self.record.section(place.axis, axis.index(place.value if place.value is not None else ""))

    def _section(self) -> "Section":
        section = self._view.section
        assert section is not None
        return section

    def _on_canvas(self, x: float, y: float) -> bool:
        size = self._stage.canvas.size()
        return 2 < x < size.width() - 2 and 2 < y < size.height() - 2

    def _arrived(self) -> None:
        until(lambda: self._view.at == self._session.place, 10, "the section")
        settle(0.03)
