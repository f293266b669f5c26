from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.errors import LabelError, SourceError
from napari_geofm.io.model_scores import ModelScores, write_scores
from napari_geofm.session import Session
from napari_geofm.session.edits import Edit, SampleChange, UndoStack
from napari_geofm.session.models import PUT_AWAY


def model(folder: Path) -> Path:
    """Return a folder that is a model as far as lists go."""
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text(Recipe(classes=ClassTable.named(["a", "b"])).to_toml())
    return folder


def test_going_back_to_the_model_before_is_undone_and_remembered(opened: Callable[[], Session], tmp_path: Path) -> None:
    session = opened()
    told: list[Path | None] = []
    session.model_changed.connect(lambda: told.append(session.model))
    first = model(session.new_model_folder("probe"))
    session.use_model(first)
    second = model(session.new_model_folder("lora"))
    session.use_model(second)
    elsewhere = model(tmp_path / "zoo" / "facies")
    session.use_model(elsewhere)
    assert session.model == elsewhere
    assert session.revert_model() == "lora-1"
    assert session.undo() == "went back to model lora-1"
    assert session.model == elsewhere
    session.redo()
    assert session.model == second
    assert told == [first, second, elsewhere, second, elsewhere, second]
    session.close()
    again = opened()
    assert (again.model, again.earlier_model) == (second, elsewhere)
    with pytest.raises(SourceError, match=r"no recipe\.toml"):
        again.use_model(tmp_path)


def test_a_model_from_elsewhere_names_the_classes_that_nobody_has_named(session: Session, tmp_path: Path) -> None:
    before = session.classes.names
    session.use_model(model(session.new_model_folder("probe")))
    # The session's own models have its classes.
    assert session.classes.names == before
    session.use_model(model(tmp_path / "zoo" / "facies"))
    assert session.classes.names == ("a", "b")
    assert session.undo() == "took the classes of facies"
    assert session.classes.names == before
    session.set_classes(ClassTable.named(["sand", "shale"]))
    session.use_model(model(tmp_path / "zoo" / "other"))
    assert session.classes.names == ("sand", "shale")


def test_classes_that_are_labelled_keep_their_names(session: Session, tmp_path: Path) -> None:
    before = session.classes.names
    session.record(session.place, np.ones_like(session.labels_at(session.place)), what="stroke")
    session.use_model(model(tmp_path / "zoo" / "facies"))
    assert session.classes.names == before


def test_models_tell_what_they_scored(session: Session) -> None:
    folder = model(session.new_model_folder("probe"))
    scores = ModelScores(("a", "b"), (10, 20), 5, 0.5, (0.25, 0.75))
    write_scores(folder, scores)
    (entry,) = session.models
    assert (entry.name, entry.method, entry.scores) == ("probe-1", "probe", scores)


def test_locked_classes_are_neither_merged_nor_deleted(session: Session) -> None:
    session.set_classes(ClassTable.named(["a", "b", "c"]))
    session.current_class = 2
    session.lock_class(1, on=True)
    refused = [
        partial(session.delete_class, 1),
        partial(session.merge_classes, 1, 0),
        partial(session.merge_classes, 0, 1),
    ]
    for each in refused:
        with pytest.raises(LabelError, match="'b' is locked"):
            each()
    session.delete_class(0)
    # Lock and current class stay with their names.
    assert (session.locked, session.current_class) == ({0}, 1)
    session.undo()
    assert (session.locked, session.current_class) == ({1}, 2)


def test_filling_the_rest_completes_a_section_until_it_is_undone(session: Session) -> None:
    at = At("inline", 1)
    told: list[object] = []
    session.labels_changed.connect(told.append)
    assert session.fill_rest(at, 1) > 0
    assert str(at) in session.complete
    session.undo()
    assert str(at) not in session.complete
    assert not session.labels_at(at).any()
    assert told == [at, at]


def test_that_a_section_is_complete_is_a_step_of_undo(session: Session) -> None:
    at = At("inline", 1)
    assert not session.is_labelled(at)
    painted = session.labels_at(at)
    painted[2:6, 0:3] = 1
    session.record(at, painted, what="stroke")
    assert session.is_labelled(at)
    assert not session.is_labelled(At("inline", 2))
    session.set_complete(at, on=True)
    session.set_complete(at, on=True)
    session.set_complete(at, on=False)
    assert str(at) not in session.complete
    assert session.undo() == "inline 1 is not complete"
    assert str(at) in session.complete
    assert session.undo() == "inline 1 is complete"
    assert str(at) not in session.complete
    assert session.labels_at(at).any()
    session.redo()
    assert str(at) in session.complete
    assert session.undo() == "inline 1 is complete"
    assert session.undo() == "stroke on inline 1"


def test_sections_that_were_painted_on_are_listed_whatever_their_direction(session: Session) -> None:
    for at in (At("crossline", 6), At("inline", 3), At("crossline", 1)):
        painted = session.labels_at(at)
        painted[2:6, 0:3] = 1
        session.record(at, painted, what="stroke")
    assert session.labelled_sections() == [At("inline", 3), At("crossline", 1), At("crossline", 6)]
    assert At("inline", 0) in session.labelled_sections("inline")
    session.undo()
    assert session.labelled_sections()[-1] == At("crossline", 6)


def test_painting_of_another_shape_is_refused(session: Session) -> None:
    with pytest.raises(LabelError, match="paint on that section"):
        session.record(At("inline", 0), np.ones((1, 7), np.uint8), what="stroke")


def test_a_viewer_that_only_looks_changes_nothing(opened: Callable[[], Session]) -> None:
    first, second = opened(), opened()
    at = At("inline", 0)
    assert second.record(at, np.ones_like(second.labels_at(at)), what="stroke") == 0
    assert second.fill_rest(at, 0) == 0
    second.add_class("x")
    second.delete_class(0)
    second.go_to(At("inline", 4))
    second.save()
    assert second.undo() == ""
    assert not first.labels_at(at).any()
    first.close()
    second.close()
    assert opened().classes.names == ("class 1", "class 2")


def test_undo_keeps_to_its_memory() -> None:
    rng = np.random.default_rng(0)
    flat = np.sort(rng.choice(10**9, 20_000, replace=False)).astype(np.int64)
    noise = [rng.integers(0, 255, flat.size).astype(np.uint8) for _ in range(4)]
    change = SampleChange.of(flat, *noise)
    np.testing.assert_array_equal(change.positions(), flat)
    wide = SampleChange.of(flat * 10**7, *noise)
    np.testing.assert_array_equal(wide.positions(), flat * 10**7)
    for found, given in zip(wide.unpacked()[1], noise, strict=True):
        np.testing.assert_array_equal(found, given)
    stack = UndoStack(20 * Edit("", changes=(change,)).size)
    for step in range(50):
        stack.push(Edit(str(step), changes=(change,)))
    done = 0
    while stack.to_undo() is not None:
        stack.undone()
        done += 1
    assert done == 20
    stack.redone()
    stack.push(Edit("new"))
    assert stack.to_redo() is None


def test_a_model_that_was_put_away_is_not_listed_until_it_is_used(session: Session, tmp_path: Path) -> None:
    first, second = (model(session.new_model_folder(name)) for name in ("probe", "lora"))
    session.use_model(first)
    session.use_model(second)
    assert session.put_away(first)
    assert [entry.name for entry in session.models] == ["lora-1"]
    assert not session.put_away(second), "it is in use"
    assert not session.put_away(model(tmp_path / "zoo" / "facies")), "it is none of the session's"
    assert session.new_model_folder("probe").name == "probe-2"
    assert session.revert_model() == "probe-1"
    assert {entry.name for entry in session.models} == {"lora-1", "probe-1"}


def test_only_a_session_that_is_its_own_lists_a_model_again(opened: Callable[[], Session], tmp_path: Path) -> None:
    session = opened()
    first, second = (model(session.new_model_folder(name)) for name in ("probe", "lora"))
    session.use_model(first)
    session.use_model(second)
    assert session.put_away(first)
    foreign = model(tmp_path / "zoo" / "facies")
    (foreign / PUT_AWAY).touch()
    session.use_model(foreign)
    assert (foreign / PUT_AWAY).exists(), "it is another session's choice"
    looking = opened()
    assert looking.read_only
    looking.use_model(first)
    assert (first / PUT_AWAY).exists()
    session.use_model(first)
    assert not (first / PUT_AWAY).exists()


def test_a_model_whose_folder_takes_no_files_is_not_put_away(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (model(session.new_model_folder(name)) for name in ("probe", "lora"))
    session.use_model(first)
    session.use_model(second)
    told: list[bool] = []
    session.model_changed.connect(lambda: told.append(True))

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(Path, "touch", refused)
    assert not session.put_away(first)
    assert not told
    assert {entry.name for entry in session.models} == {"lora-1", "probe-1"}
