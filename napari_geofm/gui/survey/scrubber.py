"""A slider along the sections: a click goes there, a notch of the wheel is one section."""

from qtpy.QtCore import QRect, Qt
from qtpy.QtGui import QMouseEvent, QWheelEvent
from qtpy.QtWidgets import QSlider, QStyle, QStyleOptionSlider, QWidget

__all__ = ["Scrubber"]

NOTCH = 120
"""What Qt counts for one notch of a wheel; a touch pad sends less at a time."""


class Scrubber(QSlider):
    """Horizontal, with as many positions as there are sections."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._turned = 0
        # Keys are the canvas's: Page Down steps by ten there too.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Take the handle to where the mouse is pressed, so that it can be dragged on from there."""
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            option = QStyleOptionSlider()
            self.initStyleOption(option)
            handle = self._part(option, QStyle.SubControl.SC_SliderHandle)
            groove = self._part(option, QStyle.SubControl.SC_SliderGroove)
            if not handle.contains(event.pos()):
                along = round(event.position().x()) - groove.x() - handle.width() // 2
                span = groove.width() - handle.width()
                value = QStyle.sliderValueFromPosition(self.minimum(), self.maximum(), along, span, option.upsideDown)
                # Down already: the jump is the first move of a drag.
                self.setSliderDown(True)
                self.setSliderPosition(value)
        super().mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Go one section on for each notch away from the user, one back for each towards them."""
        if event is None:
            return
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / NOTCH)
        self._turned -= notches * NOTCH
        self.setValue(self.value() + notches)
        event.accept()

    def _part(self, option: QStyleOptionSlider, part: QStyle.SubControl) -> QRect:
        style = self.style()
        assert style is not None
        return style.subControlRect(QStyle.ComplexControl.CC_Slider, option, part, self)
