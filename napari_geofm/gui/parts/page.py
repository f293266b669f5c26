"""One step of the dock: a panel that scrolls down and is never wider than the dock."""

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

__all__ = ["Page"]


class Page(QScrollArea):
    """A panel behind a tab.

    Parameters
    ----------
    panel
        What the step consists of.
    """

    def __init__(self, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panel = panel
        inside = QWidget()
        whole = QVBoxLayout(inside)
        whole.setContentsMargins(6, 8, 8, 6)
        whole.addWidget(panel)
        whole.addStretch(1)
        self.setWidget(inside)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Without it a word too long would push its neighbours out of the dock, where nobody could scroll to them.
        inside.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        inside.installEventFilter(self)

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Keep what is inside as wide as what is seen, also while the scroll bar comes and goes."""
        port = self.viewport()
        if event is not None and event.type() == QEvent.Type.LayoutRequest and port is not None:
            inside = self.widget()
            if inside is not None:
                inside.setMaximumWidth(max(port.width(), 1))
        return bool(super().eventFilter(watched, event))

    def resizeEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
        """Follow the dock's width."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        inside, port = self.widget(), self.viewport()
        if inside is not None and port is not None:
            inside.setMaximumWidth(max(port.width(), 1))
