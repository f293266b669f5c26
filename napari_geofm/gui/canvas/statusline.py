"""What lies under the mouse: line numbers, time, coordinates, amplitude, class, confidence."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QObject, QTimer

from napari_geofm.core.axis import Axis
from napari_geofm.core.utc import utc_words
from napari_geofm.gui.canvas.ground_words import ground_words
from napari_geofm.gui.parts.words import NAMES, axis_number
from napari_geofm.io.raster import Ground

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.core.section import Section
    from napari_geofm.gui.canvas.section_view import SectionView
    from napari_geofm.session import Session

__all__ = ["StatusLine", "under"]


class StatusLine(QObject):
    """Writes napari's status bar while the mouse moves over the section.

    Parameters
    ----------
    viewer, session, view
        Where to write, and what is open.
    """

    def __init__(
        self, viewer: "Viewer", session: "Session", view: "SectionView", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._viewer, self._session, self._view = viewer, session, view
        self.text = ""
        # However many places the mouse passes in one turn of the event loop, the last alone is written.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.refresh)
        # Every movement counts, those with a button down too, of which napari's callbacks for moves are not told.
        viewer.cursor.events.position.connect(self._moved)
        viewer.events.status.connect(self._overwritten)
        view.prediction_changed.connect(self._soon.start)

    def close(self) -> None:
        """Leave the status bar to napari."""
        self._soon.stop()
        self._viewer.cursor.events.position.disconnect(self._moved)
        self._viewer.events.status.disconnect(self._overwritten)

    def refresh(self) -> None:
        """Write what lies under the mouse."""
        # In three dimensions a click says what is there.
        place = self._place() if self._viewer.dims.ndisplay == 2 else None
        if place is None:
            self.text = ""
        else:
            section = self._view.section
            assert section is not None
            for axis, number in zip((section.rows, section.columns), place, strict=True):
                if axis.is_numeric:
                    self._session.point_out(axis.name, float(axis.values[number]))
            self.text = under(self._session, self._view, *place)
        self._viewer.status = self.text

    def _moved(self, _event: object = None) -> None:
        self._soon.start()

    def _place(self) -> tuple[int, int] | None:
        """Return row and column under the mouse, or None beside the section."""
        section = self._view.section
        if section is None:
            return None
        row, column = (round(float(each)) for each in self._layer_place())
        rows, columns = section.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def _layer_place(self) -> "tuple[float, float]":
        found = self._view.layers.amplitude.world_to_data(self._viewer.cursor.position)
        return float(found[-2]), float(found[-1])

    def _overwritten(self, event: object) -> None:
        """Write again what napari, a thread of whose computes it, has replaced by the array's own numbers."""
        value = getattr(event, "value", None)
        # Of one layer it writes a dict, of several a text in which their values follow this sign.
        numbers = isinstance(value, dict) or (isinstance(value, str) and ("»" in value or value == "[empty]"))
        if numbers:
            self._viewer.status = self.text


def under(session: "Session", view: "SectionView", row: int, column: int) -> str:
    """Return what lies at a sample of the section on the screen, in an interpreter's words."""
    section = view.section
    if section is None:
        return ""
    ground = Ground.of(session.survey.template) if session.survey.kind == "image" else None
    if ground is not None:
        around = session.settings.longitudes == "360"
        on_body = ground_words(ground, *_pixel(section, row, column), around=around)
        return "   ".join([*on_body, *_found(session, view, row, column)])
    whole = session.survey.axis(section.at.axis) if section.at.axis in session.survey.cuts else None
    words = [] if whole is None else [_said(whole, section.at.value)]
    words += [_said(section.columns, section.columns.values[column]), _said(section.rows, section.rows.values[row])]
    numbers = {
        axis.name: float(value)  # type: ignore[arg-type]
        for axis, value in (
            (whole, section.at.value),
            (section.rows, section.rows.values[row]),
            (section.columns, section.columns.values[column]),
        )
        if axis is not None and axis.is_numeric
    }
    if session.survey.kind == "das" and "time" in numbers:
        utc = utc_words(session.survey, numbers["time"], 4).replace("T", " ")
        words += [f"{utc} UTC"] if utc else []
    place = view.positions.xy(numbers)
    if place is not None:
        words.append(f"X {place[0]:.1f}  Y {place[1]:.1f}")
    return "   ".join([*words, *_found(session, view, row, column)])


def _pixel(section: "Section", row: int, column: int) -> tuple[int, int]:
    """Return the file's row and column of a sample of a section of an image."""
    rows, columns = (part for part in section.places if isinstance(part, slice))
    layout = section.layout
    return (
        rows.stop - 1 - row if layout.flip_rows else rows.start + row,
        columns.stop - 1 - column if layout.flip_columns else columns.start + column,
    )


def _found(session: "Session", view: "SectionView", row: int, column: int) -> list[str]:
    """Return amplitude, label and prediction of a sample."""
    assert view.section is not None
    value = float(view.section.values[row, column])
    data = session.shown.data
    unit = str(data.attrs.get("units", ""))
    words = [f"{data.name} {value:.5g}{f' {unit}' if unit else ''}" if np.isfinite(value) else "no trace"]
    if session.survey.kind in {"image", "tiles"} and not np.isfinite(value):
        words = ["no data"]
    label = int(view.layers.labels.data[row, column])
    names = session.classes.names
    if 0 < label <= len(names):
        words.append(f"labelled {names[label - 1]}")
    if view.prediction is not None:
        _, classes, confidence = view.prediction
        number = int(classes[row, column])
        if number < len(names):
            words.append(f"predicted {names[number]}, confidence {confidence[row, column]:.2f}")
    return words


def _said(axis: Axis, value: object) -> str:
    number = axis_number(axis, float(value)) if axis.is_numeric else str(value)  # type: ignore[arg-type]
    unit = {"px": "", "deg": "°"}.get(axis.units, f" {axis.units}" if axis.units else "")
    return f"{NAMES.get(axis.name, axis.name)} {number}{unit}"
