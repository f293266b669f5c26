"""Which quantity a file holds that goes home: labels, confidence, probabilities or features."""

from pathlib import Path

import numpy as np

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import ArrayLike
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError, LabelError, UsageError
from napari_geofm.io.arrays import ARRAY_ENDINGS, MappedArray, is_zarr, read_array
from napari_geofm.io.label_folder import is_label_folder
from napari_geofm.io.label_pictures import PICTURE_ENDINGS
from napari_geofm.io.labels import read_like
from napari_geofm.io.result_notes import read_notes
from napari_geofm.io.results import PLANES, QUANTITIES, ResultSpec, is_segy_name

__all__ = ["FEATURES_NULL", "component_names", "numbers_in", "quantity_in", "spec_of"]

FEATURES_NULL = -999.25
"""Number for nothing among features in a SEG-Y: -1 is a value like others there."""

_FIRST = {"probabilities": "classes first, then ", "features": "components first, then "}


def component_names(count: int) -> ClassTable:
    """Return the names of the principal features, the first of them first."""
    return ClassTable.named([f"component {number + 1}" for number in range(count)])


def quantity_in(path: Path, survey: Survey) -> str:
    """Return what a file says that it holds; where it says nothing, an axis before the survey's tells probabilities.

    Raises
    ------
    SourceError, FormatError
        When it cannot be read.
    """
    if is_label_folder(path) or path.suffix.lower() in PICTURE_ENDINGS or (path.is_dir() and not is_zarr(path)):
        return "labels"
    said = read_notes(path).quantity if path.exists() else ""
    if said in QUANTITIES and said != "prediction":
        return said
    if said or path.suffix.lower() not in ARRAY_ENDINGS:
        return "labels"
    shape = tuple(read_array(path).shape) if not is_segy_name(path) else survey.shape
    return "probabilities" if len(shape) == len(survey.shape) + 1 else "labels"


def numbers_in(path: Path, survey: Survey) -> ArrayLike:
    """Open the numbers of a file; what means nothing in a SEG-Y, as is noted beside it, is NaN.

    Raises
    ------
    SourceError, FormatError
        When it cannot be read.
    """
    found = read_array(path, null=None, options=read_like(survey))
    null = read_notes(path).null
    if null is None or not is_segy_name(path):
        return found
    return MappedArray(found, np.dtype(np.float32), lambda part: np.where(part == null, np.float32(np.nan), part))


def spec_of(
    path: Path, array: ArrayLike, survey: Survey, quantity: str, classes: ClassTable | None = None
) -> ResultSpec:
    """Return what the numbers of a file are as a result of a survey.

    Parameters
    ----------
    path, array
        The file, and its array as :func:`~napari_geofm.io.arrays.read_array` opens it.
    survey
        What they belong to.
    quantity
        ``"confidence"``, ``"probabilities"`` or ``"features"``.
    classes
        Names for the first axis; None: those that the file says, else numbers.

    Raises
    ------
    UsageError
        When there is no such quantity.
    LabelError
        When shape or count of classes do not fit.
    FormatError
        When the array does not hold numbers with a fraction.
    """
    if quantity not in QUANTITIES or quantity == "prediction":
        msg = f"--quantity {quantity}: what goes home is labels, confidence, probabilities or features"
        raise UsageError(msg)
    if np.dtype(array.dtype).kind != "f":
        msg = f"{path.name} holds whole numbers ({array.dtype}), no {quantity}; say --quantity labels"
        raise FormatError(msg)
    planes = quantity in PLANES
    if planes and len(array.shape) != len(survey.shape) + 1:
        raise LabelError(_misfit(path, array, survey, quantity))
    spec = ResultSpec.of(
        survey,
        quantity,
        _table(path, quantity, int(array.shape[0]) if planes else 0, classes),
        notes={"from": path.name},
        null=FEATURES_NULL if quantity == "features" else -1.0,
    )
    if tuple(array.shape) != spec.stored_shape:
        raise LabelError(_misfit(path, array, survey, quantity))
    return spec


def _misfit(path: Path, array: ArrayLike, survey: Survey, quantity: str) -> str:
    if tuple(array.shape) == survey.shape:
        word = PLANES[quantity]
        return (
            f"{path.name} holds the numbers of one {word} alone; give the file with those of every {word}, or take "
            "them as they are with --quantity confidence"
        )
    return (
        f"{path.name} has shape {tuple(array.shape)}, survey {survey.path.name} {survey.shape}; "
        f"{quantity} have {_FIRST.get(quantity, '')}the survey's shape"
    )


def _table(path: Path, quantity: str, count: int, classes: ClassTable | None) -> ClassTable:
    notes = read_notes(path)
    if quantity == "features":
        named = len(notes.components) == count
        return ClassTable.named(notes.components) if named else component_names(count)
    table = classes or notes.classes
    if count and table is not None and len(table) != count:
        msg = f"{path.name} holds {count} classes, the class table {len(table)}; give a table of as many"
        raise LabelError(msg)
    return table or ClassTable.numbered(count)
