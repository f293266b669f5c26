"""Craters on the command line: catalogues of masks, masks of catalogues, size-frequency distributions."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path
from napari_geofm.errors import LabelError, OutputError, UsageError

if TYPE_CHECKING:
    from napari_geofm.core.craters.catalogue import Catalogue
    from napari_geofm.core.craters.crater import Crater
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.craters.placing import Laying

__all__ = ["asks_for_craters", "export_craters", "label_craters"]

QUANTITIES = ("craters", "size-frequency")


def asks_for_craters(arguments: Namespace) -> bool:
    """Tell whether ``geofm export`` is asked for craters: by the quantity, a GeoPackage, or a catalogue as input."""
    from napari_geofm.io.craters.crater_table import is_catalogue

    if arguments.quantity:
        return arguments.quantity in QUANTITIES
    return Path(arguments.output).suffix.lower() == ".gpkg" or is_catalogue(Path(arguments.labels))


def export_craters(arguments: Namespace) -> Result:
    """Write the craters of a mask or of a catalogue, or how many there are of each size.

    Raises
    ------
    LabelError
        When there are none.
    """
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.craters.writing import require_catalogue_output
    from napari_geofm.io.opening import open_survey

    out = output_path(arguments.output, arguments.labels, arguments.like)
    sizes = arguments.quantity == "size-frequency"
    if not sizes:
        require_catalogue_output(out)
    elif out.suffix.lower() not in {".png", ".csv"}:
        msg = f"{out.name}: size-frequency distributions are .png (plots) or .csv (bins); choose one of these endings"
        raise OutputError(msg)
    require_absent(out, overwrite=arguments.overwrite)
    survey = open_survey(Path(arguments.like).expanduser())
    catalogue = _catalogue(arguments, survey).kept(smallest=arguments.smallest_km, confidence=arguments.sure)
    if not len(catalogue):
        msg = f"{Path(arguments.labels).name} has no craters that are large and sure enough; nothing is written"
        raise LabelError(msg)
    if sizes:
        return _size_frequency(arguments, catalogue, survey, out)
    return _written(arguments, catalogue, survey, out)


def label_craters(arguments: Namespace) -> Result:
    """Write the craters of catalogues as labels in the image's shape.

    Raises
    ------
    UsageError
        When other options of ``geofm label`` are given as well.
    LabelError
        When no crater falls on the image.
    """
    import numpy as np

    from napari_geofm.core.classes import ClassTable
    from napari_geofm.core.craters.drawn_craters import draw_craters
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.opening import open_survey
    from napari_geofm.io.raster.ground import Ground
    from napari_geofm.io.result_files import finish_result, notes_of
    from napari_geofm.io.results import ResultSpec, require_target
    from napari_geofm.io.work_folder import work_folder

    if arguments.above or arguments.below or arguments.between or arguments.fault or arguments.polygons:
        raise UsageError("--craters goes alone: labels of horizons, faults and polygons are made by a run of their own")
    survey = open_survey(Path(arguments.file).expanduser())
    out = output_path(arguments.output, arguments.file, *arguments.craters)
    craters: list[Crater] = []
    notes: dict[str, list[str]] = {}
    for file in arguments.craters:
        found = _read(Path(file), survey, _laying(arguments, arguments.smallest_px))
        craters.extend(found.craters)
        notes[file] = list(found.notes)
    if not craters:
        msg = f"No crater of {', '.join(Path(each).name for each in arguments.craters)} falls on {survey.path.name}"
        raise LabelError(f"{msg} and is at least {arguments.smallest_px:g} pixels wide; check the map's place")
    names = ["background", "crater", *(["rim"] if arguments.rims else [])]
    table = read_class_table(Path(arguments.classes)) if arguments.classes else ClassTable.named(names)
    numbers = [table.number(name) for name in names]
    spec = ResultSpec.of(survey, "prediction", table, notes={"quantity": "labels", "from": notes})
    for each in (out, *notes_of(out)):
        require_absent(each, overwrite=arguments.overwrite)
    require_target(out, spec)
    with work_folder(out) as folder:
        data = folder / "data.npy"
        shape = (survey.shape[0], survey.shape[1])
        mask = np.lib.format.open_memmap(data, mode="w+", dtype=np.uint8, shape=shape)
        rim = numbers[2] if arguments.rims else None
        ground = Ground.of(survey.template)
        draw_craters(craters, ground, shape, crater=numbers[1], rim=rim, background=numbers[0], out=mask)
        mask.flush()
        finish_result(data, out, spec, overwrite=arguments.overwrite)
    lines = [f"{file}: {'; '.join(said)}" for file, said in notes.items() if said]
    return Result(
        {"output": out, "craters": len(craters), "notes": notes}, [*lines, f"{out}: {len(craters):,} craters"]
    )


def _laying(arguments: Namespace, smallest_px: float) -> "Laying":
    from napari_geofm.io.craters.placing import Laying

    return Laying(arguments.body, arguments.places, arguments.diameter_unit, smallest_px=smallest_px)


def _read(file: Path, survey: "Survey", laying: "Laying") -> "Catalogue":
    from napari_geofm.io.craters.crater_table import read_crater_table
    from napari_geofm.io.craters.placing import lay_catalogue

    return lay_catalogue(read_crater_table(file), survey, laying)


def _catalogue(arguments: Namespace, survey: "Survey") -> "Catalogue":
    """Return the craters of a catalogue, or find those of a mask."""
    from napari_geofm.cli.running import run_job
    from napari_geofm.core.craters.finding import CraterSearch
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.craters.crater_table import is_catalogue
    from napari_geofm.jobs.craters_spec import CratersSpec

    source = Path(arguments.labels).expanduser()
    if is_catalogue(source):
        return _read(source, survey, _laying(arguments, arguments.smallest_px or 0.0))
    smallest = CraterSearch().smallest_px if arguments.smallest_px is None else arguments.smallest_px
    spec = CratersSpec(
        Path(arguments.like).expanduser(),
        source,
        CraterSearch(smallest_px=smallest),
        Path(arguments.probabilities).expanduser() if arguments.probabilities else None,
        read_class_table(Path(arguments.classes)) if arguments.classes else None,
    )
    return run_job(spec, arguments, counted=True)


def _written(arguments: Namespace, catalogue: "Catalogue", survey: "Survey", out: Path) -> Result:
    from napari_geofm.io.craters.writing import write_catalogue
    from napari_geofm.io.raster.ground import Ground

    ground = Ground.of(survey.template)
    write_catalogue(catalogue, ground, out, name=survey.name, overwrite=arguments.overwrite)
    sizes = [each.size for each in catalogue]
    edge = sum(each.on_edge for each in catalogue)
    where = "without a place on a body" if catalogue.body is None else f"on {catalogue.body.name}"
    line = (
        f"{out}: {len(catalogue):,} craters {where}, {min(sizes):.3g} to {max(sizes):.3g} {catalogue.unit}, "
        f"{edge:,} cut by the border or missing pixels"
    )
    data = {"output": out, "craters": len(catalogue), "unit": catalogue.unit, "on_edge": edge}
    return Result(data | {"notes": list(catalogue.notes)}, [*(f"note: {each}" for each in catalogue.notes), line])


def _size_frequency(arguments: Namespace, catalogue: "Catalogue", survey: "Survey", out: Path) -> Result:
    import math

    from napari_geofm.core.craters.size_frequency import size_frequency
    from napari_geofm.io.craters.counted_area import counted_area
    from napari_geofm.io.craters.size_plots import draw_size_frequency, write_size_frequency

    counted = counted_area(survey, catalogue)
    within = counted.craters
    found = size_frequency(within, counted.area, counted.unit, limit=arguments.limit)
    if out.suffix.lower() == ".png":
        draw_size_frequency(out, found, survey.name, overwrite=arguments.overwrite)
    else:
        write_size_frequency(out, found, overwrite=arguments.overwrite)
    limit = "too few to tell a completeness limit"
    if math.isfinite(found.limit):
        limit = f"complete from {found.limit:.3g} {found.unit} on"
    beside = f"; {counted.beside:,} on missing pixels left out" if counted.beside else ""
    line = f"{out}: {len(within):,} craters on {found.area:,.4g} {found.unit}2, {limit}{beside}"
    data = {"output": out, "craters": len(within), "area": found.area, "unit": found.unit, "limit": found.limit}
    return Result(data, [line])
