"""The dialog that belongs to a question, and what its answer opens."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QDialog, QWidget

from napari_geofm.gui.importing.array_dialog import ArrayDialog
from napari_geofm.gui.importing.gather_question import GatherQuestion
from napari_geofm.gui.importing.import_dialog import ImportDialog
from napari_geofm.gui.importing.question import (
    HeaderQuestion,
    NumbersQuestion,
    OffsetQuestion,
    Question,
    opened_as,
    opened_or_asked,
)
from napari_geofm.gui.importing.raw_question import RawQuestion
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.cubes.remembered import recall, remember

if TYPE_CHECKING:
    from pathlib import Path

    from napari_geofm.core.survey import Survey
    from napari_geofm.gui.importing.question import Report
    from napari_geofm.io.segy import SegyOptions

__all__ = ["Opens", "dialog_for"]

Opens = Callable[["Report"], "Survey | Question"]
"""Opens a file as was answered, or asks again."""


def dialog_for(
    asked: Question, window: QWidget, answered: Callable[[Opens], None], left: Callable[[], None]
) -> QDialog:
    """Return a dialog over a window, to be opened.

    Parameters
    ----------
    asked
        The question.
    window
        Over which it is asked.
    answered
        Called with what opens the file as was answered, to be run off the window's thread.
    left
        Called when there is no answer.
    """
    if isinstance(asked, HeaderQuestion):
        headers = ImportDialog(asked.look, asked.why, window)

        def choose(options: "SegyOptions") -> None:
            answered(partial(opened_as, asked.path, options))

        headers.chosen.connect(choose)
        headers.rejected.connect(left)
        return headers
    if isinstance(asked, NumbersQuestion):
        numbers = RawQuestion(asked.path, window)
        _once_finished(numbers, asked.path, lambda: numbers.reading, answered, left)
        return numbers
    if isinstance(asked, OffsetQuestion):
        gathers = GatherQuestion(asked.path, asked.offsets, window)
        known = recall(asked.path)
        _once_finished(gathers, asked.path, lambda: gathers.reading.over(known), answered, left)
        return gathers
    arrays = ArrayDialog(asked.path, asked.arrays, window)
    _once_finished(arrays, asked.path, lambda: Reading(variable=arrays.chosen), answered, left)
    return arrays


def _once_finished(
    dialog: QDialog,
    path: "Path",
    reading: Callable[[], Reading | None],
    answered: Callable[[Opens], None],
    left: Callable[[], None],
) -> None:
    """Remember what a dialog says of a file once it is accepted, and open the file so."""

    def finish(code: int) -> None:
        said = reading() if code else None
        if said is None:
            left()
            return
        remember(path, said)
        answered(partial(opened_or_asked, path))

    dialog.finished.connect(finish)
