"""What a file of labels or results says of itself: in the attributes of a zarr group, or in a ``.json`` beside it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.survey import Survey
from napari_geofm.errors import FormatError
from napari_geofm.io.arrays import is_zarr
from napari_geofm.io.class_table import table_of_rows
from napari_geofm.io.segy import sidecar_of

__all__ = ["ResultNotes", "of_another", "read_notes"]


@dataclass(frozen=True, slots=True)
class ResultNotes:
    """What is said; each part is empty where nothing is.

    Attributes
    ----------
    quantity
        ``"labels"``, ``"prediction"``, ``"confidence"``, ``"probabilities"``, ``"features"``.
    classes
        Names and colours, or None.
    components
        Names of the components of features.
    null
        Number for nothing in a SEG-Y, or None.
    survey, fingerprint
        File that it was made of, and the fingerprint of what that held.
    """

    quantity: str = ""
    classes: ClassTable | None = None
    components: tuple[str, ...] = ()
    null: float | None = None
    survey: str = ""
    fingerprint: str = ""


def read_notes(path: Path) -> ResultNotes:
    """Return what is said of the labels or results in ``path``; nothing where nobody says anything.

    A ``.json`` beside a file, ``faults.sgy.json`` beside ``faults.sgy``, is what exports write; a plain class table
    (:func:`~napari_geofm.io.class_table.read_class_table`) will do.

    Raises
    ------
    FormatError
        When the ``.json`` is damaged.
    LabelError
        When its classes are no class table.
    """
    if is_zarr(path):
        return _of(_attributes(path), path)
    file = sidecar_of(path)
    if path.is_dir() or not file.is_file():
        return ResultNotes()
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        msg = f"{file.name} beside {path.name} is no JSON; correct or remove it"
        raise FormatError(msg) from error
    return _of(found if isinstance(found, dict) else {"classes": found}, file)


def of_another(path: Path, survey: Survey) -> str:
    """Return a warning for results that say they belong to another survey, ``""`` where none do.

    Such a file is taken all the same: a survey processed anew has the lines of the old one.
    """
    notes = read_notes(path)
    if notes.fingerprint in {"", survey.fingerprint}:
        return ""
    if notes.survey == survey.path.name:
        made_of = f"another {notes.survey}, or of one read otherwise"
    else:
        made_of = f"{notes.survey or 'another survey'}, not of {survey.path.name}"
    return f"{path.name} was made of {made_of}; see that it belongs here"


def _attributes(path: Path) -> Mapping[str, Any]:
    import zarr

    store = zarr.open(path, mode="r")
    return {} if isinstance(store, zarr.Array) else dict(store.attrs)


def _of(found: Mapping[str, Any], where: Path) -> ResultNotes:
    rows, components, null = found.get("classes"), found.get("components"), found.get("null")
    survey = found.get("survey")
    made_of = survey if isinstance(survey, Mapping) else {}
    table: ClassTable | None = None
    if isinstance(rows, list) and rows and all(isinstance(row, dict | str) for row in rows):
        named = [{"name": row} if isinstance(row, str) else row for row in rows]
        table = table_of_rows(cast("list[Mapping[str, object]]", named), where)
    return ResultNotes(
        str(found.get("quantity", "")),
        table,
        tuple(map(str, components)) if isinstance(components, list) else (),
        float(null) if isinstance(null, int | float) and not isinstance(null, bool) else None,
        str(made_of.get("file", "")),
        str(made_of.get("fingerprint", "")),
    )
