"""``geofm segment``: predict classes for a section, an area or the survey."""

import dataclasses
from argparse import Namespace
from pathlib import Path

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path, place_of, region_of
from napari_geofm.cli.processing import reading_of, require_models_chain
from napari_geofm.cli.running import run_job, where_of
from napari_geofm.jobs.specs import SegmentSpec

__all__ = ["run"]


def run(arguments: Namespace) -> Result:
    """Segment and write classes, and confidence and probabilities where asked for."""
    from napari_geofm.io.models import find_model, read_recipe

    if arguments.process:
        require_models_chain(arguments, read_recipe(find_model(arguments.model)), arguments.model)
    spec = SegmentSpec(
        file=Path(arguments.file),
        model_folder=find_model(arguments.model),
        output=output_path(arguments.output),
        at=place_of(arguments.at) if arguments.at else None,
        along=arguments.along or "",
        region=region_of(arguments.range),
        confidence=output_path(arguments.confidence) if arguments.confidence else None,
        probabilities=output_path(arguments.probabilities) if arguments.probabilities else None,
        resume=arguments.resume,
        overwrite=arguments.overwrite,
        options=reading_of(arguments, Path(arguments.file)),
        where=where_of(arguments),
    )
    found = run_job(spec, arguments)
    kept = f", {found.blocks_kept} of them from the interrupted run" if found.blocks_kept else ""
    line = f"{found.output}: {found.blocks_total} blocks{kept}, {found.seconds:.1f} s"
    more = [str(file) for file in found.files if file != found.output.resolve()]
    return Result(dataclasses.asdict(found), [line, *more])
