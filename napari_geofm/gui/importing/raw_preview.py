"""A small picture of what bare numbers would look like, read as is being said."""

import threading
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from qtpy.QtCore import Qt, Signal
from qtpy.QtGui import QImage, QPixmap, QResizeEvent
from qtpy.QtWidgets import QLabel, QSizePolicy, QWidget

from napari_geofm.core.amplitude import fit_stretch
from napari_geofm.errors import GeoFMError
from napari_geofm.io.cubes.reading import Reading
from napari_geofm.io.opening import array_survey

__all__ = ["RawPreview"]

MOST = 512
"""Samples along each side of the picture."""


class RawPreview(QLabel):
    """The section in the middle; read in another thread, of several requests the newest is shown."""

    shown = Signal(str)
    """What the picture shows, or why there is none."""

    _ready = Signal(int, object, str)

    def __init__(self, file: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file, self._asked = file, 0
        self.gray: NDArray[np.uint8] | None = None
        self.setMinimumSize(320, 220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFrameShape(QLabel.Shape.StyledPanel)
        self._ready.connect(self._show)
        self._paint()

    def ask(self, reading: Reading) -> None:
        """Show the file read so; what does not fit is told."""
        self._asked += 1
        number = self._asked

        def work() -> None:
            try:
                picture, words = _middle(self._file, reading)
            except (GeoFMError, OSError, ValueError, MemoryError) as error:
                picture, words = None, str(error)
            # The dialog may have gone meanwhile.
            with suppress(RuntimeError):
                self._ready.emit(number, picture, words)

        threading.Thread(target=work, name="geofm-preview", daemon=True).start()

    def clear_picture(self) -> None:
        """Show nothing, whatever is still being read."""
        self._asked += 1
        self.gray = None
        self._paint()

    def resizeEvent(self, event: QResizeEvent | None) -> None:  # noqa: N802  (Qt's name)
        """Fit the picture to the room."""
        super().resizeEvent(event)
        self._paint()

    def _show(self, number: int, picture: NDArray[np.uint8] | None, words: str) -> None:
        if number != self._asked:
            return
        self.gray = picture
        self._paint()
        self.shown.emit(words)

    def _paint(self) -> None:
        if self.gray is None:
            self.setText("The section in the middle appears here.")
            return
        rows, columns = self.gray.shape
        image = QImage(self.gray.tobytes(), columns, rows, columns, QImage.Format.Format_Grayscale8)
        # As large as there is room for, whatever the proportions: a section has none.
        self.setPixmap(
            QPixmap.fromImage(image).scaled(
                self.contentsRect().size(),
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )


def _middle(file: Path, reading: Reading) -> tuple[NDArray[np.uint8], str]:
    """Return the middle section, thinned, as gray values in display order, and what it is."""
    survey = array_survey(file, reading=reading)
    if len(survey.dims) == 3:
        axis = survey.axis(survey.dims[0])
        section = survey.section(survey.dims[0], float(axis.values[axis.size // 2]))
        name = f"{axis.name} {axis.values[axis.size // 2]:g}"
    else:
        section = survey.section(survey.whole())
        name = "the line"
    rows, columns = (max(1, -(-size // MOST)) for size in section.shape)
    values = section.values[::rows, ::columns]
    gray = fit_stretch(values, 98.0, symmetric=True).apply(values)
    return np.ascontiguousarray((255 * gray).astype(np.uint8)), f"{name[0].upper()}{name[1:]}"
