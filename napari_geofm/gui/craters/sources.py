"""In what craters can be looked for: labels, predictions on disk, what is predicted on the screen."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.gui.predict.takeaways import takeaways_of
from napari_geofm.jobs.craters_spec import CratersSpec

if TYPE_CHECKING:
    from napari_geofm.gui.workspace import Workspace

__all__ = ["MaskChoice", "choices_of", "spec_of"]


@dataclass(frozen=True, slots=True)
class MaskChoice:
    """One mask in which craters can be looked for.

    Attributes
    ----------
    words
        What it is.
    source
        Where it lies on disk; None for what is predicted on the screen.
    window
        Top, left, height and width of the part that is looked at; None: the whole image.
    """

    words: str
    source: Path | None
    window: tuple[int, int, int, int] | None = None


def choices_of(workspace: "Workspace") -> list[MaskChoice]:
    """Return what can be chosen, what is on the screen first; parts only of images that are seen in parts."""
    session, here = workspace.session, _window(workspace)
    found = []
    if workspace.view.prediction is not None and here is not None:
        found.append(MaskChoice("the prediction on the screen", None, here))
    for each in takeaways_of(session):
        if each.quantity != "labels" or each.source is None:
            continue
        if each.name == "labels" and not any(known.samples for known in session.statistics()):
            continue
        if session.paging is not None and here is not None:
            found.append(MaskChoice(f"{each.words}, this window", each.source, here))
        found.append(MaskChoice(f"{each.words}, whole image" if session.paging else each.words, each.source))
    return found


def spec_of(choice: MaskChoice, workspace: "Workspace") -> CratersSpec | None:
    """Return what the worker is asked for; None where what was on the screen has gone."""
    session, section = workspace.session, workspace.view.section
    file = session.survey.path
    if choice.source is not None:
        sure = choice.source.with_name(f"{choice.source.stem}-probabilities.zarr")
        there = sure if choice.source.suffix == ".zarr" and sure.exists() else None
        return CratersSpec(file, choice.source, probabilities=there, window=choice.window)
    if workspace.view.prediction is None or section is None:
        return None
    classes = np.ascontiguousarray(section.layout.from_display(workspace.view.prediction[1]))
    return CratersSpec(file, classes, classes=session.classes, window=choice.window)


def _window(workspace: "Workspace") -> tuple[int, int, int, int] | None:
    """Return top, left, height and width of the section on the screen."""
    section = workspace.view.section
    if section is None:
        return None
    rows, columns = section.places[:2]
    if isinstance(rows, int) or isinstance(columns, int):
        return None
    return rows.start or 0, columns.start or 0, *section.layout.from_display(section.values).shape
