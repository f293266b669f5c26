"""Labels in files, in every format of the contract, as one type in the survey's shape and order."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.das.thinned_labels import on_grid_of
from napari_geofm.core.labels import UNLABELLED, ArrayLike, LabelSet, checked_classes
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, SourceError
from napari_geofm.io.arrays import MappedArray, is_zarr, open_picture, read_array
from napari_geofm.io.class_table import read_class_table, write_class_table
from napari_geofm.io.colours import colour_table
from napari_geofm.io.label_folder import is_label_folder, read_label_folder
from napari_geofm.io.label_pictures import PICTURE_ENDINGS, has_colours, placed, read_picture, read_picture_folder
from napari_geofm.io.pairs import Pair, read_pairs
from napari_geofm.io.placed_section import PlacedSection
from napari_geofm.io.result_notes import read_notes
from napari_geofm.io.segy import SegyOptions, SegyTemplate

__all__ = [
    "Pair",
    "PlacedSection",
    "class_numbers",
    "colour_table",
    "read_class_table",
    "read_labels",
    "read_like",
    "read_pairs",
    "shared_table",
    "write_class_table",
]

_COUNTED = 2**20


def read_labels(
    path: Path | str,
    survey: Survey | None = None,
    classes: ClassTable | None = None,
    *,
    at: At | None = None,
    on_part: Callable[[], None] = lambda: None,
) -> LabelSet:
    """Open labels.

    Parameters
    ----------
    path
        ``.npy``, ``.npz``, ``.zarr``, ``.sgy``, ``.tif`` in the survey's shape and order; ``.png`` or ``.pgm`` in
        display order; for a folder of tiles also a folder with a picture for each tile. A zarr group may hold an array
        ``origin`` (:class:`~napari_geofm.core.labels.Origin` numbers) and class names in its attributes. Also the
        folder of a session (``survey.geofm``).
    survey
        What the labels belong to; their shape is checked. None: taken as they are.
    classes
        Names and colours. None: colours of a colour or palette picture, names stored with the labels or beside them
        (``labels.sgy.json`` beside ``labels.sgy``, as exports write it), else numbers.
    at
        Which section of a volume a picture shows; None: the file's name tells, as in ``inline=1080.png``.
    on_part
        Called between the parts of a volume that is looked through; what it raises ends that.

    Returns
    -------
    LabelSet
        Outside classes in the survey's shape and order, checked whenever a part is read.

    Raises
    ------
    SourceError, FormatError
        When the file is not there, damaged, or of another kind.
    LabelError
        When the shape is not the survey's, a value is no class, or no pixel is labelled.
    """
    file = Path(path)
    if not file.exists():
        msg = f"No label file {file}; check the path"
        raise SourceError(msg)
    if is_label_folder(file):
        session = read_label_folder(file)
        session = LabelSet(session.values, classes or session.classes, session.origins)
        if survey is not None:
            session = on_grid_of(session, survey)
            session.check_fits(survey)
        return session
    origins: ArrayLike | None = None
    stored: ClassTable | None = None
    if file.is_dir() and not is_zarr(file):
        values: ArrayLike
        values, stored = read_picture_folder(file, survey, classes)
    elif file.suffix.lower() in PICTURE_ENDINGS:
        picture, stored = read_picture(file, classes)
        values = placed(file, picture, survey, at)
    else:
        notes = read_notes(file)
        null = -1.0 if notes.null is None else notes.null
        values = _checked(read_array(file, null=null, options=read_like(survey)))
        _check_grid(file, survey)
        origins, stored = _origins(file), notes.classes
    table = classes or stored
    present = class_numbers(file, values, on_part)
    if table is None:
        table = ClassTable.numbered(present[-1] + 1)
    elif present[-1] >= len(table):
        msg = (
            f"{file.name} holds class {present[-1]}, but there are {len(table)} classes (0 to {len(table) - 1}); "
            "give a class table that names them all"
        )
        raise LabelError(msg)
    labels = LabelSet(values, table, origins)
    if survey is not None:
        labels = on_grid_of(labels, survey)
        try:
            labels.check_fits(survey)
        except LabelError as error:
            raise LabelError(f"{Path(path).name}: {error}") from error
    return labels


def class_numbers(path: Path, values: ArrayLike, on_part: Callable[[], None] = lambda: None) -> tuple[int, ...]:
    """Return the classes that occur, ascending; the array is read slice by slice.

    Raises
    ------
    LabelError
        When none does, or a value is no class.
    """
    seen = np.zeros(256, bool)
    rows = max(1, 2**24 // max(1, int(np.prod(values.shape[1:], dtype=np.int64))))
    try:
        for start in range(0, values.shape[0], rows):
            on_part()
            part = checked_classes(np.asarray(values[start : start + rows])).ravel()
            for piece in range(0, part.size, _COUNTED):
                # Counting takes eight bytes for each sample.
                seen |= np.bincount(part[piece : piece + _COUNTED], minlength=256)[:256] > 0
    except LabelError as error:
        msg = f"{path.name}: {error}"
        raise LabelError(msg) from error
    found = tuple(int(number) for number in np.flatnonzero(seen[:UNLABELLED]))
    if not found:
        msg = f"{path.name} holds no labelled pixel (all are {UNLABELLED}); label some"
        raise LabelError(msg)
    return found


def shared_table(paths: Iterable[Path | str]) -> ClassTable:
    """Return one class table for many label files: of their colours where they are colour pictures, else numbers.

    Raises
    ------
    LabelError
        When some are colour pictures and some are not, so that colours and numbers cannot be told to mean the same.
    """
    files = [Path(path) for path in paths]
    coloured = [file for file in files if file.suffix.lower() in PICTURE_ENDINGS and has_colours(open_picture(file))]
    if coloured and len(coloured) < len(files):
        other = next(file for file in files if file not in coloured)
        msg = f"{coloured[0].name} has colours, {other.name} numbers; give --classes names.csv to tell which is which"
        raise LabelError(msg)
    if coloured:
        return colour_table(coloured)
    tables = [read_labels(file).classes for file in files]
    return max(tables, key=len, default=ClassTable(()))


def _checked(values: ArrayLike) -> ArrayLike:
    return MappedArray(values, np.dtype(np.uint8), checked_classes)


def _check_grid(path: Path, survey: Survey | None) -> None:
    """Refuse SEG-Y labels whose headers hold other lines than the survey's."""
    if survey is None or path.suffix.lower() not in {".sgy", ".segy"} or not survey.kind.startswith("seismic"):
        return
    from napari_geofm.io.segy import read_segy

    labels = read_segy(path, read_like(survey))
    for name in survey.dims:
        if name in labels.dims and labels.shape == survey.shape:
            ours, theirs = survey.axis(name), labels.axis(name)
            if not np.allclose(ours.values.astype(np.float64), theirs.values.astype(np.float64)):
                msg = (
                    f"{path.name} runs along {name} from {theirs.first} to {theirs.last}, {survey.path.name} from "
                    f"{ours.first} to {ours.last}; give labels of the same lines"
                )
                raise LabelError(msg)


def read_like(survey: Survey | None) -> SegyOptions | None:
    """Return how SEG-Y labels and results are read: as the survey they belong to, but for their own samples' format."""
    template = survey.template if survey is not None else None
    if not isinstance(template, SegyTemplate):
        return None
    return replace(template.options, sample_format=None)


def _origins(path: Path) -> ArrayLike | None:
    """Return where the labels of a zarr group come from, None where it does not say."""
    if not is_zarr(path):
        return None
    import zarr

    store = zarr.open(path, mode="r")
    if isinstance(store, zarr.Array) or "origin" not in dict(store.arrays()):
        return None
    return cast("ArrayLike", store["origin"])
