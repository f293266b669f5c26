"""Synthetic surveys as SEG-Y files with complete headers, and their truth as .npy."""

from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_geofm.errors import UsageError
from napari_geofm.io.atomic import replacing
from napari_geofm.samples.survey_sample import SeismicSample

__all__ = ["write_labels_npy", "write_segy"]

_SCALAR = -100
"""Coordinate scalar: coordinates are stored in cm."""


def write_segy(
    sample: SeismicSample,
    path: Path | str,
    *,
    sample_format: Literal[1, 3, 5] = 5,
    order: Literal["inline", "crossline"] = "inline",
    missing: NDArray[np.bool_] | None = None,
    overwrite: bool = False,
) -> None:
    """Write a synthetic survey as SEG-Y rev 1.

    Inline and crossline stand in trace bytes 189 and 193, CDP X and Y in 181 and 185 with scalar -100, the delay
    recording time in 109.

    Parameters
    ----------
    sample
        The survey.
    path
        The file to write.
    sample_format
        1 IBM float, 3 int16 (scaled so that the largest amplitude becomes 32,000), 5 IEEE float.
    order
        Which header number runs slowest.
    missing
        ndarray of bool, shape (inline, crossline): True where no trace is written. None: all are written.
    overwrite
        Whether an existing file is replaced.

    Raises
    ------
    OutputError
        When the file exists or cannot be written.
    UsageError
        When the sample format is another one, or no trace is left.
    """
    import segyio

    if sample_format not in {1, 3, 5}:
        raise UsageError(f"Sample format {sample_format} cannot be written here; choose 1, 3 or 5")
    rows = _trace_order(sample, order, missing)
    spec = segyio.spec()
    spec.format, spec.samples, spec.tracecount = sample_format, sample.twt_ms, len(rows)
    peak = float(np.abs(sample.amplitude).max())
    factor = 32000.0 / peak if sample_format == 3 and peak > 0 else 1.0
    with replacing(path, overwrite=overwrite) as temporary, segyio.create(str(temporary), spec) as file:
        file.text[0] = segyio.tools.create_text_header(_text(sample, order))
        interval_us = round(sample.spec.sample_interval_ms * 1000)
        file.bin.update(
            {
                segyio.BinField.Interval: interval_us,
                segyio.BinField.IntervalOriginal: interval_us,
                segyio.BinField.Samples: len(sample.twt_ms),
                segyio.BinField.SamplesOriginal: len(sample.twt_ms),
                segyio.BinField.Format: sample_format,
                segyio.BinField.SortingCode: 4,
                segyio.BinField.MeasurementSystem: 1,
                segyio.BinField.SEGYRevision: 1,
                segyio.BinField.TraceFlag: 1,
            }
        )
        for number, (i, j) in enumerate(rows):
            file.header[number] = _header(segyio.TraceField, sample, number, int(i), int(j))
            trace = sample.amplitude[i, j]
            file.trace[number] = np.rint(trace * factor).astype(np.int16) if sample_format == 3 else trace


def write_labels_npy(
    sample: SeismicSample,
    path: Path | str,
    *,
    truth: Literal["facies", "faults", "salt"] = "facies",
    overwrite: bool = False,
) -> None:
    """Write a truth of a synthetic survey as uint8 classes in survey order (inline, crossline, twt).

    Raises
    ------
    OutputError
        When the file exists or cannot be written.
    """
    labels: NDArray[np.uint8] = getattr(sample, truth)
    with replacing(path, overwrite=overwrite) as temporary, temporary.open("wb") as file:
        np.save(file, labels, allow_pickle=False)


def _trace_order(sample: SeismicSample, order: str, missing: NDArray[np.bool_] | None) -> NDArray[np.intp]:
    """Return the (inline, crossline) indices of the traces in the order of the file, shape (n, 2)."""
    wanted = np.ones(sample.x.shape, np.bool_) if missing is None else ~missing
    rows = np.argwhere(wanted) if order == "inline" else np.argwhere(wanted.T)[:, ::-1]
    if not len(rows):
        raise UsageError("Every trace is missing; leave at least one to write a SEG-Y file")
    return rows


def _header(field: Any, sample: SeismicSample, number: int, i: int, j: int) -> dict[Any, int]:
    x, y = round(sample.x[i, j] * -_SCALAR), round(sample.y[i, j] * -_SCALAR)
    return {
        field.TRACE_SEQUENCE_LINE: j + 1,
        field.TRACE_SEQUENCE_FILE: number + 1,
        field.FieldRecord: int(sample.inlines[i]),
        field.TraceNumber: j + 1,
        field.CDP: int(sample.crosslines[j]),
        field.TraceIdentificationCode: 1,
        field.SourceGroupScalar: _SCALAR,
        field.CoordinateUnits: 1,
        field.DelayRecordingTime: round(sample.spec.delay_ms),
        field.TRACE_SAMPLE_COUNT: len(sample.twt_ms),
        field.TRACE_SAMPLE_INTERVAL: round(sample.spec.sample_interval_ms * 1000),
        field.SourceX: x,
        field.SourceY: y,
        field.CDP_X: x,
        field.CDP_Y: y,
        field.INLINE_3D: int(sample.inlines[i]),
        field.CROSSLINE_3D: int(sample.crosslines[j]),
    }


def _text(sample: SeismicSample, order: str) -> dict[int, str]:
    """Return the lines of the text header."""
    spec = sample.spec
    return {
        1: "SYNTHETIC POST-STACK SURVEY MADE BY NAPARI-GEOFM",
        2: f"STYLE {spec.style.upper()}  SEED {spec.seed}  NOT REAL DATA",
        4: f"INLINES {sample.inlines[0]}-{sample.inlines[-1]} STEP {spec.inline_step}   BYTES 189-192",
        5: f"CROSSLINES {sample.crosslines[0]}-{sample.crosslines[-1]} STEP {spec.crossline_step}   BYTES 193-196",
        6: f"SAMPLES {spec.samples}  INTERVAL {spec.sample_interval_ms:g} MS  FIRST {spec.delay_ms:g} MS",
        7: "CDP X BYTES 181-184  CDP Y BYTES 185-188  SCALAR BYTES 71-72 (-100)",
        8: f"SORTED BY {order.upper()}  TWO-WAY TIME  ZERO PHASE UNLESS THE STYLE SAYS OTHERWISE",
        39: "SEG Y REV1",
        40: "END TEXTUAL HEADER",
    }
