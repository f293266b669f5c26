"""A survey's session as it was left, with what takes long the first time: done in a thread."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey
    from napari_geofm.session import Session

__all__ = ["restored"]


def restored(survey: "Survey") -> "Session":
    """Open a survey's session, with what takes long the first time."""
    from napari_geofm.session import Session

    session = Session(survey)
    try:
        _ = session.stretch
    except BaseException:
        session.close()
        raise
    return session
