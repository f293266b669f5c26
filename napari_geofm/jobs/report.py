"""Body: write a report of what was interpreted and predicted."""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.labels import UNLABELLED, LabelSet, checked_classes
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.region import At
from napari_geofm.core.scores import Scores, confusion
from napari_geofm.errors import LabelError
from napari_geofm.io.report.contents import Agreement, ClassShare, ModelLine, Picture, Report
from napari_geofm.jobs.report_spec import ReportSpec
from napari_geofm.jobs.workbench import workbench

if TYPE_CHECKING:
    from napari_geofm.core.survey import Survey

__all__ = ["run"]

_AT_ONCE = 2**23

_PAGES = 3
"""Pages of a recording or an image that are drawn."""


def run(spec: ReportSpec, control: Control) -> Job[Path]:
    """Write it.

    Raises
    ------
    GeoFMError
        When the survey, labels or models cannot be read, or the output exists or cannot be written.
    """
    from napari_geofm.io.atomic import require_absent
    from napari_geofm.io.labels import read_labels
    from napari_geofm.io.report.page import require_report, write_report

    require_report(spec.output)
    require_absent(spec.output, overwrite=spec.overwrite)
    yield Progress(0, 0, f"reading {spec.file.name}")
    survey = workbench().survey(spec.file, spec.options)
    sized = _sized(survey, spec.velocity)
    sets: list[tuple[str, LabelSet]] = []
    for what, path in (("labels", spec.labels), ("prediction", spec.prediction)):
        if path is not None:
            sets.append((what, read_labels(path, survey, spec.classes)))
    table = spec.classes or _common([labels.classes for _, labels in sets])
    shares = []
    for what, labels in sets:
        counted = yield from _shares(survey, what, labels, table, sized, control)
        shares.append((what, counted))
    pictures = yield from _pictures(survey, sets, table, spec.sections or tuple(_middles(survey, sets)), control)
    models = tuple(_model_line(folder) for folder in spec.models)
    agreement = (yield from _agreement(survey, sets[0][1], sets[1][1], table, control)) if len(sets) == 2 else None
    report = Report(survey.path.name, tuple(_facts(survey, spec)), pictures, tuple(shares), models, agreement)
    control.check()
    yield Progress(0, 0, f"writing {spec.output.name}")
    write_report(report, spec.output, overwrite=spec.overwrite)
    return spec.output


def _common(tables: list[ClassTable]) -> ClassTable:
    """Return the names that labels and prediction have; numbers in the place of names (``class 1``) give way.

    Raises
    ------
    LabelError
        When both name a class, and by two names: one legend would be wrong for one of them.
    """
    found: dict[int, ClassInfo] = {}
    for table in tables:
        for number, info in enumerate(table):
            known, bare = found.get(number), f"class {number}"
            if known is None or known.name == bare:
                found[number] = info
            elif info.name not in {bare, known.name}:
                raise LabelError(
                    f"Class {number} is '{known.name}' in the labels and '{info.name}' in the prediction; "
                    "give files of the same classes, or the classes of both (--classes)"
                )
    return ClassTable(tuple(found[number] for number in sorted(found)))


def _shares(
    survey: "Survey", what: str, labels: LabelSet, table: ClassTable, sized: tuple[float, str], control: Control
) -> Job[tuple[ClassShare, ...]]:
    """Count samples class by class, some slices at a time."""
    counts = np.zeros(256, np.int64)
    rows = max(1, _AT_ONCE // max(1, int(np.prod(survey.shape[1:], dtype=np.int64))))
    for start in range(0, survey.shape[0], rows):
        control.check()
        yield Progress(start, survey.shape[0], f"counting {what}")
        if labels.untouched(slice(start, min(start + rows, survey.shape[0]))):
            continue
        part = checked_classes(np.asarray(labels.values[start : start + rows]))
        counts += np.bincount(part.reshape(-1), minlength=256)
    total = int(counts[:UNLABELLED].sum())
    size, unit = sized
    return tuple(
        ClassShare(
            info.name,
            info.colour,
            int(counts[number]),
            float(counts[number]) / max(total, 1),
            None if not unit else float(counts[number]) * size,
            unit,
        )
        for number, info in enumerate(table)
    )


def _agreement(
    survey: "Survey", labels: LabelSet, prediction: LabelSet, table: ClassTable, control: Control
) -> Job[Agreement]:
    """Compare the prediction with the labels where there are both, some slices at a time."""
    matrix = np.zeros((len(table), len(table)), np.int64)
    rows = max(1, _AT_ONCE // max(1, int(np.prod(survey.shape[1:], dtype=np.int64))))
    for start in range(0, survey.shape[0], rows):
        control.check()
        yield Progress(start, survey.shape[0], "comparing prediction and labels")
        truth, said = (checked_classes(np.asarray(each.values[start : start + rows])) for each in (labels, prediction))
        matrix += confusion(np.where(said == UNLABELLED, np.uint8(UNLABELLED), truth), said, len(table))
    scores = Scores(matrix)
    ious = tuple((info.name, float(iou)) for info, iou in zip(table, scores.iou, strict=True))
    return Agreement(ious, scores.miou, scores.pixel_accuracy, scores.pixels)


def _sized(survey: "Survey", velocity: float | None) -> tuple[float, str]:
    """Return the size of a sample and its unit, ``""`` where none is known."""
    from napari_geofm.io.sample_sizes import sample_size

    size, unit = sample_size(survey, velocity)
    return (math.nan, "") if unit == "samples" else (size, unit)


def _pictures(
    survey: "Survey", sets: list[tuple[str, LabelSet]], table: ClassTable, sections: tuple[At, ...], control: Control
) -> Job[tuple[Picture, ...]]:
    from napari_geofm.core.amplitude import survey_stretch
    from napari_geofm.io.report.pictures import draw_section

    stretch = survey_stretch(survey, 99.0)
    found = []
    for place, at in enumerate(sections):
        control.check()
        title = str(at).replace("=", " ") if at.axis else survey.path.name
        yield Progress(place, len(sections), f"drawing {title}")
        section = survey.section(at)
        classes = [(what, labels.section(section.places, section.layout)) for what, labels in sets]
        found.append(Picture(title, draw_section(section, stretch, classes, table, title)))
    return tuple(found)


def _middles(survey: "Survey", sets: list[tuple[str, LabelSet]]) -> Iterator[At]:
    """Yield the middle section along each axis, the first labelled pages, or the whole of what is small."""
    if survey.paged:
        paging = survey.paging()
        held = next((pages for _, labels in sets if (pages := labels.labelled_pages(paging))), [paging.count // 2])
        yield from (survey.page(paging.box(number)) for number in held[:_PAGES])
        return
    if not survey.cuts:
        yield survey.whole()
    for name in survey.cuts:
        values = survey.axis(name).values
        yield At(name, values[values.size // 2].item())


def _model_line(folder: Path) -> ModelLine:
    from napari_geofm.io.model_scores import read_scores
    from napari_geofm.io.models import read_recipe

    recipe, scores = read_recipe(folder), read_scores(folder)
    method = recipe.method if recipe.decoder == "linear" else f"{recipe.method}, {recipe.decoder} decoder"
    iou = tuple(zip(scores.classes, scores.iou, strict=False)) if scores is not None else ()
    sections = tuple(section for source in recipe.sources for section in source.sections)
    return ModelLine(folder.name, method, iou, scores.miou if scores is not None else math.nan, sections)


def _facts(survey: "Survey", spec: ReportSpec) -> Iterator[tuple[str, str]]:
    """Yield what is known of the survey, and how the report was made."""
    from napari_geofm import __version__

    for axis in survey.axes:
        unit = f" {axis.units}" if axis.units else ""
        first, last = (f"{end:.10g}" if isinstance(end, float) else str(end) for end in (axis.first, axis.last))
        yield {"twt": "two-way time"}.get(axis.name, axis.name), f"{first} to {last}{unit} ({axis.size:,})"
    if survey.crs:
        yield "coordinate system", survey.crs if len(survey.crs) < 80 else f"{survey.crs[:77]}..."
    yield "samples", survey.sample_format or "not told"
    if spec.velocity is not None:
        yield "volumes", f"by an average velocity of {spec.velocity:g} m/s"
    for what, path in (("labels", spec.labels), ("prediction", spec.prediction)):
        if path is not None:
            yield what, path.name if path.name != "labels" else f"{path.parent.name}/{path.name}"
    yield "fingerprint", survey.fingerprint
    yield "written", f"{time.strftime('%d %b %Y %H:%M')} by napari-geofm {__version__}"
