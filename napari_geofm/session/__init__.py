"""What an interpreter has open, without a window: survey, labels, classes, place, models; it saves itself."""

from napari_geofm.session.backups import Backup
from napari_geofm.session.models import ModelEntry
from napari_geofm.session.presets import PRESETS
from napari_geofm.session.recent import RecentSession, forget, recent_sessions
from napari_geofm.session.resumption import Resumption
from napari_geofm.session.session import Session
from napari_geofm.session.settings import SessionSettings
from napari_geofm.session.statistics import ClassStatistics

__all__ = [
    "PRESETS",
    "Backup",
    "ClassStatistics",
    "ModelEntry",
    "RecentSession",
    "Resumption",
    "Session",
    "SessionSettings",
    "forget",
    "recent_sessions",
]
