"""Classes of a model that goes on: known by name, by number where nobody has named them, new ones behind."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.errors import LabelError, ModelError
from napari_geofm.jobs.specs import SourceSpec
from tests.jobs.two_surveys import Two, saved, session_of, went_on
from tests.tiny import quick, taught


def test_classes_are_known_by_name(tiny: Path, two: Two, tmp_path: Path) -> None:
    drawn = two.first.drawn
    old = session_of(tmp_path / "old", drawn, ["sand", "shale", "salt"])
    base = taught(two.first, tmp_path / "base", sources=(SourceSpec(two.first.file, old),))
    # In another order, one called otherwise, one fewer.
    new = session_of(tmp_path / "new", two.other.drawn, ["salt", "coal", "sand"])
    found = went_on(two, tmp_path / "model", base.output, sources=(SourceSpec(two.other.file, new),))
    assert found.classes == ("sand", "shale", "salt", "coal")
    there = [int((two.other.drawn == number).sum()) for number in range(3)]
    assert found.labelled == (base.labelled[0] + there[2], base.labelled[1], base.labelled[2] + there[0], there[1])
    assert found.notes == ("New beside the classes of base: coal.",)
    alone = went_on(two, tmp_path / "no", base.output, sources=(SourceSpec(two.other.file, new),), rehearse=False)
    assert "Nothing is labelled 'shale', which base knows: it stays in the model, and may fade." in alone.notes
    other = session_of(tmp_path / "else", two.other.drawn, ["a", "b", "c"])
    with pytest.raises(ModelError, match="has classes sand, shale, salt; else names others: a, b, c"):
        went_on(two, tmp_path / "none", base.output, sources=(SourceSpec(two.other.file, other),))
    # Numbers without names are the model's.
    numbers = np.where(two.other.drawn == 2, np.uint8(3), two.other.drawn)
    bare = (SourceSpec(two.other.file, saved(numbers, tmp_path / "bare.npy")),)
    with pytest.raises(LabelError, match="holds class 3, but there are 3 classes"):
        went_on(two, tmp_path / "none", base.output, sources=bare)


def test_a_sessions_untouched_names_are_the_numbers_of_a_file(tiny: Path, two: Two, tmp_path: Path) -> None:
    """A file's classes are counted from 0, a session's from 1: ``class 1`` is not the same in both."""
    base = taught(two.first, tmp_path / "base")
    assert base.classes == ("class 0", "class 1", "class 2")
    drawn = two.other.drawn
    new = session_of(tmp_path / "new", drawn, ["class 1", "class 2", "class 3"])
    found = went_on(two, tmp_path / "model", base.output, sources=(SourceSpec(two.other.file, new),), rehearse=False)
    assert found.classes == base.classes
    assert found.labelled == tuple(int((drawn == number).sum()) for number in range(3))


def test_a_class_table_in_another_order_is_taken_by_name(tiny: Path, two: Two, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name\nsand\nshale\nsalt\n")
    base = taught(two.first, tmp_path / "base", class_table=tmp_path / "names.csv")
    (tmp_path / "other.csv").write_text("name\nshale\nsalt\nsand\n")
    found = went_on(two, tmp_path / "model", base.output, class_table=tmp_path / "other.csv", rehearse=False)
    there = [int((two.other.drawn == number).sum()) for number in range(3)]
    assert found.classes == base.classes
    assert found.labelled == (there[2], there[0], there[1])


def test_one_new_class_alone_is_enough_beside_what_is_rehearsed(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base", quick("lora", "linear"))
    (tmp_path / "names.csv").write_text("name\nclass 0\nclass 1\nclass 2\ncoal\n")
    labels = np.full(two.other.drawn.shape, 255, np.uint8)
    labels[1, 10:40, 10:40] = 3
    options: dict[str, Any] = {
        "sources": (SourceSpec(two.other.file, saved(labels, tmp_path / "coal.npy")),),
        "class_table": tmp_path / "names.csv",
    }
    found = went_on(two, tmp_path / "model", base.output, quick("lora", "linear"), **options)
    assert found.labelled == (*base.labelled, 900)
    assert found.guard is not None
    assert found.guard.earlier_samples == base.held_out
    with pytest.raises(LabelError, match="one class only"):
        went_on(two, tmp_path / "again", base.output, quick("lora", "linear"), rehearse=False, **options)
