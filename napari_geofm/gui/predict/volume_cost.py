"""What the prediction of a survey, or of a part of it, takes here: time and disk, told before it begins."""

import shutil
from typing import TYPE_CHECKING

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QWidget

from napari_geofm.core.region import Region
from napari_geofm.errors import GeoFMError
from napari_geofm.gui.learn.cost import WAIT_MS
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.words import memory_words, time_words
from napari_geofm.io.models import read_recipe
from napari_geofm.jobs.view_specs import EstimateResult, EstimateSpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["VolumeCost", "disk_words"]

CONFIDENCE_BYTES = 4
"""Of a confidence or probability, beside one byte of a class."""


def disk_words(needed: float, free: float) -> str:
    """Return what is needed on the disk, bytes, and whether it is there.

    Examples
    --------
    >>> disk_words(2.5e8, 4e10), disk_words(5e10, 4e10)
    ('238 MB on disk', '46.6 GB on disk, where 37.3 GB are free: free some, or predict a part')
    """
    words = f"{memory_words(needed)} on disk"
    return words if needed < free else f"{words}, where {memory_words(free)} are free: free some, or predict a part"


class VolumeCost(Note):
    """A line on time and disk; the machine is measured while nothing is waited for.

    Parameters
    ----------
    workspace
        The survey, the model in use, and the engine that measures.
    """

    def __init__(self, workspace: "Workspace", parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._session, self._engine = workspace.session, workspace.engine
        self._asked: EstimateSpec | None = None
        self._found: EstimateResult | None = None
        self._region = Region()
        self._extra = 0
        self._seen = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.ask)

    def show_cost(self, region: Region, *, confidence: bool, probabilities: bool) -> None:
        """Say what predicting a part, with what beside the classes, takes."""
        self._region = region
        volumes = confidence + (len(self._session.classes) if probabilities else 0)
        self._extra = CONFIDENCE_BYTES * volumes
        self._say()
        if self._seen:
            self._timer.start()

    def ask(self) -> None:
        """Ask, unless there is no model or the answer is there."""
        model = self._session.model
        if model is None:
            self._found = None
            self._say()
            return
        try:
            spec = EstimateSpec(self._session.survey.path, read_recipe(model), region=self._region)
        except GeoFMError:
            return
        if spec == self._asked:
            return
        self._asked = spec

        def done(found: EstimateResult) -> None:
            if spec == self._asked:
                self._found = found
                self._say()

        self._engine.ahead(spec, "volume cost", done)

    def look(self) -> None:
        """Begin to ask; what nobody looks at costs nothing."""
        self._seen = True
        self._timer.start()

    def _say(self) -> None:
        found = self._found
        if found is None or self._session.model is None:
            self.say("")
            return
        needed = found.volume_gb * 1e9 * (1 + self._extra)
        disk = disk_words(needed, float(shutil.disk_usage(self._session.folder).free))
        sections = f"{found.sections:,} section{'s' if found.sections != 1 else ''}"
        self.say(f"About {time_words(found.volume_s)} for {sections}, {disk}.")
