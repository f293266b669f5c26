"""Labels and predictions in the files that interpreters' other programs read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED, ArrayLike, LabelSet, checked_classes
from napari_geofm.core.progress import Job, Progress, run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError, UsageError
from napari_geofm.io.arrays import MappedArray
from napari_geofm.io.atomic import replacing, require_absent
from napari_geofm.io.export_options import EXPORT_ENDINGS, HORIZON_ENDINGS, ExportOptions, require_options
from napari_geofm.io.geotiff import write_geotiff
from napari_geofm.io.label_points import points_job
from napari_geofm.io.label_polygons import polygons_job
from napari_geofm.io.label_surfaces import surfaces_job
from napari_geofm.io.raster import RasterTemplate
from napari_geofm.io.result_files import result_job
from napari_geofm.io.results import ResultSpec
from napari_geofm.io.section_pictures import draw_classes
from napari_geofm.io.segy import SegyTemplate, segy_like_job, sidecar_of

__all__ = ["EXPORT_ENDINGS", "HORIZON_ENDINGS", "ExportOptions", "export_job", "export_labels", "require_options"]


def export_labels(
    values: ArrayLike,
    survey: Survey,
    classes: ClassTable,
    out: Path | str,
    options: ExportOptions | None = None,
    *,
    notes: dict[str, object] | None = None,
) -> None:
    """Do what :func:`export_job` does, to its end."""
    run_to_end(export_job(values, survey, classes, out, options, notes=notes))


def export_job(
    values: ArrayLike,
    survey: Survey,
    classes: ClassTable,
    out: Path | str,
    options: ExportOptions | None = None,
    *,
    notes: dict[str, object] | None = None,
) -> Job[Path]:
    """Write labels like a survey; return the file.

    It is told where it stands as it goes; closing the job leaves everything as it was.

    Parameters
    ----------
    values
        Array-like of the survey's shape and order, outside classes (255 unlabelled).
    survey
        What they belong to; its headers, coordinate system and numbers are taken.
    classes
        Names and colours.
    out
        ``.sgy`` (like the SEG-Y survey), ``.tif`` (one image, on its grid), ``.csv`` (a line per labelled sample, with
        the survey's numbers, and X and Y where known), ``.geojson`` (polygons of images and tiles), ``.ply`` (closed
        surfaces around the bodies of 3-D seismic), ``.dat``, ``.xyz``, ``.irap`` and ``.cps3`` (the boundary between
        two classes as a horizon: OpendTect ASCII, X Y Z, IRAP classic grid, CPS-3 grid), ``.npy`` and ``.zarr`` (the
        labels as they are), ``.png`` (one section, classes in their colours over the amplitudes). A sidecar ``.json``
        tells classes, null, survey and ``notes``.
    options
        Format, null, description, overwrite.
    notes
        How the labels were made, for the sidecar.

    Raises
    ------
    LabelError
        When the shape is not the survey's, a value is no class, or nothing is labelled.
    UsageError
        When the output's format cannot hold null, or an option does not apply.
    OutputError
        When the ending is unknown, does not suit the survey, or the output exists or cannot be written.
    """
    chosen = options or ExportOptions()
    target = Path(out)
    ending = target.suffix.lower()
    if ending not in EXPORT_ENDINGS:
        msg = f"{target.name}: labels are exported as {', '.join(EXPORT_ENDINGS)}; choose one of these endings"
        raise OutputError(msg)
    _require_fit(values, survey)
    require_options(target, chosen)
    require_absent(target, overwrite=chosen.overwrite)
    require_absent(sidecar_of(target), overwrite=chosen.overwrite)
    facts = _facts(survey, classes, notes or {})
    if ending in {".sgy", ".segy"}:
        yield from _segy(values, survey, classes, target, chosen, facts)
        return target
    if ending in {".tif", ".tiff"}:
        yield Progress(0, 0, f"writing {target.name}")
        facts["null"] = _tif(values, survey, classes, target, chosen)
    elif ending in {".npy", ".zarr"}:
        spec = ResultSpec.of(survey, "prediction", classes, notes=facts)
        numbers = MappedArray(values, np.dtype(np.uint8), checked_classes)
        yield from result_job(numbers, target, spec, overwrite=chosen.overwrite)
    elif ending == ".png":
        draw_classes(LabelSet(values, classes), survey, chosen.at, target, overwrite=chosen.overwrite)
        facts["at"] = str(chosen.at) if chosen.at is not None else ""
    elif ending in HORIZON_ENDINGS:
        facts |= yield from _boundary(values, survey, classes, target, chosen)
    else:
        with replacing(target, overwrite=chosen.overwrite) as beside:
            if ending == ".ply":
                facts |= {"velocity_m_s": chosen.velocity}
                facts["bodies"] = yield from surfaces_job(
                    values, survey, classes, beside, minimum=chosen.minimum, velocity=chosen.velocity
                )
            elif ending == ".csv":
                yield from points_job(values, survey, classes, beside)
            else:
                yield from polygons_job(values, survey, classes, beside)
    with replacing(sidecar_of(target), overwrite=chosen.overwrite) as beside:
        beside.write_text(json.dumps(facts, indent=2, default=str) + "\n", encoding="utf-8")
    return target


def _require_fit(values: ArrayLike, survey: Survey) -> None:
    if tuple(values.shape) != survey.shape:
        msg = (
            f"Labels have shape {tuple(values.shape)}, survey {survey.path.name} has {survey.shape} "
            f"({', '.join(survey.dims)}); give labels in the survey's shape and order"
        )
        raise LabelError(msg)


def _facts(survey: Survey, classes: ClassTable, notes: dict[str, object]) -> dict[str, object]:
    """Return what the sidecar tells."""
    from napari_geofm import __version__

    return {
        "quantity": "labels",
        "program": f"napari-geofm {__version__}",
        "survey": {"file": survey.path.name, "fingerprint": survey.fingerprint, "crs": survey.crs},
        "axes": [{"name": axis.name, "units": axis.units, "size": axis.size} for axis in survey.axes],
        "classes": [{"number": n, "name": info.name, "colour": info.colour} for n, info in enumerate(classes)],
        **notes,
    }


def _segy(
    values: ArrayLike,
    survey: Survey,
    classes: ClassTable,
    target: Path,
    options: ExportOptions,
    facts: dict[str, object],
) -> Job[None]:
    if not isinstance(survey.template, SegyTemplate):
        msg = f"{target.name}: {survey.path.name} is no SEG-Y, whose headers it would need; give --like a SEG-Y"
        raise OutputError(msg)
    null = -1.0 if options.null is None else options.null
    if 0 <= null < len(classes):
        msg = f"--null {null:g} is the number of class '{classes.names[int(null)]}'; choose a number that is no class"
        raise UsageError(msg)
    yield from segy_like_job(
        survey.template,
        values,
        target,
        sample_format=options.sample_format,
        null=null,
        describe=_description(classes, null) if options.describe else (),
        overwrite=options.overwrite,
        provenance=facts | {"null": null},
    )


def _description(classes: ClassTable, null: float) -> Sequence[str]:
    """Return lines of at most 76 signs, as many as a text header's line has room for."""
    lines = ["CLASSES WRITTEN BY NAPARI-GEOFM:"]
    for number, info in enumerate(classes):
        name = info.name.encode("ascii", "replace").decode()
        word = f"{number}={name}"
        if len(lines) > 1 and len(lines[-1]) + 1 + len(word) <= 76:
            lines[-1] += f" {word}"
        else:
            lines.append(word[:76])
    last = f"{null:g}=UNLABELLED"
    if len(lines[-1]) + 1 + len(last) <= 76:
        lines[-1] += f" {last}"
        return lines
    return [*lines, last]


def _boundary(
    values: ArrayLike, survey: Survey, classes: ClassTable, target: Path, options: ExportOptions
) -> Job[dict[str, object]]:
    """Write the boundary between two classes; return what the sidecar tells of it."""
    from napari_geofm.io.interpretations import write_horizon
    from napari_geofm.io.label_horizons import boundary_job

    if options.between is None:
        msg = f"{target.name}: a horizon lies between two classes; name them with --between UPPER LOWER"
        raise UsageError(msg)
    upper, lower = options.between
    names = [classes.names[number] if number < len(classes) else f"class {number}" for number in (upper, lower)]
    found = yield from boundary_job(values, survey, upper, lower, f"{names[0]} to {names[1]}", names=names)
    form = HORIZON_ENDINGS[target.suffix.lower()]
    write_horizon(found.horizon, survey, target, form=form, overwrite=options.overwrite)
    return {
        "quantity": "horizon",
        "between": names,
        "picks": found.horizon.picked,
        "traces_with_several": found.several,
    }


def _tif(values: ArrayLike, survey: Survey, classes: ClassTable, target: Path, options: ExportOptions) -> float:
    """Write one image; return the number for unlabelled."""
    if survey.kind != "image":
        msg = f"{target.name}: a GeoTIFF holds one image, {survey.path.name} is {survey.kind}; write .csv or .sgy"
        raise OutputError(msg)
    null = float(UNLABELLED if options.null is None else options.null)
    if 0 <= null < len(classes):
        msg = f"--null {null:g} is the number of class '{classes.names[int(null)]}'; choose a number that is no class"
        raise UsageError(msg)
    if not null.is_integer() or not -32768 <= null <= 32767:
        msg = f"--null {null:g}: class numbers are stored as whole numbers from -32768 to 32767; choose such a number"
        raise UsageError(msg)
    dtype = np.uint8 if 0 <= null <= 255 else np.int16

    def pixels(part: NDArray[Any]) -> NDArray[Any]:
        numbers = checked_classes(part)
        return np.where(numbers == UNLABELLED, dtype(int(null)), numbers.astype(dtype))

    # Some rows at a time: an image may be larger than memory.
    write_geotiff(
        MappedArray(values, np.dtype(dtype), pixels),
        target,
        template=survey.template if isinstance(survey.template, RasterTemplate) else None,
        nodata=null,
        bands=("class",),
        overwrite=options.overwrite,
    )
    return null
