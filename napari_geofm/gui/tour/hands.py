"""A hand with a mouse, and one at the keyboard: real events, as Qt hands them out."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from napari import Viewer

__all__ = ["Hands", "settle", "until"]

_TEST: Any = QTest
"""PyQt's stubs take its static functions for methods."""

PAUSE_S = 0.012
"""Between two movements of the mouse: what comes within 10 ms of the last is passed over."""

PATIENCE_S = 300.0


def until(condition: Callable[[], object], what: str, limit_s: float = PATIENCE_S) -> None:
    """Let the window work until a condition holds.

    Parameters
    ----------
    condition
        What is waited for.
    what
        The same in words.
    limit_s
        Longest wait in s.

    Raises
    ------
    TimeoutError
        When it does not come within the limit.
    """
    end, pause_s = time.monotonic() + limit_s, 0.002
    while not condition():
        QApplication.processEvents()
        if time.monotonic() > end:
            msg = f"Waited {limit_s:g} s for {what}, which did not come; see what the window shows"
            raise TimeoutError(msg)
        time.sleep(pause_s)
        # Whoever waits for long leaves the machine to what is waited for.
        pause_s = min(1.2 * pause_s, 0.05)


def settle(seconds: float) -> None:
    """Let the window work for a while."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() >= end, "a moment", seconds + PATIENCE_S)


class Hands:
    """Works a viewer as its user does.

    Parameters
    ----------
    viewer
        The one that is clicked.
    """

    def __init__(self, viewer: "Viewer") -> None:
        self._viewer = viewer
        self.clicks = self.strokes = self.keys = 0

    @property
    def canvas(self) -> QWidget:
        """What sections are drawn on."""
        found: QWidget = self._viewer.window._qt_viewer.canvas.native
        return found

    def click(self, widget: QWidget | None, at: QPoint | None = None) -> None:
        """Click the left button, in the middle by default."""
        assert widget is not None
        self.clicks += 1
        _TEST.mouseClick(widget, Qt.MouseButton.LeftButton, pos=at if at is not None else widget.rect().center())
        settle(0.05)

    def press(self, text: str, widget: QWidget | None = None) -> None:
        """Press keys one after the other, with the focus on the canvas by default."""
        self.keys += len(text)
        _TEST.keyClicks(widget if widget is not None else self.canvas, text)
        settle(0.05)

    def type_over(self, field: QWidget, text: str) -> None:
        """Type into a field instead of what is there, and press Return."""
        self.clicks, self.keys = self.clicks + 1, self.keys + len(text) + 1
        field.setFocus()
        _TEST.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        _TEST.keyClicks(field, text)
        _TEST.keyClick(field, Qt.Key.Key_Return)
        settle(0.05)

    def point(self, row: float, column: float) -> None:
        """Move the mouse to a sample of the section."""
        self._send(QEvent.Type.MouseMove, self.on_screen([(row, column)])[0], held=False)

    def tap(self, sample: tuple[float, float]) -> None:
        """Click on a sample of the section."""
        self.clicks += 1
        (at,) = self.on_screen([sample])
        self._send(QEvent.Type.MouseMove, at, held=False)
        self._send(QEvent.Type.MouseButtonPress, at, held=True)
        self._send(QEvent.Type.MouseButtonRelease, at, held=False)

    def stroke(self, samples: Sequence[tuple[float, float]]) -> None:
        """Draw over samples of the section with the button held down."""
        self.strokes += 1
        way = self.on_screen(samples)
        for kind, at, held in (
            (QEvent.Type.MouseMove, way[0], False),
            (QEvent.Type.MouseButtonPress, way[0], True),
            *((QEvent.Type.MouseMove, at, True) for at in way[1:]),
            (QEvent.Type.MouseButtonRelease, way[-1], False),
        ):
            self._send(kind, at, held=held)

    def on_screen(self, samples: Sequence[tuple[float, float]]) -> list[QPointF]:
        """Return the canvas's pixels over samples of the section, (row, column)."""
        canvas, layer = self._viewer.window._qt_viewer.canvas, self._viewer.layers["labels"]
        origin, right, down = (_world(canvas, at) for at in ((0, 0), (1, 0), (0, 1)))
        basis = np.column_stack([right - origin, down - origin])
        found = [np.linalg.solve(basis, np.asarray(layer.data_to_world(each))[-2:] - origin) for each in samples]
        return [QPointF(float(x), float(y)) for x, y in found]

    def _send(self, kind: QEvent.Type, at: QPointF, *, held: bool) -> None:
        settle(PAUSE_S)
        left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
        changed = none if kind == QEvent.Type.MouseMove else left
        globally = self.canvas.mapToGlobal(at)
        event = QMouseEvent(kind, at, globally, changed, left if held else none, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.canvas, event)


def _world(canvas: Any, at: tuple[int, int]) -> NDArray[np.float64]:
    return np.asarray(canvas._map_canvas2world(at, canvas.view), np.float64)[-2:]
