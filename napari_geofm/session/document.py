"""What a session keeps beside the labels: classes, place, settings, model; read with mistrust, written whole."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.session.session_folder import SessionFolder
from napari_geofm.session.settings import SessionSettings
from napari_geofm.session.undoing import ClassState

__all__ = ["SessionDocument"]

NAME = "session.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class SessionDocument:
    """The contents of ``session.json``.

    Attributes
    ----------
    classes
        Classes and what is noted of them.
    place
        The section last looked at, or None.
    settings
        How the survey is seen.
    stretch
        Amplitudes shown as black and white, or None before they were fitted.
    model
        Name of the model in use, empty for none.
    fingerprint
        Of the survey that the labels belong to.
    notices
        What the interpreter should know about how it was read.
    """

    classes: ClassState = field(default_factory=lambda: ClassState(ClassTable.named(["class 1", "class 2"])))
    place: At | None = None
    settings: SessionSettings = field(default_factory=SessionSettings)
    stretch: Stretch | None = None
    model: str = ""
    fingerprint: str = ""
    notices: tuple[str, ...] = ()

    @classmethod
    def read(cls, folder: SessionFolder, survey: Survey) -> "SessionDocument":
        """Read what is kept; of a damaged document the newest whole backup, else the defaults."""
        damaged = (folder.path / NAME).exists()
        plain = folder.read(NAME)
        if plain is not None:
            return cls._of(plain, survey, ())
        for backup in reversed(folder.backups()):
            plain = SessionFolder.read_document(backup / NAME)
            if plain is not None:
                return cls._of(plain, survey, ("The session's file was damaged; the last backup is used",))
        return cls(notices=("The session's file was damaged and set aside; classes begin anew",) if damaged else ())

    def write(self, folder: SessionFolder, survey: Survey) -> None:
        """Replace the document as a whole."""
        state = self.classes
        folder.write(
            NAME,
            {
                "format": FORMAT,
                "survey": str(survey.path),
                "fingerprint": survey.fingerprint,
                "shape": list(survey.shape),
                "classes": [dataclasses.asdict(info) for info in state.table],
                "current_class": state.current,
                "locked": sorted(state.locked),
                "complete": sorted(state.complete),
                "place": str(self.place) if self.place is not None and self.place.axis else "",
                "settings": dataclasses.asdict(self.settings),
                "stretch": dataclasses.asdict(self.stretch) if self.stretch is not None else None,
                "model": self.model,
            },
        )

    @classmethod
    def _of(cls, plain: dict[str, Any], survey: Survey, notices: tuple[str, ...]) -> "SessionDocument":
        known = str(plain.get("fingerprint", ""))
        same = known in {"", survey.fingerprint}
        if not same:
            notices += (f"{survey.path.name} has changed since this session; the labels are kept where they were",)
        try:
            stretch = plain.get("stretch")
            return cls(
                classes=_classes(plain),
                place=At.parse(str(plain["place"])) if plain.get("place") else None,
                settings=SessionSettings.from_plain(dict(plain.get("settings", {}))),
                stretch=Stretch(float(stretch["low"]), float(stretch["high"])) if same and stretch else None,
                model=str(plain.get("model", "")),
                fingerprint=known,
                notices=notices,
            )
        except (GeoFMError, TypeError, ValueError, KeyError, AttributeError):
            return cls(notices=(*notices, "Part of the session's file could not be read; classes begin anew"))


def _classes(plain: dict[str, Any]) -> ClassState:
    table = ClassTable(tuple(ClassInfo(str(each["name"]), str(each["colour"])) for each in plain.get("classes", ())))
    fitting = range(len(table))
    return ClassState(
        table,
        int(plain.get("current_class", 0)) if int(plain.get("current_class", 0)) in fitting else 0,
        frozenset(int(number) for number in plain.get("locked", ()) if int(number) in fitting),
        frozenset(str(each) for each in plain.get("complete", ())),
    )
