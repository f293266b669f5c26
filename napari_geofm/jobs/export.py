"""Body: write labels or a finished prediction in another program's format."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import LabelError
from napari_geofm.jobs.export_spec import ExportSpec
from napari_geofm.jobs.workbench import workbench

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["run"]


def run(spec: ExportSpec, control: Control) -> Job[Path]:
    """Export.

    Raises
    ------
    GeoFMError
        When the labels cannot be read, or the output cannot be written or exists.
    """
    from napari_geofm.io.atomic import replacing
    from napari_geofm.io.exports import export_labels
    from napari_geofm.io.labels import read_labels

    yield Progress(0, 0, f"reading {spec.labels.name}")
    survey = workbench().survey(spec.file)
    if spec.quantity != "labels":
        yield from _fractions(spec, survey, control)
        return spec.output
    labels = read_labels(spec.labels, survey)
    control.check()
    yield Progress(0, 0, f"writing {spec.output.name}")
    if spec.output.suffix.lower() != ".npy":
        export_labels(labels.values, survey, labels.classes, spec.output, spec.options)
        return spec.output
    with replacing(spec.output, overwrite=spec.options.overwrite) as beside:
        # Slice by slice into the file: a volume of labels may be larger than memory.
        out = np.lib.format.open_memmap(beside, mode="w+", dtype=np.uint8, shape=survey.shape)
        for place in range(survey.shape[0]):
            control.check()
            yield Progress(place, survey.shape[0], f"writing {spec.output.name}")
            out[place] = labels.values[place]
        out.flush()
        del out
    return spec.output


def _fractions(spec: ExportSpec, survey: "Survey", control: Control) -> Job[None]:
    """Write confidence or probabilities, slice by slice: a volume of them may be larger than memory."""
    from napari_geofm.io.arrays import read_array
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.results import ResultSpec, finish_result, require_target

    array = read_array(spec.labels)
    count = array.shape[0] if spec.quantity == "probabilities" else 1
    table = ClassTable.named([f"class {number + 1}" for number in range(count)])
    result = ResultSpec.of(survey, spec.quantity, table, notes={"from": spec.labels.name})
    require_absent(spec.output, overwrite=spec.options.overwrite)
    require_target(spec.output, result)
    if tuple(array.shape) != result.stored_shape:
        msg = f"{spec.labels.name} has shape {tuple(array.shape)}, the survey {survey.shape}; predict the survey anew"
        raise LabelError(msg)
    with TemporaryDirectory(prefix=".part-", dir=spec.output.parent) as folder:
        data = Path(folder) / "data.npy"
        out = np.lib.format.open_memmap(data, mode="w+", dtype=np.float32, shape=result.stored_shape)
        for place in range(out.shape[0]):
            control.check()
            yield Progress(place, out.shape[0], f"reading {spec.labels.name}")
            out[place] = array[place]
        out.flush()
        del out
        yield Progress(0, 0, f"writing {spec.output.name}")
        finish_result(data, spec.output, result, overwrite=spec.options.overwrite)
