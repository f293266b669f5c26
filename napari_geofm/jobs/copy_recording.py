"""Body: write a recording, as it is after processing, into a file of its own, part by part."""

import time

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.errors import OutputError
from napari_geofm.jobs.copy_recording_spec import CopyRecordingResult, CopyRecordingSpec
from napari_geofm.jobs.workbench import workbench

__all__ = ["run"]


def run(spec: CopyRecordingSpec, control: Control) -> Job[CopyRecordingResult]:
    """Write; cancelled or failed, everything is as it was.

    Raises
    ------
    GeoFMError
        When the recording cannot be read, or the file cannot be written or exists.
    """
    from napari_geofm.io.atomic import replacing, require_space
    from napari_geofm.io.das.writing import require_recording_name, write_recording

    began = time.monotonic()
    require_recording_name(spec.output)
    yield Progress(0, 0, f"opening {spec.file.name}")
    survey = workbench().survey(spec.file, spec.options)
    if spec.output.exists() and survey.path.exists() and spec.output.samefile(survey.path):
        msg = f"{spec.output} is the recording itself, which is never written to; choose another name"
        raise OutputError(msg)
    channels, samples = survey.shape
    with replacing(spec.output, overwrite=spec.overwrite) as beside:
        require_space(beside, 4 * channels * samples)
        yield from write_recording(survey, beside, control.check)
    rate = (samples - 1) / (float(survey.axis("time").last) - float(survey.axis("time").first))
    size = spec.output.stat().st_size
    return CopyRecordingResult(spec.output, (channels, samples), rate, size, time.monotonic() - began)
