"""Classes of labels as those of the model that they go on from: known by name, new ones after the old."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.labels import UNLABELLED, ArrayLike, LabelSet, checked_classes
from napari_geofm.core.survey import Survey
from napari_geofm.errors import ModelError
from napari_geofm.jobs.specs import FinetuneSpec

__all__ = ["Renumbered", "known_classes", "read_named", "told_of_classes", "widened_table"]


def known_classes(spec: FinetuneSpec) -> ClassTable:
    """Return the classes given with the job; of one that goes on from a model, that model's and then the new ones.

    Raises
    ------
    ModelError
        When no class of the earlier model is among those given.
    """
    from napari_geofm.io.class_table import read_class_table
    from napari_geofm.io.models import read_recipe

    given = read_class_table(spec.class_table) if spec.class_table else ClassTable(())
    if spec.base_model is None:
        return given or spec.recipe.classes
    base = read_recipe(spec.base_model).classes
    return widened_table(base, given, f"Model {spec.base_model.name}", "--classes") if len(given) else base


def widened_table(base: ClassTable, given: ClassTable, whose: str, where: str) -> ClassTable:
    """Return ``base`` with those of ``given`` that it lacks behind its own.

    Parameters
    ----------
    base, given
        A model's classes, and those of labels.
    whose, where
        What the two are called when they do not go together.

    Raises
    ------
    ModelError
        When they have no name in common: numbers would then be taken for each other.

    Examples
    --------
    >>> widened_table(ClassTable.named(["sand", "salt"]), ClassTable.named(["coal", "sand"]), "Model", "labels").names
    ('sand', 'salt', 'coal')
    """
    if not set(base.names) & set(given.names):
        msg = (
            f"{whose} has classes {', '.join(base.names)}; {where} names others: {', '.join(given.names)}. Call "
            "classes that are the same alike, or train a new model"
        )
        raise ModelError(msg)
    new = tuple(info for info in given if info.name not in base.names)
    return ClassTable(base.infos + new)


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
    wider = widened_table(table, own, f"Model {name}", str(path.name))
    numbers = np.full(256, UNLABELLED, np.uint8)
    numbers[: len(own)] = [wider.names.index(each) for each in own.names]
    return LabelSet(Renumbered(labels.values, numbers), wider, labels.origins)


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
    """Labels in other numbers, read as they are needed."""

    values: ArrayLike
    numbers: NDArray[np.uint8]

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes."""
        return self.values.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Always uint8."""
        return np.dtype(np.uint8)

    def __getitem__(self, key: Any) -> NDArray[np.uint8]:
        """Return a part."""
        part: NDArray[np.uint8] = self.numbers[checked_classes(np.asarray(self.values[key]))]
        return part
