"""``geofm export``: take labels, predictions and other results home in the survey's own format."""

from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.event_options import events_in, events_of
from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path, place_of
from napari_geofm.cli.processing import reading_of
from napari_geofm.cli.running import run_job
from napari_geofm.jobs.export_spec import ExportSpec

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Write ``LABELS`` like ``--like FILE``; SEG-Y keeps every byte outside the samples."""
    from napari_geofm.cli.craters import asks_for_craters, export_craters

    if asks_for_craters(arguments):
        return export_craters(arguments)
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.exports import ExportOptions
    from napari_geofm.io.result_notes import of_another
    from napari_geofm.jobs.export import files_of
    from napari_geofm.jobs.workbench import workbench

    out = output_path(arguments.output, arguments.labels, arguments.like)
    survey, labels = Path(arguments.like).expanduser(), Path(arguments.labels).expanduser()
    options = ExportOptions(
        arguments.format,
        arguments.null,
        describe=arguments.describe,
        overwrite=arguments.overwrite,
        minimum=arguments.minimum,
        velocity=arguments.velocity,
        at=place_of(arguments.at) if arguments.at else None,
    )
    spec = ExportSpec(
        survey,
        labels,
        out,
        options,
        arguments.quantity or "",
        reading=reading_of(arguments, survey),
        classes=read_class_table(Path(arguments.classes)) if arguments.classes else None,
        between=tuple(arguments.between) if arguments.between else None,
        events=events_of(arguments),
        confidence=Path(arguments.confidence).expanduser() if arguments.confidence else None,
        probabilities=Path(arguments.probabilities).expanduser() if arguments.probabilities else None,
    )
    first = run_job(spec, arguments, counted=True)
    files = (first,) if first == out else files_of(spec)
    doubt = of_another(labels, workbench().survey(survey, spec.reading))
    data = {"output": str(out), "files": [str(file) for file in files], "notes": [doubt] if doubt else []}
    lines = [f"{file}: {labels.name} of {survey.name}" for file in files]
    if first == out and (found := events_in(out)):
        data |= found.data
        lines = [f"{out}: {found.words} in {labels.name} of {survey.name}"]
    return Result(data, [*lines, *([f"note: {doubt}"] if doubt else [])])
