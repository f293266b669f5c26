"""The list of events as a table that sorts."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from qtpy.QtCore import QAbstractTableModel, QModelIndex, Qt
from qtpy.QtGui import QColor, QPixmap

from napari_geofm.core.das.event_list import EventList
from napari_geofm.core.das.fibre_event import FibreEvent

__all__ = ["COLUMNS", "SORTED", "EventsModel"]

SORTED = Qt.ItemDataRole.UserRole + 1
"""Role of the numbers that a column is sorted by."""

KM_PER_H = 3.6


@dataclass(frozen=True, slots=True)
class _Column:
    """What a column is called, and what it is."""

    name: str
    what: str


COLUMNS = (
    _Column("class", "Class of the event"),
    _Column("start", "First onset: UTC, or s from the recording's start"),
    _Column("s", "Length in s, to the end of its mask"),
    _Column("ch", "Channels with an onset"),
    _Column("m/s", "Apparent velocity along the fibre; above 0 it runs towards larger distances"),
    _Column("sure", "Mean confidence of the prediction"),
)


class EventsModel(QAbstractTableModel):
    """Events in rows; their positions in the list are those of the rows."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.events: EventList | None = None

    def show(self, events: EventList | None) -> None:
        """Show other events."""
        self.beginResetModel()
        self.events = events
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802  (Qt's name)
        """Count of events."""
        return 0 if self.events is None or (parent is not None and parent.isValid()) else len(self.events)

    def columnCount(self, parent: QModelIndex | None = None) -> int:  # noqa: N802  (Qt's name)
        """Count of columns."""
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:  # noqa: N802  (Qt's name)
        """Return a column's name, or what it is."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            numbered = self.events is not None and not self.events.unit
            return "ch/s" if numbered and COLUMNS[section].name == "m/s" else COLUMNS[section].name
        return COLUMNS[section].what if role == Qt.ItemDataRole.ToolTipRole else None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows, is sorted by, or tells."""
        if self.events is None or not index.isValid():
            return None
        event, column = self.events.events[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(event, column)
        if role == SORTED:
            return self._key(event, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tip(event)
        if role == Qt.ItemDataRole.TextAlignmentRole and column >= 2:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DecorationRole and column == 0 and event.kind < len(self.events.classes):
            swatch = QPixmap(10, 10)
            swatch.fill(QColor(self.events.classes.infos[event.kind].colour))
            return swatch
        return None

    def _text(self, event: FibreEvent, column: int) -> str:
        events = self.events
        assert events is not None
        if column == 0:
            return events.name(event)
        if column == 1:
            utc = events.utc(event.start_s)
            return utc[11:22] if utc else f"{event.start_s:.3f} s"
        if column == 2:
            return f"{event.duration_s:.{0 if event.duration_s >= 100 else 1 if event.duration_s >= 10 else 2}f}"
        if column == 3:
            return str(event.channels.size)
        if column == 4:
            return _speed(event.moveout.main.velocity)
        return f"{event.confidence:.2f}" if np.isfinite(event.confidence) else ""

    def _key(self, event: FibreEvent, column: int) -> Any:
        events = self.events
        assert events is not None
        if column == 0:
            return events.name(event)
        speed = event.moveout.main.velocity
        numbers = (0.0, event.start_s, event.duration_s, float(event.channels.size), speed, event.confidence)
        # What is not known stands at the end of what is.
        return numbers[column] if np.isfinite(numbers[column]) else -np.inf

    def _tip(self, event: FibreEvent) -> str:
        events = self.events
        assert events is not None
        main, first, last = event.moveout.main, events.place[event.first], events.place[event.last]
        where = f"channels {events.channel(event.first)} to {events.channel(event.last)}"
        lines = [f"{events.name(event)}, {events.utc(event.start_s) or f'{event.start_s:.3f} s from the start'}"]
        lines.append(f"{where}, {first:.0f} to {last:.0f} {events.unit}" if events.unit else where)
        if np.isfinite(main.velocity):
            driven = f", {KM_PER_H * abs(main.velocity):.3g} km/h" if event.vehicle and events.unit == "m" else ""
            lines.append(f"{main.velocity:.4g} ± {main.velocity_error:.2g} {events.speed_unit} along the fibre{driven}")
        else:
            lines.append(f"no velocity: {main.why_none}")
        if event.apex is not None:
            flanks = (event.moveout.before.velocity, event.moveout.after.velocity)
            lines.append(f"first on channel {events.channel(event.apex)}: {flanks[0]:.4g} and {flanks[1]:.4g}")
        if np.isfinite(event.error_s).any():
            lines.append(f"onsets to ± {np.nanmedian(event.error_s):.3g} s")
        if np.isfinite(event.peak):
            lines.append(f"largest amplitude {event.peak:.3g} {events.amplitude_unit}".rstrip())
        if event.cut:
            lines.append(f"cut by {', '.join(event.cut)} of what was looked at")
        return "\n".join(lines)


def _speed(velocity: float) -> str:
    """Return an apparent velocity in few signs; "" where it is not known."""
    if not np.isfinite(velocity):
        return ""
    return f"{velocity:.0f}" if abs(velocity) >= 100 else f"{velocity:.3g}"
