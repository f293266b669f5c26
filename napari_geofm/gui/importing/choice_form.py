"""What an interpreter says of a SEG-Y file: bytes of the line numbers, samples, coordinates, gathers."""

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtGui import QIntValidator
from qtpy.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QHBoxLayout, QLineEdit, QSpinBox, QWidget

from napari_geofm.gui.importing.pairs import best_lines, candidate_words
from napari_geofm.io.segy import SegyOptions
from napari_geofm.io.segy.crs import require_crs
from napari_geofm.io.segy.formats import FORMATS
from napari_geofm.io.segy.scan import OFFSET_BYTE, LineBytes

if TYPE_CHECKING:
    from napari_geofm.io.segy.looking import SegyLook

__all__ = ["ChoiceForm"]

OTHER = "other bytes…"
LAST_BYTE = 237
GATHERS = ("choose…", "the mean of each gather", "the traces of one offset")
DOMAINS = {"two-way time": None, "depth": "depth", "DAS recording (traces are channels)": "das"}
ORDERS = {"as found": None, "big-endian": "big", "little-endian": "little"}


class ChoiceForm(QWidget):
    """Every choice that the headers may leave open; what is left alone stays as the headers say.

    Parameters
    ----------
    look
        The file, looked at with what was chosen for files like it.
    """

    changed = Signal()

    def __init__(self, look: "SegyLook", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pair = QComboBox(self)
        self.iline, self.xline = self._byte("inline"), self._byte("crossline")
        self.iline_width, self.xline_width = self._width(), self._width()
        self.domain, self.order, self.format = QComboBox(self), QComboBox(self), QComboBox(self)
        self.interval = QDoubleSpinBox(self)
        self.x_byte, self.y_byte, self.scalar = self._byte("X", free=True), self._byte("Y", free=True), QLineEdit(self)
        self.crs, self.samples = QLineEdit(self), QSpinBox(self)
        self.offset_byte = self._byte("the number that tells the traces of a gather apart", free=True)
        self.gathers, self.offset = QComboBox(self), QSpinBox(self)
        self._form = QFormLayout(self)
        self._fill(look)
        self._lay_out()
        self.show_candidates(look)
        self.show_gathers(look)
        self._take(look)
        self._connect()

    @property
    def options(self) -> SegyOptions:
        """What is chosen.

        Raises
        ------
        UsageError
            When one of the choices cannot be.
        """
        if self.is_das:
            return SegyOptions(domain="das")
        gathers = self.gathers.currentIndex() if self.gathers.isEnabled() else 0
        require_crs(self.crs.text().strip() or None)
        return SegyOptions(
            iline_byte=self.iline.value() or None,
            xline_byte=self.xline.value() or None,
            iline_width=self._widths()[0],
            xline_width=self._widths()[1],
            domain=DOMAINS[self.domain.currentText()],
            interval_ms=self.interval.value() or None,
            crs=self.crs.text().strip() or None,
            x_byte=self.x_byte.value() or None,
            y_byte=self.y_byte.value() or None,
            scalar=int(self.scalar.text()) if self.scalar.hasAcceptableInput() else None,
            offset=self.offset.value() if gathers == 2 else None,
            stack=gathers == 1,
            sample_format=self.format.currentData(),
            order=ORDERS[self.order.currentText()],
            samples=self.samples.value() or None,
            offset_byte=self.offset_byte.value() or None,
        )

    @property
    def fields(self) -> tuple[QWidget, ...]:
        """All that can be chosen, from the top down."""
        return (
            self.pair, self.iline, self.iline_width, self.xline, self.xline_width, self.gathers, self.offset,
            self.domain, self.interval, self.format, self.order, self.x_byte, self.y_byte, self.scalar, self.crs,
        )  # fmt: skip

    @property
    def open_question(self) -> str:
        """What has to be chosen still; empty for nothing."""
        asked = self.gathers.isEnabled() and not self.gathers.currentIndex() and not self.is_das
        return "choose an offset, or the mean" if asked else ""

    @property
    def is_das(self) -> bool:
        """Whether the file is said to be a DAS recording, of which no header is asked."""
        return DOMAINS[self.domain.currentText()] == "das"

    @property
    def lines(self) -> LineBytes | None:
        """The bytes of the line numbers; None for those of a line, which has no such pair."""
        if not self.iline.value() or not self.xline.value() or self.is_das:
            return None
        return LineBytes(self.iline.value(), self.xline.value(), *self._widths())

    def show_candidates(self, look: "SegyLook") -> None:
        """List the pairs that another look at the file has found."""
        self.pair.blockSignals(True)
        self.pair.clear()
        for each in look.candidates:
            self.pair.addItem(candidate_words(each), each.lines)
        self.pair.addItem(OTHER, None)
        self._find_pair()
        self.pair.blockSignals(False)

    def _fill(self, look: "SegyLook") -> None:
        layout = look.layout
        self.domain.addItems(list(DOMAINS))
        self.order.addItems(list(ORDERS))
        self.format.addItem(f"as the headers say ({layout.sample_format.words})", None)
        for each in FORMATS.values():
            self.format.addItem(each.words, each.name)
        self.interval.setRange(0.0, 100_000.0)
        self.interval.setDecimals(4)
        stated = f"{layout.interval_us / 1000:g}" if layout.interval_us else "none"
        self.interval.setSpecialValueText(f"as the headers say ({stated})")
        self.interval.setToolTip("From one sample to the next: ms, or the file's unit of length")
        self.samples.setRange(0, 1_000_000)
        self.samples.setSpecialValueText(
            "as the headers say" if look.options.samples else f"as the headers say ({layout.n_samples:,})"
        )
        self.samples.setToolTip("Samples of each trace, where all headers lie about them")
        self.scalar.setValidator(QIntValidator(-32768, 32767, self.scalar))
        self.scalar.setPlaceholderText("as the headers say")
        self.scalar.setToolTip("Of coordinates: 10 multiplies by 10, -100 divides by 100")
        self.crs.setPlaceholderText("unknown")
        self.crs.setToolTip("Coordinate reference system of X and Y, as in EPSG:23031")
        self.gathers.addItems(list(GATHERS))

    def show_gathers(self, look: "SegyLook") -> None:
        """Ask what is read of each gather, where a look at the file has found any."""
        gathers = look.gathers
        self.gathers.setEnabled(gathers is not None)
        for part in (self.gathers, self.offset):
            self._form.setRowVisible(part, gathers is not None)
        if gathers is not None:
            self.offset.setRange(gathers.lowest, gathers.highest)
            self.offset.setSingleStep(max(1, round(gathers.step)))
            numbered = look.options.offset_byte not in {None, OFFSET_BYTE}
            self.offset.setSuffix("" if numbered else " ft" if look.layout.feet else " m")
            self.offset.setToolTip(f"One of {gathers.n_offsets}; of others the nearest is read")

    def _lay_out(self) -> None:
        form = self._form
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Line numbers", self.pair)
        form.addRow("Inline at byte", _row(self.iline, self.iline_width))
        form.addRow("Crossline at byte", _row(self.xline, self.xline_width))
        form.addRow("Of each gather", self.gathers)
        form.addRow("Offset", self.offset)
        form.addRow("Samples are in", self.domain)
        self.domain.setMinimumContentsLength(16)
        self.domain.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        form.addRow("Interval", self.interval)
        form.addRow("Samples a trace", self.samples)
        form.addRow("Stored as", self.format)
        form.addRow("Byte order", self.order)
        form.addRow("X, Y at bytes", _row(self.x_byte, self.y_byte))
        form.addRow("Scalar of X, Y", self.scalar)
        form.addRow("Coordinates", self.crs)
        form.addRow("Offset at byte", self.offset_byte)
        self.pair.setMinimumContentsLength(24)
        self.pair.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def _take(self, look: "SegyLook") -> None:
        """Show what was chosen before, and the best candidate."""
        options = look.options
        best = best_lines(look)
        self.iline.setValue(options.iline_byte or (best.iline if best else 0))
        self.xline.setValue(options.xline_byte or (best.xline if best else 0))
        for box, width in zip((self.iline_width, self.xline_width), options.widths, strict=True):
            box.setCurrentIndex(0 if width == 4 else 1)
        self.domain.setCurrentIndex(
            max(0, [*DOMAINS.values()].index(options.domain if options.domain != "twt" else None))
        )
        self.interval.setValue(options.interval_ms or 0.0)
        self.samples.setValue(options.samples or 0)
        self.offset_byte.setValue(options.offset_byte or 0)
        self.format.setCurrentIndex(max(0, self.format.findData(options.sample_format)))
        self.order.setCurrentIndex(list(ORDERS.values()).index(options.order))
        self.x_byte.setValue(options.x_byte or 0)
        self.y_byte.setValue(options.y_byte or 0)
        self.scalar.setText(str(options.scalar or ""))
        self.crs.setText(options.crs or "")
        self.gathers.setCurrentIndex(1 if options.stack else 2 if options.offset is not None else 0)
        self.offset.setValue(options.offset or 0)
        self.offset.setEnabled(options.offset is not None)
        self._find_pair()

    def _connect(self) -> None:
        self.pair.currentIndexChanged.connect(self._chosen)
        for spin in (self.iline, self.xline):
            spin.valueChanged.connect(self._typed)
        for box in (self.iline_width, self.xline_width):
            box.currentIndexChanged.connect(self._typed)
        self.gathers.currentIndexChanged.connect(lambda index: self.offset.setEnabled(index == 2))
        self.offset.editingFinished.connect(self._to_an_offset)
        for box in (self.domain, self.order, self.format, self.gathers):
            box.currentIndexChanged.connect(self._tell)
        for field in (self.x_byte, self.y_byte, self.offset, self.interval, self.samples, self.offset_byte):
            field.valueChanged.connect(self._tell)
        for text in (self.scalar, self.crs):
            text.editingFinished.connect(self.changed)

    def _chosen(self, index: int) -> None:
        lines = self.pair.itemData(index)
        if lines is None:
            self.iline.setFocus()
            self.iline.selectAll()
            return
        parts = (self.iline, self.xline, self.iline_width, self.xline_width)
        for part in parts:
            part.blockSignals(True)
        self.iline.setValue(lines.iline)
        self.xline.setValue(lines.xline)
        self.iline_width.setCurrentIndex(0 if lines.fields[0][1] == 4 else 1)
        self.xline_width.setCurrentIndex(0 if lines.fields[1][1] == 4 else 1)
        for part in parts:
            part.blockSignals(False)
        self.changed.emit()

    def _typed(self, _value: object = None) -> None:
        self.pair.blockSignals(True)
        self._find_pair()
        self.pair.blockSignals(False)
        self.changed.emit()

    def _to_an_offset(self) -> None:
        """Go to the nearest offset that there is, where they are evenly spaced."""
        step, low = self.offset.singleStep(), self.offset.minimum()
        if (self.offset.maximum() - low) % step == 0:
            self.offset.setValue(low + round((self.offset.value() - low) / step) * step)

    def _tell(self, _value: object = None) -> None:
        self.changed.emit()

    def _find_pair(self) -> None:
        lines = self.lines
        places = [place for place in range(self.pair.count()) if self.pair.itemData(place) == lines]
        self.pair.setCurrentIndex(places[0] if places and lines is not None else self.pair.count() - 1)

    def _widths(self) -> tuple[int, int]:
        first, second = (4 if box.currentIndex() == 0 else 2 for box in (self.iline_width, self.xline_width))
        return first, second

    def _byte(self, what: str, *, free: bool = False) -> QSpinBox:
        box = QSpinBox(self)
        box.setRange(0, LAST_BYTE)
        box.setSpecialValueText("as usual" if free else "none")
        box.setToolTip(f"First byte of {what} in each trace header, counted from 1")
        return box

    def _width(self) -> QComboBox:
        box = QComboBox(self)
        box.addItems(["4 bytes", "2 bytes"])
        return box


def _row(*parts: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for part in parts:
        row.addWidget(part, 1)
    return row
