"""Classes of labels as those of the model that is gone on from: names, numbers, and new names for old classes."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import LabelError
from napari_geofm.io.class_table import write_class_table
from napari_geofm.io.label_folder import CLASSES, LABELS, ORIGINS
from napari_geofm.io.opening import open_survey
from napari_geofm.jobs.naming import known_classes, read_named, widened_table
from napari_geofm.jobs.specs import FinetuneSpec, SourceSpec


def spec_of(folder: Path, known: list[str], now: list[str], *, made_there: bool = False) -> FinetuneSpec:
    """Write a survey, a session's labels of classes 0, 1, 2 in turn, and a model of other classes."""
    survey = folder / "survey.npy"
    np.save(survey, np.zeros((4, 5, 6), np.float32))
    labels = folder / "survey.geofm" / "labels"
    labels.mkdir(parents=True)
    inside = (np.arange(120).reshape(4, 5, 6) % 3 + 1).astype(np.uint8)
    np.save(labels / LABELS, inside)
    np.save(labels / ORIGINS, np.ones_like(inside))
    write_class_table(ClassTable.named(now), labels / CLASSES)
    base = (labels.parent / "models" if made_there else folder) / "base"
    base.mkdir(parents=True)
    (base / "recipe.toml").write_text(Recipe(classes=ClassTable.named(known)).to_toml(), encoding="utf-8")
    return FinetuneSpec((SourceSpec(survey, labels),), folder / "out", Recipe(), base_model=base)


def taken(spec: FinetuneSpec) -> tuple[tuple[str, ...], list[int]]:
    """Return the classes that a job has, and the number that each of the labels' own gets."""
    table, (source,) = known_classes(spec), spec.sources
    labels = read_named(source.labels, open_survey(source.file), table, spec)
    assert labels.classes == table
    return table.names, np.asarray(labels.values[0]).ravel()[:3].tolist()


@pytest.mark.parametrize(
    ("known", "now", "names", "numbers"),
    [
        (["class 0", "class 1", "class 2"], ["class 1", "class 2", "class 3"], None, [0, 1, 2]),
        # The new class is counted as the model counts, and is known by its number from then on.
        (["class 0", "class 1"], ["class 1", "class 2", "class 3"], ["class 0", "class 1", "class 2"], [0, 1, 2]),
        (["sand", "shale", "salt"], ["class 1", "class 2", "class 3"], None, [0, 1, 2]),
        (["sand", "shale", "salt"], ["sand", "class 2", "shale"], ["sand", "shale", "salt", "class 2"], [0, 3, 1]),
        (["class 1", "shale", "salt"], ["sand", "shale", "salt"], ["sand", "shale", "salt"], [0, 1, 2]),
        (["class 0", "class 1", "class 2"], ["sand", "class 2", "salt"], ["sand", "class 1", "salt"], [0, 1, 2]),
        (["sand", "shale", "salt"], ["salt", "coal", "sand"], ["sand", "shale", "salt", "coal"], [2, 3, 0]),
    ],
)
def test_numbers_are_no_names(
    tmp_path: Path, known: list[str], now: list[str], names: list[str] | None, numbers: list[int]
) -> None:
    assert taken(spec_of(tmp_path, known, now)) == (tuple(names or known), numbers)


def test_a_class_that_was_renamed_in_the_models_own_session_is_no_new_one(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, ["sand", "shale", "salt"], ["sand", "mudstone", "salt"], made_there=True)
    assert taken(spec) == (("sand", "mudstone", "salt"), [0, 1, 2])


def test_a_number_without_a_name_is_refused_and_not_left_out(tmp_path: Path) -> None:
    spec = spec_of(tmp_path, ["sand", "shale"], ["sand", "shale"])
    with pytest.raises(LabelError, match=r"labels holds class 2, but there are 2 classes \(0 to 1\); give a class"):
        taken(spec)


def test_new_numbers_get_names_of_their_own() -> None:
    base = ClassTable.named(["sand", "class 4", "salt"])
    given = ClassTable.named(["sand", "shale", "salt", "class 4"])
    assert widened_table(base, given, "Model", "labels").names == ("sand", "class 4", "salt", "shale")
