"""Body: write labels or a finished prediction in another program's format."""

from pathlib import Path

import numpy as np

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.jobs.export_spec import ExportSpec
from napari_geofm.jobs.workbench import workbench

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
            out[place] = labels.values[place]
        out.flush()
        del out
    return spec.output
