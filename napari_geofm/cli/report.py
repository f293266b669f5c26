"""``geofm report``: sections, class volumes, scores and provenance in one file."""

from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path, place_of
from napari_geofm.cli.running import run_job
from napari_geofm.cli.segy import chosen_options
from napari_geofm.jobs.report_spec import ReportSpec

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Write the report."""
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.models import find_model

    inputs = [each for each in (arguments.file, arguments.labels, arguments.prediction) if each]
    spec = ReportSpec(
        Path(arguments.file),
        output_path(arguments.output, *inputs),
        Path(arguments.labels) if arguments.labels else None,
        Path(arguments.prediction) if arguments.prediction else None,
        tuple(place_of(words) for words in arguments.at),
        tuple(find_model(each) for each in arguments.model),
        read_class_table(Path(arguments.classes)) if arguments.classes else None,
        arguments.overwrite,
        velocity=arguments.velocity,
        options=chosen_options(arguments, Path(arguments.file)),
    )
    out = run_job(spec, arguments)
    return Result({"output": out}, [str(out)])
