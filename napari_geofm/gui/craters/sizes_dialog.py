"""How many craters there are of each size: the cumulative and the R plot, with the completeness limit."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QByteArray, Qt
from qtpy.QtGui import QPixmap
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_geofm.core.craters.size_frequency import SizeFrequency, size_frequency
from napari_geofm.gui.parts.note import Note
from napari_geofm.gui.parts.questions import write_as
from napari_geofm.gui.parts.telling import telling

if TYPE_CHECKING:
    from napari_geofm.io.craters.counted_area import CountedArea
    from napari_geofm.session import Session

__all__ = ["SizesDialog"]


class SizesDialog(QDialog):
    """Shows the plots of the craters that are shown, and writes them as a picture or as a table.

    Parameters
    ----------
    session
        The image.
    counted
        The area of its pixels with data, and the craters on it.
    """

    def __init__(self, session: "Session", counted: "CountedArea", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Sizes of craters")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session, self._counted = session, counted
        self.found: SizeFrequency = size_frequency(counted.craters, counted.area, counted.unit)
        self.question: Any = None
        self.plot, self.note = QLabel(self), Note()
        self.own = QCheckBox("complete from", self)
        self.own.setToolTip("Give the completeness limit yourself; else it is estimated")
        self.limit = QDoubleSpinBox(self)
        self.limit.setRange(0.001, 1e6)
        self.limit.setDecimals(3)
        self.limit.setSuffix(f" {counted.unit}")
        self.limit.setEnabled(False)
        if math.isfinite(self.found.limit):
            self.limit.setValue(self.found.limit)
        self.save = QPushButton("Save…", self)
        self.save.setToolTip("The plots as a picture (.png), or the bins as a table (.csv)")
        row = QHBoxLayout()
        for part in (self.own, self.limit):
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.save)
        whole = QVBoxLayout(self)
        whole.addWidget(self.plot)
        whole.addLayout(row)
        whole.addWidget(self.note)
        if counted.beside:
            self.note.say(f"{counted.beside:,} craters whose centres lie on missing pixels are left out.")
        self.own.toggled.connect(self._limited)
        self.limit.valueChanged.connect(self._limited)
        self.save.clicked.connect(self._ask)
        self._draw()

    def write(self, out: Path) -> None:
        """Write the plots or the bins, over what may be there."""
        from napari_geofm.io.craters.size_plots import draw_size_frequency, write_size_frequency

        with telling():
            if out.suffix.lower() == ".csv":
                write_size_frequency(out, self.found, overwrite=True)
            else:
                draw_size_frequency(out, self.found, self._session.survey.name, overwrite=True)
            self.note.say(f"{out.name} written to {out.parent}.")

    def _limited(self, _value: object = None) -> None:
        self.limit.setEnabled(self.own.isChecked())
        limit = self.limit.value() if self.own.isChecked() else None
        self.found = size_frequency(self._counted.craters, self._counted.area, self._counted.unit, limit=limit)
        self._draw()

    def _draw(self) -> None:
        from io import BytesIO

        from matplotlib.figure import Figure

        from napari_geofm.io.craters.size_plots import fill_size_frequency

        figure = Figure(figsize=(8.6, 4.1), dpi=100, layout="constrained")
        fill_size_frequency(figure, self.found, self._session.survey.name)
        held = BytesIO()
        figure.savefig(held, format="png")
        picture = QPixmap()
        picture.loadFromData(QByteArray(held.getvalue()), "PNG")
        self.plot.setPixmap(picture)

    def _ask(self) -> None:
        start = self._session.survey.path.with_name(f"{self._session.survey.path.stem}-crater-sizes.png")
        name, _ = QFileDialog.getSaveFileName(self, "Save", str(start), "picture (*.png);;table (*.csv)")
        if name:
            self.question = write_as(self, Path(name), (".png", ".csv"), self.write) or self.question
