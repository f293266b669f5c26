"""A truth and a prediction whose class numbers mean the same."""

import dataclasses
from pathlib import Path

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import LabelSet
from napari_geofm.errors import LabelError
from napari_geofm.io.arrays import open_picture
from napari_geofm.io.colours import colour_table
from napari_geofm.io.label_pictures import PICTURE_ENDINGS, has_colours
from napari_geofm.io.labels import read_labels

__all__ = ["read_scored_pair"]


def read_scored_pair(
    truth: Path | str, prediction: Path | str, classes: ClassTable | None = None
) -> tuple[LabelSet, LabelSet]:
    """Read a truth and a prediction.

    Parameters
    ----------
    truth, prediction
        Labels in any format. Of two colour pictures the colours of both make the classes; a colour picture beside a
        prediction that keeps its classes' colours (a palette PNG, a zarr group) is read by these; else numbers count.
    classes
        Names and colours; None: as said.

    Returns
    -------
    tuple of LabelSet
        Truth and prediction, both with the table that names most classes.

    Raises
    ------
    SourceError, FormatError, LabelError
        When a file cannot be read, holds no label, or does not fit ``classes``.
    """
    files = Path(truth), Path(prediction)
    coloured = [_is_coloured(file) for file in files]
    table = colour_table(files) if classes is None and all(coloured) else classes
    if table is not None:
        return read_labels(files[0], None, table), read_labels(files[1], None, table)
    found = read_labels(files[1] if coloured[0] else files[0])
    other = _by_colours(files[0], found.classes) if coloured[0] else read_labels(files[1])
    pair = (other, found) if coloured[0] else (found, other)
    named = max((labels.classes for labels in pair), key=_told)
    return dataclasses.replace(pair[0], classes=named), dataclasses.replace(pair[1], classes=named)


def _is_coloured(path: Path) -> bool:
    return path.suffix.lower() in PICTURE_ENDINGS and path.is_file() and has_colours(open_picture(path))


def _by_colours(path: Path, classes: ClassTable) -> LabelSet:
    """Read a colour picture by the colours of ``classes`` where they are its own, else by those that occur in it."""
    try:
        return read_labels(path, None, classes)
    except LabelError:
        return read_labels(path)


def _told(table: ClassTable) -> tuple[int, int]:
    """Rank tables by how many classes they have, then by how many of them have names."""
    return len(table), sum(name != f"class {number}" for number, name in enumerate(table.names))
