"""Bodies of 3-D seismic as closed surfaces (PLY)."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import ArrayLike
from napari_geofm.core.progress import Job, Progress, run_to_end
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, OutputError
from napari_geofm.io.label_bodies import Body, bodies_job
from napari_geofm.io.sample_sizes import sample_size, sample_volume
from napari_geofm.io.segy import SegyTemplate

__all__ = ["MOST_SAMPLES", "surfaces_job", "write_surfaces"]

MOST_SAMPLES = 2**28
"""Samples above which the surfaces of a volume do not fit into a usual memory."""

_VERTEX = np.dtype([("x", "<f8"), ("y", "<f8"), ("z", "<f8"), ("red", "u1"), ("green", "u1"), ("blue", "u1")])
_FACE = np.dtype([("count", "u1"), ("corners", "<i4", (3,)), ("class", "u1"), ("body", "<i4")])


def write_surfaces(
    values: ArrayLike,
    survey: Survey,
    classes: ClassTable,
    out: Path,
    *,
    minimum: float = 0.0,
    velocity: float | None = None,
) -> list[dict[str, object]]:
    """Do what :func:`surfaces_job` does, to its end."""
    return run_to_end(surfaces_job(values, survey, classes, out, minimum=minimum, velocity=velocity))


def surfaces_job(
    values: ArrayLike,
    survey: Survey,
    classes: ClassTable,
    out: Path,
    *,
    minimum: float = 0.0,
    velocity: float | None = None,
) -> Job[list[dict[str, object]]]:
    """Write triangles around the bodies of each class, in one binary PLY.

    A body is what hangs together by the faces of samples. Vertices are ``(X, Y, twt or depth)`` in the headers'
    coordinates where the survey has them, else ``(inline, crossline, twt or depth)``; comments name the units, classes
    and bodies. Faces carry their ``class`` and ``body``. Surfaces run half way between samples of the class and others
    (Lewiner et al. 2003, marching cubes).

    Parameters
    ----------
    values, survey, classes, out
        As :func:`~napari_geofm.io.exports.export_labels` takes them.
    minimum
        Volume of the smallest body that is written: in m3 or ft3 where that is known, else in samples.
    velocity
        Average velocity in m/s, which makes volumes of a survey in time; None: their area by their time is stated.

    Returns
    -------
    list of dict
        For each body ``body``, ``class``, ``name``, ``samples``, ``volume`` and ``unit`` (``"km2*ms"`` where the volume
        is not known and the distances are, ``"samples"`` where neither is), the largest first.

    Raises
    ------
    OutputError
        When the survey is no volume, or has more than 2**28 samples.
    LabelError
        When nothing is labelled, or no body is so large.
    UsageError
        As :func:`~napari_geofm.io.sample_sizes.sample_volume`.
    """
    if survey.kind != "seismic-3d":
        msg = (
            f"{out.suffix}: surfaces are drawn in volumes, {survey.path.name} is {survey.kind}; write .csv or .geojson"
        )
        raise OutputError(msg)
    samples = int(np.prod(survey.shape, dtype=np.int64))
    if samples > MOST_SAMPLES:
        msg = f"{out.suffix}: surfaces are made of up to {MOST_SAMPLES:,} samples, here are {samples:,}; write .sgy"
        raise OutputError(msg)
    size, unit = sample_volume(survey, velocity) or (1.0, "samples")
    found = yield from bodies_job(values, survey.shape, minimum=max(1, int(np.ceil(minimum / size - 1e-9))))
    if not found.bodies:
        msg = (
            f"No body is as large as {minimum:g} {unit}: {found.left_out} are smaller; ask for smaller ones"
            if found.left_out
            else "Nothing is labelled, so there is nothing to export; label some"
        )
        raise LabelError(msg)
    vertices: list[NDArray[np.void]] = []
    faces: list[NDArray[np.void]] = []
    start = 0
    for done, body in enumerate(found.bodies):
        yield Progress(done, len(found.bodies), "drawing surfaces")
        corners, triangles = _surface(found.mask(body))
        vertices.append(_vertices(corners + [low for low, _ in body.box], survey, classes, body.cls))
        face = np.zeros(len(triangles), _FACE)
        face["count"], face["class"], face["body"] = 3, body.cls, body.number
        face["corners"] = triangles + start
        start += len(corners)
        faces.append(face)
    told = [_told(body, classes, *sample_size(survey, velocity)) for body in found.bodies]
    _write(out, survey, velocity, told, np.concatenate(vertices), np.concatenate(faces))
    return told


def _told(body: Body, classes: ClassTable, size: float, unit: str) -> dict[str, object]:
    name = classes.names[body.cls] if body.cls < len(classes) else f"class {body.cls}"
    return {
        "body": body.number,
        "class": body.cls,
        "name": name,
        "samples": body.samples,
        "volume": body.samples * size,
        "unit": unit,
    }


def _surface(body: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return corners in positions of the array and triangles; bodies are closed at the volume's sides too."""
    from skimage.measure import marching_cubes

    corners, triangles, _, _ = marching_cubes(np.pad(body, 1).astype(np.float32), 0.5)
    return np.asarray(corners, np.float64) - 1.0, np.asarray(triangles, np.int32)


def _vertices(corners: NDArray[np.float64], survey: Survey, classes: ClassTable, number: int) -> NDArray[np.void]:
    """Return corners at the survey's numbers, which may be uneven, or at its coordinates, in the class's colour."""
    columns = [_at(axis.values.astype(np.float64), corners[:, n]) for n, axis in enumerate(survey.axes)]
    template = survey.template
    if isinstance(template, SegyTemplate) and template.affine is not None:
        design = np.stack([np.ones(len(corners)), columns[0], columns[1]])
        columns[0], columns[1] = template.affine.matrix @ design
    found = np.zeros(len(corners), _VERTEX)
    found["x"], found["y"], found["z"] = columns
    colour = classes.rgb[number] if number < len(classes) else (128, 128, 128)
    found["red"], found["green"], found["blue"] = colour
    return found


def _at(numbers: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the numbers at fractional positions; beyond the ends by the step there."""
    if numbers.size == 1:
        beside: NDArray[np.float64] = numbers[0] + places
        return beside
    low = np.clip(np.floor(places).astype(np.int64), 0, numbers.size - 2)
    found: NDArray[np.float64] = numbers[low] + (places - low) * (numbers[low + 1] - numbers[low])
    return found


def _write(
    out: Path,
    survey: Survey,
    velocity: float | None,
    bodies: list[dict[str, object]],
    vertices: NDArray[np.void],
    faces: NDArray[np.void],
) -> None:
    template = survey.template
    mapped = isinstance(template, SegyTemplate) and template.affine is not None
    depth = survey.axes[2]
    words = ("X", "Y") if mapped else ("inline", "crossline")
    present = dict.fromkeys((int(str(each["class"])), str(each["name"])) for each in bodies)
    comments = [
        f"survey {survey.path.name}",
        f"x is {words[0]}, y is {words[1]}, z is {depth.name} in {depth.units or 'samples'}, down",
        *([] if velocity is None else [f"volumes by an average velocity of {velocity:g} m/s"]),
        *(f"class {number} is {name}" for number, name in sorted(present)),
        *(f"body {e['body']} is {e['name']}, {e['samples']} samples, {e['volume']:.6g} {e['unit']}" for e in bodies),
    ]
    header = [
        "ply",
        "format binary_little_endian 1.0",
        *(f"comment {' '.join(line.encode('ascii', 'replace').decode().split())}" for line in comments),
        f"element vertex {len(vertices)}",
        *(f"property double {name}" for name in "xyz"),
        *(f"property uchar {name}" for name in ("red", "green", "blue")),
        f"element face {len(faces)}",
        "property list uchar int vertex_indices",
        "property uchar class",
        "property int body",
        "end_header",
    ]
    with out.open("wb") as stream:
        stream.write(("\n".join(header) + "\n").encode("ascii"))
        stream.write(vertices.tobytes())
        stream.write(faces.tobytes())
