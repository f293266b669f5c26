"""Classes of labels as those of the model that they go on from: known by name, new ones behind the old."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassInfo, ClassTable
from napari_geofm.core.labels import UNLABELLED, ArrayLike, LabelSet, checked_classes
from napari_geofm.core.same_classes import counterparts, numbered_from, unnamed
from napari_geofm.core.survey import Survey
from napari_geofm.errors import LabelError, ModelError
from napari_geofm.jobs.specs import FinetuneSpec

__all__ = ["Renumbered", "known_classes", "read_named", "told_of_classes", "widened_table"]


def known_classes(spec: FinetuneSpec) -> ClassTable:
    """Return the classes given with the job; of one that goes on from a model, that model's and then the new ones.

    Raises
    ------
    ModelError
        When no class of the earlier model is among those given, or those of labels that bring names along.
    """
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.models import read_recipe

    given = read_class_table(spec.class_table) if spec.class_table else ClassTable(())
    if spec.base_model is None:
        return given or spec.recipe.classes
    base, name = read_recipe(spec.base_model).classes, f"Model {spec.base_model.name}"
    if len(given):
        return widened_table(base, given, name, "--classes")
    for path in (source.labels for source in spec.sources if source.split in {"train", "valid"}):
        own = _stored(path)
        if own:
            base = widened_table(base, own, name, path.name, renamed=_made_there(path, spec))
    return base


def widened_table(base: ClassTable, given: ClassTable, whose: str, where: str, *, renamed: bool = False) -> ClassTable:
    """Return ``base`` with those of ``given`` that it lacks behind its own, and by the names that they have there.

    Parameters
    ----------
    base, given
        A model's classes, and those of labels.
    whose, where
        What the two are called when they do not go together.
    renamed
        Whether the labels are of the session that the model was made in, where a class may have another name by now.

    Raises
    ------
    ModelError
        When they have no class in common: numbers would then be taken for each other.

    Examples
    --------
    >>> widened_table(ClassTable.named(["sand", "salt"]), ClassTable.named(["coal", "sand"]), "Model", "labels").names
    ('sand', 'salt', 'coal')
    >>> widened_table(ClassTable.numbered(2), ClassTable.named(["class 1", "shale"]), "Model", "labels").names
    ('class 0', 'shale')
    """
    return _joined(base, given, whose, where, renamed=renamed)[0]


def _joined(
    base: ClassTable, given: ClassTable, whose: str, where: str, *, renamed: bool
) -> tuple[ClassTable, list[int]]:
    """Return what :func:`widened_table` does, and where each of ``given`` is in it."""
    found = counterparts(base.names, given.names, renamed=renamed)
    if all(place is None for place in found):
        msg = (
            f"{whose} has classes {', '.join(base.names)}; {where} names others: {', '.join(given.names)}. Call "
            "classes that are the same alike, or train a new model"
        )
        raise ModelError(msg)
    numbers = {place: number for number, place in enumerate(found) if place is not None}
    infos, bare = list(base.infos), unnamed(given.names)
    for place, number in numbers.items():
        if place not in bare and infos[number].name != given.infos[place].name:
            infos[number] = given.infos[place]
    first = numbered_from(base.names) if unnamed(base.names) else numbered_from(given.names)
    for place, info in enumerate(given):
        if place not in numbers:
            numbers[place] = len(infos)
            # At its own place a number is counted as the model counts.
            name = f"class {place + (first or 0)}" if place in bare and place == len(infos) else info.name
            infos.append(ClassInfo(_free(name, infos), info.colour))
    return ClassTable(tuple(infos)), [numbers[place] for place in range(len(given))]


def _free(name: str, infos: Sequence[ClassInfo]) -> str:
    """Return a name for a new class: its own, or where that is a number that is taken, the next that is free."""
    taken = {info.name for info in infos}
    number = len(infos)
    while name in taken:
        number += 1
        name = f"class {number}"
    return name


def read_named(path: Path, survey: Survey, table: ClassTable, spec: FinetuneSpec) -> LabelSet:
    """Open labels in the numbers of ``table``, by the names of their own classes where they have any.

    Names come from ``--classes``, from a session, or from what lies with the labels; labels without any are numbered as
    ``table`` is.

    Raises
    ------
    GeoFMError
        When they cannot be read, or have no class in common with the model.
    """
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.labels import read_labels

    own = read_class_table(spec.class_table) if spec.class_table else _stored(path)
    if own is None or len(own) == 0:
        return read_labels(path, survey, table)
    labels = read_labels(path, survey, own)
    name = spec.base_model.name if spec.base_model is not None else ""
    wider, places = _joined(table, own, f"Model {name}", str(path.name), renamed=_made_there(path, spec))
    numbers = np.full(256, UNLABELLED, np.uint8)
    numbers[: len(own)] = places
    return LabelSet(Renumbered(labels.values, numbers, path.name, len(own)), wider, labels.origins)


def told_of_classes(base: ClassTable, now: ClassTable, labelled: NDArray[np.int64], name: str) -> tuple[str, ...]:
    """Return what is said of classes that the labels do not name, and of those that are new.

    Parameters
    ----------
    base, now
        The earlier model's classes, and those of the one that goes on from it.
    labelled
        Samples per class that are learned from, of the latter's.
    name
        The earlier model.
    """
    silent = [each for place, each in enumerate(base.names) if not labelled[place]]
    new = now.names[len(base) :]
    said = []
    if silent:
        said.append(f"Nothing is labelled {_listed(silent)}, which {name} knows: it stays in the model, and may fade.")
    if new:
        said.append(f"New beside the classes of {name}: {', '.join(new)}.")
    return tuple(said)


def _listed(names: list[str]) -> str:
    return " or ".join(f"'{each}'" for each in names)


def _made_there(path: Path, spec: FinetuneSpec) -> bool:
    """Return whether the earlier model was made in the session that the labels are of: it lies in its folder."""
    from napari_geofm.io.label_folder import is_label_folder

    if spec.base_model is None or spec.class_table is not None or not is_label_folder(path):
        return False
    return spec.base_model.resolve().parent.parent in {path.resolve(), path.resolve().parent}


def _stored(path: Path) -> ClassTable | None:
    """Return the names that labels bring along; None where they bring none."""
    from napari_geofm.io.label_folder import is_label_folder, read_label_folder
    from napari_geofm.io.label_pictures import PICTURE_ENDINGS
    from napari_geofm.io.result_notes import read_notes

    if is_label_folder(path):
        return read_label_folder(path).classes
    if path.suffix.lower() in PICTURE_ENDINGS or not path.exists():
        return None
    return read_notes(path).classes


@dataclass(frozen=True, slots=True, eq=False)
class Renumbered:
    """Labels in other numbers, read as they are needed; ``count`` classes have names."""

    values: ArrayLike
    numbers: NDArray[np.uint8]
    name: str
    count: int

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes."""
        return self.values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Always uint8."""
        return np.dtype(np.uint8)

    def untouched(self, rows: slice) -> bool:
        """Return whether some rows are known to be unlabelled."""
        known = getattr(self.values, "untouched", None)
        return known is not None and bool(known(rows))

    def labelled_runs(self) -> Iterator[tuple[int, NDArray[np.uint8]]] | None:
        """Return flat positions and numbers of what may be labelled; None where that is not known."""
        runs = getattr(self.values, "labelled_runs", lambda: None)()
        return None if runs is None else ((start, self._numbered(part)) for start, part in runs)

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
        """Return a part."""
        return self._numbered(np.asarray(self.values[key]))

    def _numbered(self, values: NDArray[Any]) -> NDArray[np.uint8]:
        theirs = checked_classes(values)
        beyond = theirs[(theirs >= self.count) & (theirs != UNLABELLED)]
        if beyond.size:
            msg = (
                f"{self.name} holds class {beyond.max()}, but there are {self.count} classes (0 to {self.count - 1}); "
                "give a class table that names them all"
            )
            raise LabelError(msg)
        part: NDArray[np.uint8] = self.numbers[theirs]
        return part
