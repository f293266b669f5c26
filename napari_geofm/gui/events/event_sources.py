"""Where events can be looked for: the labels or the prediction, of the window or of the whole recording."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.labels import to_outside
from napari_geofm.jobs.find_events_spec import FindEventsSpec, FindWindowEventsSpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["Source", "channels_of", "sources_of", "spec_of", "window_of"]


@dataclass(frozen=True, slots=True)
class Source:
    """One choice.

    Attributes
    ----------
    words
        What it is.
    labels
        Where its numbers lie; None for the window's, which are in memory.
    confidence
        How sure they are, or None.
    predicted
        Of a window: whether the prediction is meant, or the labels.
    """

    words: str
    labels: Path | None = None
    confidence: Path | None = None
    predicted: bool = False

    @property
    def whole(self) -> bool:
        """Whether the whole recording is looked through."""
        return self.labels is not None


def sources_of(workspace: "Workspace") -> list[Source]:
    """Return what there may be to look in; the prediction on the screen first."""
    session = workspace.session
    found = [Source("prediction of this window", predicted=True), Source("my labels in this window")]
    found.append(Source("my labels, whole recording", session.labels_folder))
    folder = session.folder / "predictions"
    for file in sorted(folder.glob("[!.]*.zarr")) if folder.is_dir() else []:
        if not file.stem.endswith(("-confidence", "-probabilities")):
            sure = file.with_name(f"{file.stem}-confidence.zarr")
            found.append(Source(f"prediction by {file.stem}", file, sure if sure.exists() else None))
    return found


def reason_against(workspace: "Workspace", source: Source) -> str:
    """Return why there is nothing to look in; empty where there is something."""
    if source.predicted and workspace.view.prediction is None:
        return "this window is not predicted: press H, or Predict this section"
    if not source.predicted and source.labels in {None, workspace.session.labels_folder}:
        labelled = any(each.samples for each in workspace.session.statistics())
        return "" if labelled else "nothing is labelled yet"
    return ""


def window_of(workspace: "Workspace") -> tuple[float, float]:
    """Return the first and last time on the screen, in s."""
    section = workspace.view.section
    if section is None:
        return 0.0, 0.0
    first, last = float(section.rows.first), float(section.rows.last)
    return min(first, last), max(first, last)


def channels_of(workspace: "Workspace") -> tuple[int, int] | None:
    """Return the positions of the first and last channel on the screen; None where nothing is."""
    section = workspace.view.section
    if section is None:
        return None
    part = section.places[0]
    assert isinstance(part, slice)
    low, high, _ = part.indices(workspace.session.survey.shape[0])
    return low, high - 1


def spec_of(workspace: "Workspace", source: Source) -> FindEventsSpec:
    """Return what the worker is asked for."""
    session, section = workspace.session, workspace.view.section
    if source.whole or section is None:
        file = session.survey.path
        return FindEventsSpec(file, session.classes if source.labels == session.labels_folder else None,
                              source.labels, source.confidence)  # fmt: skip
    prediction, sure = workspace.view.prediction, None
    if source.predicted and prediction is not None:
        classes, sure = prediction[1], section.layout.from_display(prediction[2])
    else:
        classes = to_outside(session.labels_at(section.at))
    first = tuple(part.start or 0 if isinstance(part, slice) else part for part in section.places)
    mask = np.ascontiguousarray(section.layout.from_display(classes))
    return FindWindowEventsSpec(
        session.survey.path,
        session.classes,
        mask=mask,
        sure=None if sure is None else np.ascontiguousarray(sure),
        first=(int(first[0]), int(first[1])),
    )
