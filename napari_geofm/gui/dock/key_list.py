"""The list of keys, over the canvas."""

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QFrame, QGridLayout, QLabel, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from napari_geofm.gui.dock.key import Key

__all__ = ["KeyList"]

LOOK = (
    "QFrame#geofm-keys { background-color: rgba(20, 22, 28, 235); border: 1px solid #6f7685; border-radius: 6px; }"
    " QFrame#geofm-keys QLabel { color: #f0f0f0; background: transparent; font-size: 12px; }"
)
"""The same over dark and light canvases."""


class KeyList(QFrame):
    """All keys in two columns.

    Parameters
    ----------
    canvas
        What it lies over.
    keys
        What is listed.
    """

    def __init__(self, canvas: QWidget, keys: "Sequence[Key]") -> None:
        super().__init__(canvas)
        self.setObjectName("geofm-keys")
        self.setStyleSheet(LOOK)
        grid = QGridLayout(self)
        grid.setContentsMargins(10, 10, 10, 10)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(3)
        rows = -(-len(keys) // 2)
        for place, key in enumerate(keys):
            column = 2 * (place // rows)
            shown = QLabel(f"<b>{key.shown}</b>")
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(shown, place % rows, column)
            grid.addWidget(QLabel(key.what), place % rows, column + 1)
        grid.addWidget(QLabel("Escape, ? or a click closes this list."), rows, 0, 1, 4, Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._canvas = canvas
        canvas.installEventFilter(self)

    @classmethod
    def toggled(cls, viewer: Any, keys: "Sequence[Key]") -> "KeyList":
        """Show the list over a viewer's canvas, or close the one that is shown; return it."""
        canvas = viewer.window._qt_viewer.canvas.native
        there = canvas.findChild(cls)
        if there is not None:
            there.close()
            return there  # type: ignore[no-any-return]
        made = cls(canvas, keys)
        made.place()
        made.show()
        made.raise_()
        made.setFocus()
        return made

    def place(self) -> None:
        """Lie in the middle of the canvas."""
        self.adjustSize()
        left = max(0, (self._canvas.width() - self.width()) // 2)
        self.move(left, max(0, (self._canvas.height() - self.height()) // 2))

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802  (Qt's name)
        """Stay in the middle when the canvas changes its size; any click on it closes the list."""
        if event is not None and event.type() == QEvent.Type.Resize:
            self.place()
        if event is not None and event.type() == QEvent.Type.MouseButtonPress:
            self.close()
        return bool(super().eventFilter(watched, event))

    def mousePressEvent(self, _event: object) -> None:  # noqa: N802  (Qt's name)
        """Close."""
        self.close()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Close by Escape and by the key that opened it; other keys go on to the viewer."""
        if event is not None and (event.key() == Qt.Key.Key_Escape or event.text() == "?"):
            self.close()
            return
        super().keyPressEvent(event)
