"""What a session keeps beside the labels: classes, place, settings, model; read with mistrust, written whole."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from napari_geofm.core.amplitude import Stretch
from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.session.chain_state import ChainState
from napari_geofm.session.settings import SessionSettings
from napari_geofm.session.time_fit import TimeFit
from napari_geofm.session.undoing import ClassState

__all__ = ["FORMAT", "NAME", "SessionDocument", "tiles_of"]

NAME = "session.json"
FORMAT = 1

T = TypeVar("T")

_WRONG = (GeoFMError, TypeError, ValueError, KeyError, AttributeError, OverflowError)
"""What reading a document of the wrong form may raise."""


def _beginning() -> ClassState:
    return ClassState(ClassTable.named(["class 1", "class 2"]))


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
    earlier_models
        Names of the models used before it, oldest first.
    fingerprint
        Of the survey that the labels belong to; empty where none is known.
    tiles
        Names of a folder's tiles, in the order of the labels; empty for other surveys.
    chain
        What a recording is seen through; None where nothing is known of it.
    times
        When the samples of a recording, and with them the labels, were recorded; None where that is not known.
    """

    classes: ClassState = field(default_factory=_beginning)
    place: At | None = None
    settings: SessionSettings = field(default_factory=SessionSettings)
    stretch: Stretch | None = None
    model: str = ""
    earlier_models: tuple[str, ...] = ()
    fingerprint: str = ""
    tiles: tuple[str, ...] = ()
    chain: ChainState | None = None
    times: TimeFit | None = None

    def plain(self, survey: Survey) -> dict[str, Any]:
        """Return what the file holds; the survey's path, fingerprint, tiles and times are those of today."""
        state, times = self.classes, TimeFit.of(survey)
        return {
            "format": FORMAT,
            "survey": str(survey.path.absolute()),
            "fingerprint": survey.fingerprint,
            "shape": list(survey.shape),
            "tiles": list(tiles_of(survey)),
            "classes": [dataclasses.asdict(info) for info in state.table],
            "current_class": state.current,
            "locked": sorted(state.locked),
            "complete": sorted(state.complete),
            "drawn": sorted(state.drawn),
            "renumbered": state.renumbered,
            "place": str(self.place) if self.place is not None and self.place.axis else "",
            "settings": dataclasses.asdict(self.settings),
            "stretch": dataclasses.asdict(self.stretch) if self.stretch is not None else None,
            "model": self.model,
            "earlier_models": list(self.earlier_models),
            **({"recording": dataclasses.asdict(times)} if times is not None else {}),
            **({"processing": self.chain.plain()} if self.chain is not None and survey.kind == "das" else {}),
        }

    @classmethod
    def of(cls, plain: dict[str, Any]) -> "SessionDocument":
        """Read what :meth:`plain` returns.

        What matters little (place, settings, stretch, model) is passed over where it is wrong.

        Raises
        ------
        ValueError
            When the classes cannot be read, or a later release wrote the document.
        """
        try:
            if int(plain["format"]) > FORMAT:
                raise ValueError(f"format {plain['format']}")
            state = _state(plain)
        except _WRONG as error:
            raise ValueError("no classes of a session") from error
        stretch = plain.get("stretch")
        chain = _or(None, lambda: ChainState.from_plain(plain["processing"]) if "processing" in plain else None)
        # What was fitted to amplitudes that are processed otherwise now would show nothing.
        stretch = stretch if chain is not None or "processing" not in plain else None
        return cls(
            classes=state,
            place=_or(None, lambda: At.parse(str(plain["place"])) if plain.get("place") else None),
            settings=_or(SessionSettings(), lambda: SessionSettings.from_plain(dict(plain["settings"]))),
            stretch=_or(None, lambda: Stretch(float(stretch["low"]), float(stretch["high"])) if stretch else None),
            model=str(plain.get("model") or ""),
            earlier_models=_or((), lambda: tuple(str(each) for each in plain.get("earlier_models", ()))),
            fingerprint=str(plain.get("fingerprint") or ""),
            tiles=_or((), lambda: tuple(str(each) for each in plain.get("tiles", ()))),
            chain=chain,
            times=_or(None, lambda: TimeFit.from_plain(plain["recording"]) if "recording" in plain else None),
        )


def tiles_of(survey: Survey) -> tuple[str, ...]:
    """Return the names of a folder's tiles; empty for other surveys."""
    return tuple(str(name) for name in survey.axis("tile").values) if survey.kind == "tiles" else ()


def _state(plain: dict[str, Any]) -> ClassState:
    table = ClassTable(tuple(ClassInfo(str(each["name"]), str(each["colour"])) for each in plain["classes"]))
    fitting = range(len(table))
    current = _or(0, lambda: int(plain.get("current_class", 0)))
    return ClassState(
        table,
        current if current in fitting else 0,
        _or(frozenset(), lambda: frozenset(int(each) for each in plain.get("locked", ()) if int(each) in fitting)),
        _or(frozenset(), lambda: frozenset(str(each) for each in plain.get("complete", ()))),
        _or(frozenset(), lambda: frozenset(str(each) for each in plain.get("drawn", ()))),
        int(plain.get("renumbered", 0)),
    )


def _or(default: T, read: Callable[[], T]) -> T:
    try:
        return read()
    except _WRONG:
        return default
