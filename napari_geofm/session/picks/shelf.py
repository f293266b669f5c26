"""The interpretations of a session: kept with it, named, coloured, shown or hidden."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psygnal import Signal

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.interpretations.reading import Interpretation

__all__ = ["FOLDER", "Pick", "PickShelf"]

FOLDER = "interpretations"
_LIST = "list.json"

COLOURS = ("#ffd700", "#00e5ff", "#ff5ca8", "#7cff4f", "#ff9d3b", "#b388ff", "#ffffff", "#4fa3ff")
"""Bright on gray amplitudes, one after the other."""

FAULT_COLOURS = ("#ff3b30", "#ff8a80", "#d500f9", "#ff6d00")


@dataclass(frozen=True, slots=True, eq=False)
class Pick:
    """An interpretation as a session keeps it.

    Attributes
    ----------
    number
        Its own in the session, never given twice.
    what
        Horizon, fault or polygon, with its name.
    colour
        ``#rrggbb``.
    visible
        Whether it is seen.
    source
        Name of the file it came from.
    """

    number: int
    what: Interpretation
    colour: str
    visible: bool = True
    source: str = ""

    @property
    def name(self) -> str:
        """What interpreters call it."""
        return self.what.name


class PickShelf:
    """Interpretations in the order in which they came.

    Signal (psygnal): ``changed()``.

    Parameters
    ----------
    folder
        The session's.
    survey
        What they belong to; those of another shape are left out, and told of in ``notices``.
    writable
        False: what is imported is seen, and gone afterwards.
    """

    changed = Signal()

    def __init__(self, folder: Path, survey: Survey, *, writable: bool) -> None:
        self._folder, self._survey, self._writable = folder / FOLDER, survey, writable
        self.notices: list[str] = []
        self._items: list[Pick] = []
        self._next = 1
        self._read()

    @property
    def items(self) -> tuple[Pick, ...]:
        """All of them."""
        return tuple(self._items)

    def of_kind(self, kind: str) -> tuple[Pick, ...]:
        """Return the ``"horizon"``, ``"fault"`` or ``"polygon"`` ones."""
        return tuple(each for each in self._items if each.what.kind == kind)

    def add(self, found: Iterable[Interpretation], source: str = "") -> tuple[Pick, ...]:
        """Take interpretations in; a name that is there already gets a number.

        Raises
        ------
        OutputError
            When they cannot be written to the session's folder; none is taken then.
        """
        before, added = list(self._items), []
        for what in found:
            named = what.renamed(self._free(what.name))
            table = FAULT_COLOURS if what.kind == "fault" else COLOURS
            colour = table[len(self.of_kind(what.kind)) % len(table)]
            added.append(Pick(self._next, named, colour, source=source))
            self._items.append(added[-1])
            self._next += 1
        try:
            for pick in added:
                self._write_arrays(pick)
            self._write_list()
        except GeoFMError:
            self._items = before
            raise
        self.changed.emit()
        return tuple(added)

    def change(self, number: int, *, name: str = "", colour: str = "", visible: bool | None = None) -> None:
        """Rename, recolour, show or hide one."""
        for place, pick in enumerate(self._items):
            if pick.number != number:
                continue
            what = pick.what
            if name.strip() and name.strip() != pick.name:
                what = what.renamed(self._free(name.strip()))
            seen = pick.visible if visible is None else visible
            changed = replace(pick, what=what, colour=colour or pick.colour, visible=seen)
            if (changed.name, changed.colour, changed.visible) != (pick.name, pick.colour, pick.visible):
                self._items[place] = changed
                self._write_list()
                self.changed.emit()

    def show_or_hide(self) -> None:
        """Hide all that are seen; where none is, show all."""
        shown = not any(each.visible for each in self._items)
        if self._items:
            self._items = [replace(each, visible=shown) for each in self._items]
            self._write_list()
            self.changed.emit()

    def remove(self, number: int) -> None:
        """Take one out; the file it came from stays, and so do labels made of it."""
        kept = [each for each in self._items if each.number != number]
        if len(kept) != len(self._items):
            self._items = kept
            self._write_list()
            if self._writable:
                self._file(number).unlink(missing_ok=True)
            self.changed.emit()

    def _free(self, name: str) -> str:
        names = {each.name for each in self._items}
        found, count = name, 2
        while found in names:
            found, count = f"{name} {count}", count + 1
        return found

    def _file(self, number: int) -> Path:
        return self._folder / f"{number}.npz"

    def _write_arrays(self, pick: Pick) -> None:
        if self._writable:
            with replacing(self._file(pick.number), overwrite=True) as beside:
                np.savez_compressed(beside, allow_pickle=False, **_arrays(pick.what))

    def _write_list(self) -> None:
        if not self._writable:
            return
        plain = [
            {
                "number": each.number,
                "kind": each.what.kind,
                "name": each.name,
                "colour": each.colour,
                "visible": each.visible,
                "source": each.source,
            }
            for each in self._items
        ]
        with replacing(self._folder / _LIST, overwrite=True) as beside:
            beside.write_text(json.dumps({"next": self._next, "interpretations": plain}, indent=1), encoding="utf-8")

    def _read(self) -> None:
        """Read what is kept; what is damaged or of another survey is left out, and its file stays."""
        if not (self._folder / _LIST).is_file():
            return
        # Whatever becomes of the list, no file that is there is written over.
        numbers = [int(file.stem) for file in self._folder.glob("*.npz") if file.stem.isdecimal()]
        self._next = max(numbers, default=0) + 1
        try:
            plain = json.loads((self._folder / _LIST).read_text(encoding="utf-8"))
            listed = list(plain["interpretations"])
            self._next = max(self._next, int(plain["next"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            self.notices.append(f"The list of interpretations in {self._folder} is damaged; import them anew")
            return
        for each in listed:
            try:
                number = int(each["number"])
                with self._file(number).open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
                    what = _interpretation(str(each["kind"]), str(each["name"]), dict(arrays), self._survey)
                self._items.append(Pick(number, what, str(each["colour"]), bool(each["visible"]), str(each["source"])))
            except Exception as error:  # noqa: BLE001 - whatever a damaged file makes numpy and zipfile raise
                name = each.get("name", "?") if isinstance(each, dict) else "?"
                self.notices.append(f"Interpretation '{name}' cannot be read ({error}); import it anew")


def _arrays(what: Interpretation) -> dict[str, NDArray[Any]]:
    if isinstance(what, Horizon):
        return {"z": what.z}
    if isinstance(what, FaultSticks):
        lengths = np.array([len(stick) for stick in what.sticks], np.int64)
        return {"nodes": np.concatenate(what.sticks) if what.sticks else np.empty((0, 3)), "lengths": lengths}
    lengths = np.array([len(ring) for ring in what.rings], np.int64)
    return {"corners": np.concatenate(what.rings), "lengths": lengths, "at": np.array(str(what.at))}


def _interpretation(kind: str, name: str, arrays: dict[str, NDArray[Any]], survey: Survey) -> Interpretation:
    if kind == "horizon":
        z = np.asarray(arrays["z"], np.float32)
        if z.shape != survey.shape[:-1]:
            raise ValueError(f"it has {' x '.join(map(str, z.shape))} traces, the survey another number")
        return Horizon(name, z)
    ends = np.cumsum(arrays["lengths"])[:-1]
    if kind == "fault":
        return FaultSticks(name, tuple(np.split(np.asarray(arrays["nodes"], np.float64), ends)))
    words = str(arrays["at"])
    at = At() if words == "whole" else At.parse(words)
    return Polygon(name, at, tuple(np.split(np.asarray(arrays["corners"], np.float64), ends)))
