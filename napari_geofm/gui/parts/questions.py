"""Questions before something is lost; the answer that loses nothing is the one that Enter and Escape give."""

from collections.abc import Callable

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

__all__ = ["ask", "running_words"]

RUNNING = {
    "training": ("A training is running", "What it has learned so far is dropped."),
    "segmenting": ("A survey is being predicted", "Finished parts are kept, and the next start goes on from there."),
    "copying": ("A fast copy is being made", "Finished parts are kept, and the next start goes on from there."),
    "exporting": ("A file is being written", "It will not be there."),
}


def running_words(title: str) -> tuple[str, str]:
    """Return what runs, and what stopping it costs.

    Examples
    --------
    >>> running_words("training")
    ('A training is running', 'What it has learned so far is dropped.')
    """
    return RUNNING.get(title, ("Something is still running", "It is stopped."))


def ask(parent: QWidget | None, question: str, cost: str, yes: str, no: str, then: Callable[[], None]) -> QMessageBox:
    """Show a question over a window, without holding anything up.

    Parameters
    ----------
    parent
        The window.
    question, cost
        What is asked, and what "yes" costs.
    yes, no
        What the buttons do; ``no`` is the default.
    then
        Called after "yes".

    Returns
    -------
    QMessageBox
        The box, which is deleted when it is answered.
    """
    box = QMessageBox(QMessageBox.Icon.Question, "GeoFM", question, parent=parent)
    box.setInformativeText(cost)
    accept = box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    reject = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(reject)
    box.setEscapeButton(reject)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.buttonClicked.connect(lambda button: then() if button is accept else None)
    box.open()
    return box
