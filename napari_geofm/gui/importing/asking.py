"""The dialog that belongs to a question, and what its answer opens."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from qtpy.QtWidgets import QDialog, QWidget

from napari_geofm.gui.importing.gather_question import GatherQuestion
from napari_geofm.gui.importing.import_dialog import ImportDialog
from napari_geofm.gui.importing.question import HeaderQuestion, OffsetQuestion, Question, opened_as, opened_or_asked
from napari_geofm.gui.importing.raw_question import RawQuestion
from napari_geofm.io.cubes.remembered import recall, remember

if TYPE_CHECKING:
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
    if isinstance(asked, OffsetQuestion):
        gathers = GatherQuestion(asked.path, asked.offsets, window)

        def read() -> None:
            remember(asked.path, gathers.reading.over(recall(asked.path)))
            answered(partial(opened_or_asked, asked.path))

        gathers.accepted.connect(read)
        gathers.rejected.connect(left)
        return gathers
    numbers = RawQuestion(asked.path, window)

    def finish(code: int) -> None:
        reading = numbers.reading
        if not code or reading is None:
            left()
            return
        remember(asked.path, reading)
        answered(partial(opened_or_asked, asked.path))

    numbers.finished.connect(finish)
    return numbers
