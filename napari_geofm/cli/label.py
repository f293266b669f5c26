"""``geofm label``: labels from horizons, fault sticks and polygons of other programs, or carried from a section."""

import dataclasses
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_geofm.cli.output import Result, reporter
from napari_geofm.cli.places import output_path
from napari_geofm.cli.segy import hints_of, remember_options
from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.core.horizon import Horizon
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.polygon import Polygon
from napari_geofm.core.progress import Progress
from napari_geofm.errors import LabelError, UsageError

if TYPE_CHECKING:
    from napari_geofm.core.classes import ClassTable
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.interpretations import Imported
    from napari_geofm.session.picks.bodies import Body

__all__ = ["run"]


@dataclass(slots=True)
class _Drawing:
    """What the options ask for, file by file."""

    survey: "Survey"
    arguments: Namespace
    table: "ClassTable | None"
    names: list[str] = field(default_factory=list)
    notes: dict[str, list[str]] = field(default_factory=dict)
    bodies: "list[Body]" = field(default_factory=list)
    polygons: list[tuple[Polygon, int]] = field(default_factory=list)

    def number(self, name: str) -> int:
        """Return a class's number; without a table a new name is a new class."""
        if self.table is not None:
            return self.table.number(name)
        if name not in self.names:
            self.names.append(name)
        return self.names.index(name)

    def read(self, file: str, kind: str) -> "Imported":
        """Read a file of picks, or what is called NAME in FILE:NAME, and keep what was found."""
        from napari_geofm.io.interpretations import read_interpretations

        path, name = _file_and_name(file)
        found = read_interpretations(path, self.survey, z_unit=self.arguments.z_unit or "", kind=kind)
        self.notes[file] = [found.format, *found.notes]
        chosen = tuple(each for each in found.interpretations if name in {"", each.name})
        if not chosen:
            msg = f"{path.name} holds no {kind} '{name}', but {_listed(each.name for each in found.interpretations)}"
            raise LabelError(msg)
        return dataclasses.replace(found, interpretations=chosen)

    def horizon(self, file: str) -> Any:
        """Return a horizon's times or depths, interpolated between its picks."""
        from napari_geofm.session.picks.gaps import without_gaps

        (horizon, *more) = self.read(file, "horizon").interpretations
        if more or not isinstance(horizon, Horizon):
            names = [each.name for each in (horizon, *more)]
            remedy = f"say which, as in {file}:{names[0]}" if len(set(names)) > 1 else "give a file for each"
            raise LabelError(f"{_file_and_name(file)[0].name} holds {len(names)} horizons, {_listed(names)}; {remedy}")
        filled, count = without_gaps(horizon)
        if count:
            self.notes[file].append(f"{count:,} traces between picks interpolated")
        return filled.z

    def draw(self) -> None:
        """Collect bodies and polygons, in the order in which they cover each other."""
        from napari_geofm.session.picks.bodies import Above, Below, Between
        from napari_geofm.session.picks.fault_body import FaultBody, fault_radii

        samples, words = self.survey.axes[-1].values.astype(np.float64), self.arguments
        for file, name in words.above:
            self.bodies.append(Above(self.horizon(file), samples, self.number(name)))
        for file, name in words.below:
            self.bodies.append(Below(self.horizon(file), samples, self.number(name)))
        for one, other, name in words.between:
            self.bodies.append(Between(self.horizon(one), self.horizon(other), samples, self.number(name)))
        for file, name in words.fault:
            radii = fault_radii(self.survey, words.thickness, words.unit)
            faults = [each for each in self.read(file, "fault").interpretations if isinstance(each, FaultSticks)]
            self.bodies += [FaultBody.of(fault, self.survey, radii, self.number(name)) for fault in faults]
        self.draw_picks()
        for file in words.polygons:
            found = self.read(file, "polygon").interpretations
            self.polygons += [(each, self.number(each.name)) for each in found if isinstance(each, Polygon)]

    def draw_picks(self) -> None:
        """Collect bands from the onsets on, and those before them."""
        from napari_geofm.io.events.pick_files import read_picks
        from napari_geofm.session.picks.onset_bands import onset_bands

        words = self.arguments
        if not words.picks and (words.onset_band is not None or words.noise):
            raise UsageError("--onset-band and --noise go with --picks: say which, as in --picks onsets.csv P")
        noise = self.number(words.noise) if words.noise else None
        for file, name in words.picks:
            path, only = _file_and_name(file)
            found = [each for each in read_picks(path, self.survey) if only in {"", each.name}]
            if not found:
                raise LabelError(f"{path.name} holds no picks '{only}'; leave the name out to take all of them")
            bands, said = onset_bands(found, self.survey, self.number(name), words.onset_band, noise)
            self.bodies += bands
            self.notes[file] = [said]


def _file_and_name(words: str) -> tuple[Path, str]:
    """Return a file, and the name in FILE:NAME; a file whose own name has a colon goes before."""
    whole = Path(words).expanduser()
    parts = words.split(":")
    for count in range(len(parts) - 1, 0, -1):
        file = Path(":".join(parts[:count])).expanduser()
        if not whole.exists() and file.is_file():
            return file, ":".join(parts[count:])
    return whole, ""


def _listed(names: Iterable[str]) -> str:
    """Return names in a line, the first of many."""
    found = list(dict.fromkeys(names))
    return ", ".join(found[:8]) + (f" and {len(found) - 8} more" if len(found) > 8 else "")


def run(arguments: Namespace) -> Result:
    """Write labels in the survey's shape.

    Raises
    ------
    UsageError
        When there is nothing to label with.
    LabelError
        When nothing would be labelled.
    """
    if arguments.carry:
        from napari_geofm.cli.carry import carry

        return carry(arguments)
    if arguments.craters:
        from napari_geofm.cli.craters import label_craters

        return label_craters(arguments)
    for name in ("labels", "to", "step", "sure", "least", "confidence"):
        if getattr(arguments, name) is not None:
            raise UsageError(f"--{name} goes with --carry: say which labelled section, as in --carry inline=1080")
    return _draw(arguments)


def _draw(arguments: Namespace) -> Result:
    """Label with horizons, faults and polygons."""
    from napari_geofm.core.classes import ClassTable
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.opening import open_survey
    from napari_geofm.io.result_files import finish_result, notes_of
    from napari_geofm.io.results import ResultSpec, require_target
    from napari_geofm.io.work_folder import work_folder

    survey = open_survey(Path(arguments.file), **hints_of(arguments))
    remember_options(arguments, [Path(arguments.file)])
    out = output_path(arguments.output, arguments.file)
    drawing = _Drawing(survey, arguments, read_class_table(Path(arguments.classes)) if arguments.classes else None)
    drawing.draw()
    if not drawing.bodies and not drawing.polygons:
        raise UsageError(
            "Nothing to label with; give --between, --above, --below, --fault, --polygons, --picks, --craters, --carry"
        )
    table = drawing.table or ClassTable.named(drawing.names)
    spec = ResultSpec.of(survey, "prediction", table, notes={"quantity": "labels", "from": drawing.notes})
    for file in (out, *notes_of(out)):
        require_absent(file, overwrite=arguments.overwrite)
    require_target(out, spec)
    report = reporter(arguments)
    with work_folder(out) as folder:
        data = folder / "data.npy"
        counts = np.zeros(256, np.int64)
        for progress in _written(data, drawing, counts):
            if report is not None:
                report(progress)
        if not counts[:UNLABELLED].any():
            raise LabelError("No sample lies there, so nothing is labelled; check the horizons' order and names")
        finish_result(data, out, spec, overwrite=arguments.overwrite)
    found = {name: int(counts[number]) for number, name in enumerate(table.names)}
    lines = [f"{file}: {'; '.join(notes)}" for file, notes in drawing.notes.items()]
    lines += [f"{name}: {count:,} samples" for name, count in found.items()]
    return Result({"output": out, "classes": found, "notes": drawing.notes}, [*lines, str(out)])


def _written(data: Path, drawing: _Drawing, counts: Any) -> Iterator[Progress]:
    """Write the labels some slices at a time."""
    from napari_geofm.session.filling import traces_there
    from napari_geofm.session.picks.fills import slices_at_once, wanted_on
    from napari_geofm.session.picks.polygon_mask import polygon_mask

    survey = drawing.survey
    out = np.lib.format.open_memmap(data, mode="w+", dtype=np.uint8, shape=survey.shape)
    there = traces_there(survey)
    for rows in slices_at_once(survey.shape):
        yield Progress(rows.start, survey.shape[0], "labelling")
        inside = wanted_on(drawing.bodies, rows, survey.shape)
        if there is not None:
            inside[~there[rows]] = 0
        # Unlabelled is 0 inside and 255 outside: 0 less 1 in a byte.
        out[rows] = inside - np.uint8(1)
    for polygon, number in drawing.polygons:
        section = survey.section(polygon.at)
        mask = polygon_mask(polygon, section.rows, section.columns, image=survey.kind in {"image", "tiles"})
        part = out[section.places]
        part[section.layout.from_display(mask & section.valid)] = number
    for rows in slices_at_once(survey.shape):
        counts += np.bincount(out[rows].reshape(-1), minlength=256)
    out.flush()
