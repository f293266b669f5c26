"""The two arrows that lead back to where one was, and forward again."""

from typing import TYPE_CHECKING

from qtpy.QtWidgets import QHBoxLayout, QWidget

from napari_geofm.gui.parts.arrow_button import arrow_button

if TYPE_CHECKING:
    from napari_geofm.session import Session

__all__ = ["WayBack"]


class WayBack(QWidget):
    """Follows the session, and leads it.

    Parameters
    ----------
    session
        Where the interpreter is and was.
    what
        What one goes through: "section" or "window".
    """

    def __init__(self, session: "Session", what: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.back = arrow_button("←", f"Back to the {what} before (Alt+Left)", session.back, self)
        self.forward = arrow_button("→", "Forward again (Alt+Right)", session.forward, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(self.back)
        row.addWidget(self.forward)
        session.place_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _at: object = None) -> None:
        """Enable what leads somewhere."""
        self.back.setEnabled(self._session.can_go_back)
        self.forward.setEnabled(self._session.can_go_forward)
