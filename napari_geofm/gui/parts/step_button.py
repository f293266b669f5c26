"""A button that says its key, and why it cannot be pressed."""

from qtpy.QtWidgets import QPushButton, QSizePolicy, QWidget

__all__ = ["StepButton"]


class StepButton(QPushButton):
    """A button of the dock.

    Parameters
    ----------
    text
        What it does, in one or two words.
    what
        The same in a sentence, for the tooltip.
    key
        Its key as the list of keys writes it; empty for none.
    """

    def __init__(self, text: str, what: str, key: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._what = f"{what} ({key})" if key else what
        self.reason = ""
        self.setToolTip(self._what)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def allow(self, reason: str = "") -> None:
        """Enable the button, or disable it where ``reason`` tells why; the tooltip then says it."""
        self.reason = reason
        self.setEnabled(not reason)
        self.setToolTip(f"{self._what}\nNot now: {reason}" if reason else self._what)
