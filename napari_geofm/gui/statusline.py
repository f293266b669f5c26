"""What lies under the mouse: line numbers, time, coordinates, amplitude, class, confidence."""

from typing import TYPE_CHECKING

import numpy as np
from qtpy.QtCore import QObject

from napari_geofm.core.axis import Axis

if TYPE_CHECKING:
    from napari import Viewer

    from napari_geofm.core.section import Section
    from napari_geofm.gui.section_view import SectionView
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
        viewer.mouse_move_callbacks.append(self._moved)

    def _moved(self, viewer: "Viewer", _event: object) -> None:
        section = self._view.section
        if section is None:
            return
        row, column = (round(float(each)) for each in self._view.layers.amplitude.world_to_data(viewer.cursor.position))
        if not (0 <= row < section.shape[0] and 0 <= column < section.shape[1]):
            return
        for axis, place in ((section.rows, row), (section.columns, column)):
            if axis.is_numeric:
                self._session.point_out(axis.name, float(axis.values[place]))
        self.text = under(self._session, self._view, row, column)
        # napari writes its own text after this callback; what comes last is seen.
        from qtpy.QtCore import QTimer

        QTimer.singleShot(0, self._write)

    def _write(self) -> None:
        self._viewer.status = self.text


def under(session: "Session", view: "SectionView", row: int, column: int) -> str:
    """Return what lies at a sample of the section on the screen, in an interpreter's words."""
    section = view.section
    if section is None:
        return ""
    words = [f"{section.at.axis} {section.at.value:g}"] if isinstance(section.at.value, int | float) else []
    words += [_said(section.columns, column), _said(section.rows, row)]
    words += _coordinates(session, section, row, column)
    value = float(section.values[row, column])
    words.append(f"amplitude {value:.5g}" if np.isfinite(value) else "no trace")
    label = int(view.layers.labels.data[row, column])
    if 0 < label <= len(session.classes):
        words.append(f"labelled {session.classes.names[label - 1]}")
    if view.prediction is not None:
        _, classes, confidence = view.prediction
        number = int(classes[row, column])
        if number < len(session.classes):
            words.append(f"predicted {session.classes.names[number]}, confidence {confidence[row, column]:.2f}")
    return "   ".join(words)


def _said(axis: Axis, place: int) -> str:
    value = axis.values[place]
    number = f"{float(value):.10g}" if axis.is_numeric else str(value)
    name = {"twt": "time"}.get(axis.name, axis.name)
    return f"{name} {number}{f' {axis.units}' if axis.units not in {'', 'px'} else ''}"


def _coordinates(session: "Session", section: "Section", row: int, column: int) -> list[str]:
    """Return X and Y of the trace, where the headers give coordinates."""
    affine = getattr(session.survey.template, "affine", None)
    if affine is None:
        return []
    numbers = {section.at.axis: section.at.value}
    numbers |= {section.rows.name: section.rows.values[row], section.columns.name: section.columns.values[column]}
    if "inline" not in numbers or "crossline" not in numbers:
        return []
    x, y = affine.xy(float(numbers["inline"] or 0), float(numbers["crossline"] or 0))
    return [f"X {x:.1f}  Y {y:.1f}"]
