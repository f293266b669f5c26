"""A thin bar: how much of some work is done."""

from qtpy.QtWidgets import QProgressBar, QWidget

__all__ = ["PartBar"]

STEPS = 1000


class PartBar(QProgressBar):
    """A bar without words.

    Parameters
    ----------
    height
        In pixels.
    """

    def __init__(self, height: int = 8, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextVisible(False)
        self.setFixedHeight(height)
        self.show_part(None)

    def show_part(self, part: float | None) -> None:
        """Show the part that is done, 0 to 1; None: that something is done, and not how much."""
        self.setRange(0, 0 if part is None else STEPS)
        if part is not None:
            self.setValue(round(STEPS * part))
