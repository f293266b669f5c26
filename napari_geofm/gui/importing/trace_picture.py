"""The file's first traces as they lie in it: whether format and byte order are right is seen at once."""

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import QRectF, Qt
from qtpy.QtGui import QImage, QPainter
from qtpy.QtWidgets import QWidget

__all__ = ["TracePicture"]


class TracePicture(QWidget):
    """Amplitudes in grey, traces across and samples down."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image: QImage | None = None
        self._bytes = b""
        self.words = ""
        self.setMinimumSize(200, 160)

    def show_traces(self, values: NDArray[np.float32], what: str) -> None:
        """Show amplitudes, float32 ``(traces, samples)``, and say ``what`` they are; NaN is left blank."""
        known = np.isfinite(values)
        reach = float(np.percentile(np.abs(values[known]), 99)) if known.any() else 0.0
        scaled = np.where(known, values, 0.0) / (reach or 1.0)
        grey = np.ascontiguousarray(np.clip(127.5 + 127.5 * scaled, 0, 255).astype(np.uint8).T)
        self._bytes = grey.tobytes()
        self._image = QImage(self._bytes, grey.shape[1], grey.shape[0], grey.shape[1], QImage.Format.Format_Grayscale8)
        self.words = f"{what[:1].upper()}{what[1:]}; amplitudes up to {reach:,.4g}"
        self.update()

    def paintEvent(self, _event: object) -> None:  # noqa: N802  (Qt's name)
        """Draw the traces."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().base())
        if self._image is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(QRectF(self.rect()).adjusted(0, 0, 0, -20), self._image)
        painter.setPen(self.palette().text().color())
        bottom = QRectF(4, self.height() - 18, self.width() - 8, 18)
        painter.drawText(bottom, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self.words)
