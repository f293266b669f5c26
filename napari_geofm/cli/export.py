"""``geofm export``: take labels or predictions home in the survey's own format."""

from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path
from napari_geofm.cli.segy import hints_of, remember_options

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Write ``LABELS`` like ``--like FILE``; SEG-Y keeps every byte outside the samples."""
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.exports import ExportOptions, export_labels
    from napari_geofm.io.labels import read_labels
    from napari_geofm.io.opening import open_survey

    out = output_path(arguments.output, arguments.labels, arguments.like)
    survey = open_survey(Path(arguments.like), **hints_of(arguments))
    remember_options(arguments, [survey.path])
    table = read_class_table(Path(arguments.classes)) if arguments.classes else None
    labels = read_labels(Path(arguments.labels), survey, table)
    labels.check_fits(survey)
    names = arguments.between
    between = (labels.classes.number(names[0]), labels.classes.number(names[1])) if names else None
    export_labels(
        labels.values,
        survey,
        labels.classes,
        out,
        ExportOptions(
            arguments.format,
            arguments.null,
            describe=arguments.describe,
            overwrite=arguments.overwrite,
            minimum=arguments.minimum,
            velocity=arguments.velocity,
            between=between,
        ),
    )
    return Result({"output": str(out)}, [f"{out}: labels of {survey.path.name}"])
