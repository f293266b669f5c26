"""The craters of a session: kept with it, changed step by step, filtered by size and confidence."""

import dataclasses
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psygnal import Signal

from napari_geofm.core.craters.catalogue import Catalogue
from napari_geofm.core.craters.crater import Crater
from napari_geofm.core.craters.ground import PlaneOnBody
from napari_geofm.core.craters.windows import columns_around
from napari_geofm.core.survey import Survey
from napari_geofm.errors import OutputError
from napari_geofm.io.atomic import replacing
from napari_geofm.io.raster.ground import Ground

__all__ = ["CraterFilter", "CraterShelf"]

FILE = "craters.json"
MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class CraterFilter:
    """Which craters are shown and taken home.

    Attributes
    ----------
    smallest, largest
        Diameter, km (px without a ground).
    confidence
        Least confidence, 0 to 1.
    """

    smallest: float = 0.0
    largest: float = math.inf
    confidence: float = 0.0

    def holds(self, crater: Crater) -> bool:
        """Tell whether a crater is shown."""
        return self.smallest <= crater.size <= self.largest and crater.confidence >= self.confidence


class CraterShelf:
    """The craters of an image; each change is a step that can be taken back.

    Signals (psygnal): ``changed()`` of craters or filter, ``chosen_changed()``.

    Parameters
    ----------
    folder
        The session's.
    survey
        The image.
    writable
        False: craters are seen, and gone afterwards.
    """

    changed = Signal()
    chosen_changed = Signal()

    def __init__(self, folder: Path, survey: Survey, *, writable: bool) -> None:
        self.ground = Ground.of(survey.template)
        self._file, self._writable = folder / FILE, writable
        self.notices: list[str] = []
        self._all: tuple[Crater, ...] = self._read()
        self._before: list[tuple[str, tuple[Crater, ...]]] = []
        self._after: list[tuple[str, tuple[Crater, ...]]] = []
        self._filter = CraterFilter()
        self._chosen: Crater | None = None
        self.visible = True

    @property
    def unit(self) -> str:
        """Unit of diameters."""
        return "px" if self.ground is None else "km"

    @property
    def catalogue(self) -> Catalogue:
        """All craters."""
        return Catalogue(self._all, None if self.ground is None else self.ground.body)

    @property
    def shown(self) -> Catalogue:
        """The craters that the filter lets through."""
        few = tuple(each for each in self._all if self._filter.holds(each))
        return dataclasses.replace(self.catalogue, craters=few)

    @property
    def filter(self) -> CraterFilter:
        """Which are shown."""
        return self._filter

    @property
    def chosen(self) -> Crater | None:
        """The one that is pointed out."""
        return self._chosen

    @property
    def undo_text(self) -> str:
        """What would be taken back; empty for nothing."""
        return self._before[-1][0] if self._before else ""

    @property
    def redo_text(self) -> str:
        """What would be done again; empty for nothing."""
        return self._after[-1][0] if self._after else ""

    def set_filter(self, wanted: CraterFilter) -> None:
        """Show others."""
        if wanted != self._filter:
            self._filter = wanted
            self._let_go()
            self.changed.emit()

    def choose(self, crater: Crater | None) -> None:
        """Point one out."""
        if crater is not self._chosen:
            self._chosen = crater
            self.chosen_changed.emit()

    def show(self, *, on: bool) -> None:
        """Show the circles, or hide them."""
        if on != self.visible:
            self.visible = on
            self.changed.emit()

    def replace_all(self, craters: Iterable[Crater], what: str) -> None:
        """Have other craters."""
        self._do(what, tuple(craters))

    def add(self, crater: Crater) -> Crater:
        """Take one in, and point it out; its place on the ground is that of its pixels."""
        known = self.placed(crater)
        self._do("crater drawn", (*self._all, known))
        self.choose(known)
        return known

    def change(self, crater: Crater, row: float, column: float, diameter_px: float) -> Crater:
        """Give one another centre or size, which a person says: it is sure, and its ellipse and residual are gone."""
        moved = self.placed(Crater(row, column, diameter_px))
        self._do("circle adjusted", tuple(moved if each is crater else each for each in self._all))
        self.choose(moved)
        return moved

    def remove(self, crater: Crater) -> None:
        """Take one out."""
        left = tuple(each for each in self._all if each is not crater)
        if len(left) < len(self._all):
            self._do("crater removed", left)

    def undo(self) -> str:
        """Take the last step back; return what it was."""
        return self._step(self._before, self._after)

    def redo(self) -> str:
        """Do a step again; return what it was."""
        return self._step(self._after, self._before)

    def placed(self, crater: Crater) -> Crater:
        """Return a crater of pixels with its place and size on the ground."""
        if self.ground is None:
            return crater
        lon, lat = (float(each) for each in self.ground.lonlat(crater.row, crater.column))
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return crater
        km = crater.diameter_px / PlaneOnBody(self.ground, lat, lon).unit_px
        around = columns_around(self.ground.shape, self.ground)
        # Beyond the end of a map whose ends meet it lies at the other one.
        column = crater.column if around is None else (crater.column + 0.5) % around - 0.5
        return dataclasses.replace(crater, column=column, lat=lat, lon=lon, diameter_km=km)

    def _do(self, what: str, craters: tuple[Crater, ...]) -> None:
        self._before.append((what, self._all))
        del self._before[:-MOST_STEPS]
        self._after.clear()
        self._take(craters)

    def _step(self, source: list[tuple[str, tuple[Crater, ...]]], target: list[tuple[str, tuple[Crater, ...]]]) -> str:
        if not source:
            return ""
        what, craters = source.pop()
        target.append((what, self._all))
        self._take(craters)
        return what

    def _take(self, craters: tuple[Crater, ...]) -> None:
        self._all = craters
        self._let_go()
        self._write()
        self.changed.emit()

    def _let_go(self) -> None:
        """Point nothing out that is not shown."""
        chosen = self._chosen
        if chosen is not None and not any(each is chosen for each in self.shown):
            self.choose(None)

    def _write(self) -> None:
        """Keep what there is; a full disk is told, and what is on the screen stays."""
        if not self._writable:
            return
        plain = [
            {
                name: None if isinstance(value, float) and math.isnan(value) else value
                for name, value in dataclasses.asdict(each).items()
            }
            for each in self._all
        ]
        try:
            with replacing(self._file, overwrite=True) as beside:
                beside.write_text(json.dumps({"craters": plain}), encoding="utf-8")
        except OutputError as error:
            self.notices.append(str(error))

    def _read(self) -> tuple[Crater, ...]:
        if not self._file.is_file():
            return ()
        try:
            plain = json.loads(self._file.read_text(encoding="utf-8"))["craters"]
            return tuple(_crater(each) for each in plain)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            self.notices.append(f"{self._file} is damaged; find or import the craters anew")
            return ()


def _crater(plain: dict[str, Any]) -> Crater:
    if plain.get("residual") is None:
        plain["residual"] = math.nan
    found = Crater(**plain)
    if not all(math.isfinite(each) for each in (found.row, found.column, found.diameter_px)):
        raise ValueError("a crater without a place")
    return found
