"""``geofm label --carry``: the labels of a section on its neighbours, as far as that is sure."""

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_geofm.cli.output import Result
from napari_geofm.cli.places import output_path
from napari_geofm.cli.running import run_job, where_of
from napari_geofm.cli.segy import chosen_options, hints_of
from napari_geofm.core.labels import UNLABELLED, LabelSet
from napari_geofm.core.region import At
from napari_geofm.errors import OutputError, UsageError
from napari_geofm.jobs.carry_specs import LEAST, SURE, CarryResult, CarrySpec

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey
    from napari_geofm.io.results import ResultSpec

__all__ = ["carry"]

PICKS = ("between", "above", "below", "fault", "polygons")


def carry(arguments: Namespace) -> Result:
    """Write the given labels, and those carried to sections beside, where nothing is labelled yet."""
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.labels import read_class_table, read_labels
    from napari_geofm.io.opening import open_survey
    from napari_geofm.io.results import ResultSpec, require_target

    source = _source(arguments)
    file = Path(arguments.file)
    survey, options = open_survey(file, **hints_of(arguments)), chosen_options(arguments, file)
    table = read_class_table(Path(arguments.classes)) if arguments.classes else None
    labels = read_labels(arguments.labels, survey, table, at=source)
    targets = _targets(survey, source, arguments)
    notes = {"quantity": "labels", "carried from": str(source), "to": [str(at) for at in targets]}
    outputs = {"prediction": output_path(arguments.output, arguments.file, arguments.labels)}
    if arguments.confidence:
        outputs["confidence"] = output_path(arguments.confidence, arguments.file, arguments.labels)
        if outputs["confidence"] == outputs["prediction"]:
            raise OutputError(f"{outputs['prediction']}: labels and confidence need a file each; choose another name")
    results = {each: ResultSpec.of(survey, each, labels.classes, notes=notes) for each in outputs}
    for each, path in outputs.items():
        require_absent(path, overwrite=arguments.overwrite)
        require_target(path, results[each])
    spec = CarrySpec(
        file,
        source,
        labels.section(survey.places(source), survey.layout(source)),
        targets,
        sure=SURE if arguments.sure is None else arguments.sure,
        least=LEAST if arguments.least is None else arguments.least,
        options=options,
        where=where_of(arguments),
    )
    found = run_job(spec, arguments)
    for each, path in outputs.items():
        _write(path, results[each], labels, found, overwrite=arguments.overwrite)
    return Result(_data(outputs, found), _lines(outputs, found))


def _source(arguments: Namespace) -> At:
    """Return the labelled section; refuse words that do not go together.

    Raises
    ------
    UsageError
        When something is missing, or asked for beside.
    """
    source = At.parse(arguments.carry)
    picks = [f"--{name}" for name in PICKS if getattr(arguments, name)]
    if picks:
        raise UsageError(f"{picks[0]} makes labels of picks, --carry takes those of a section on; give one of the two")
    if not arguments.labels or arguments.to is None:
        raise UsageError(f"--carry {arguments.carry}: give its labels with --labels, and the line to come to with --to")
    if arguments.step is not None and arguments.step < 1:
        raise UsageError(f"--step {arguments.step}: must be at least 1")
    return source


def _targets(survey: "Survey", source: At, arguments: Namespace) -> tuple[At, ...]:
    """Return every K-th line after the source up to the one to come to, which is the last in any case."""
    # The body says what is wrong with a source that is no line.
    if source.axis not in survey.dims or source.value is None:
        return (At(source.axis, arguments.to),)
    axis = survey.axis(source.axis)
    first, last = axis.index(source.value), axis.index(arguments.to)
    step = (arguments.step or 1) * (1 if last >= first else -1)
    places = [*range(first + step, last, step), last]
    return tuple(At(source.axis, axis.values[place].item()) for place in places)


def _write(path: Path, spec: "ResultSpec", labels: LabelSet, found: CarryResult, *, overwrite: bool) -> None:
    """Write one of the results; carried labels lie only where the given ones have none."""
    from napari_geofm.io.result_files import finish_result
    from napari_geofm.io.results import FILL
    from napari_geofm.io.work_folder import work_folder

    with work_folder(path) as folder:
        data = folder / "data.npy"
        out = np.lib.format.open_memmap(data, mode="w+", dtype=spec.dtype, shape=spec.shape)
        for place in range(spec.shape[0]):
            out[place] = labels.values[place] if spec.quantity == "prediction" else FILL[spec.quantity]
        for one in found.sections:
            places, layout = spec.survey.places(one.at), spec.survey.layout(one.at)
            part: Any = out[places]
            if spec.quantity == "prediction":
                part[...] = np.where(part == UNLABELLED, layout.from_display(one.classes), part)
            else:
                part[...] = layout.from_display(one.confidence)
        out.flush()
        finish_result(data, path, spec, overwrite=overwrite)


def _data(outputs: dict[str, Path], found: CarryResult) -> dict[str, object]:
    return {
        "output": outputs["prediction"],
        "confidence": outputs.get("confidence"),
        "sections": [{"at": str(one.at), "sure": round(one.sure, 4)} for one in found.sections],
        "stopped": found.stopped,
        "seconds": round(found.seconds, 2),
    }


def _lines(outputs: dict[str, Path], found: CarryResult) -> list[str]:
    lines = [f"{one.at}: {int(100 * one.sure)}% sure" for one in found.sections]
    lines += [found.stopped] if found.stopped else []
    return [*lines, *(str(path) for path in outputs.values())]
