"""Questions before something is lost; the answer that loses nothing is the one that Enter and Escape give."""

from collections.abc import Callable, Sequence
from pathlib import Path

from qtpy.QtCore import Qt
from qtpy.QtWidgets import QMessageBox, QWidget

__all__ = ["ask", "ask_to_stop", "running_words", "write_as"]

RUNNING = {
    "training": ("A training is running", "What it has learned so far is dropped."),
    "segmenting": ("A survey is being predicted", "Finished parts are kept, and the next start goes on from there."),
    "copying": ("A fast copy is being made", "Finished parts are kept, and the next start goes on from there."),
    "writing a report": ("A report is being written", "It will not be there."),
    "exporting": ("A file is being written", "It will not be there."),
    "encoding the survey": (
        "The survey's features are being written",
        "Finished sections are kept, and an export to the same name goes on from there.",
    ),
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


def ask_to_stop(parent: QWidget | None, doing: str, deed: str, then: Callable[[], None]) -> QMessageBox:
    """Ask whether what runs may be stopped for another deed (``"open line.sgy"``)."""
    running, cost = running_words(doing)
    return ask(parent, f"{running}: stop it and {deed}?", cost, f"Stop and {deed}", "Go on as it is", then)


def write_as(parent: QWidget, path: Path, endings: Sequence[str], write: Callable[[Path], None]) -> QMessageBox | None:
    """Write to a file of a name that a dialog has asked for, with an ending where it was typed without.

    The dialog has asked about replacing a file of the name as it was typed only; of the longer name it is asked here.

    Parameters
    ----------
    parent
        The window.
    path
        The name as it was typed.
    endings
        Those that fit, the one that is added first.
    write
        Writes, over what may be there.

    Returns
    -------
    QMessageBox or None
        The question, where one is asked.
    """
    if path.suffix.lower() in endings:
        write(path)
        return None
    longer = path.with_name(path.name + endings[0])
    if not longer.exists():
        write(longer)
        return None
    return ask(parent, f"{longer.name} exists: replace it?", "What it holds is lost.", "Replace", "Keep it",
               lambda: write(longer))  # fmt: skip
