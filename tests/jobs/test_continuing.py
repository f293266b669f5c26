"""Going on from a model: what it learned from is learned again, what it knew is measured, classes are kept by name."""

import dataclasses
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import GENTLE_RATE, Recipe, TrainingRecipe
from napari_geofm.core.region import At, Region
from napari_geofm.core.scores import Scores
from napari_geofm.errors import LabelError, ModelError, OutputError, RecipeError
from napari_geofm.io.class_table import write_class_table
from napari_geofm.io.kept_labels import KEPT, KeptSection, read_kept
from napari_geofm.io.label_folder import CLASSES, LABELS, ORIGINS
from napari_geofm.io.models import ModelFolder, read_model
from napari_geofm.jobs.continuing import continue_net, going_on
from napari_geofm.jobs.specs import FinetuneResult, SegmentSpec, SourceSpec
from napari_geofm.jobs.workbench import workbench
from tests.tiny import TinySurvey, quick, taught, write_survey

THERE = "inline=1010"
"""One of the stroked sections."""


@dataclasses.dataclass(frozen=True)
class Two:
    """A survey that a model was trained on, in a folder of its own, and another one."""

    first: TinySurvey
    other: TinySurvey

    @property
    def elsewhere(self) -> tuple[SourceSpec, ...]:
        return (SourceSpec(self.other.file, self.other.strokes),)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Two:
    folder = tmp_path_factory.mktemp("surveys")
    return Two(write_survey(folder / "first"), write_survey(folder / "other", seed=11))


@pytest.fixture
def two(written: Two, tmp_path: Path) -> Two:
    """Return copies of both that a test may spoil."""
    made = []
    for each in (written.first, written.other):
        # As old as the original, so that what was encoded of that serves the copy.
        folder = shutil.copytree(each.file.parent, tmp_path / each.file.parent.name)
        paths = (folder / path.name for path in (each.file, each.strokes, each.truth))
        made.append(TinySurvey(each.sample, *paths))
    return Two(*made)


def kept_of(model: Path) -> dict[tuple[str, str], KeptSection]:
    found = read_kept(model, len(read_model(model).recipe.classes))
    assert found is not None
    return {(each.place.file.parent.name, each.place.at): each for each in found}


def saved(labels: NDArray[np.uint8], path: Path) -> Path:
    np.save(path, labels)
    return path


def went_on(two: Two, output: Path, base: Path, recipe: Recipe | None = None, **options: Any) -> FinetuneResult:
    options.setdefault("sources", two.elsewhere)
    return taught(two.other, output, recipe, base_model=base, **options)


@pytest.mark.parametrize("where", ["folder", "file"])
def test_a_path_of_bytes_that_are_no_utf_8_does_not_lose_the_model(
    tiny: Path, two: Two, tmp_path: Path, where: str
) -> None:
    folder = tmp_path / (os.fsdecode(b"d\xe9") if where == "folder" else "plain")
    try:
        folder.mkdir()
        file = folder / os.fsdecode(b"\xe9.sgy" if where == "file" else b"tiny.sgy")
        shutil.copy2(two.first.file, file)
    except OSError:
        pytest.skip("the disk takes names in UTF-8 only")
    base = taught(two.first, tmp_path / "base", sources=(SourceSpec(file, two.first.strokes),))
    assert {each.place.file for each in kept_of(base.output).values()} == {file}
    found = went_on(two, tmp_path / "model", base.output)
    assert found.notes == ()
    assert len(found.sections) == 4


@pytest.mark.parametrize("overwrite", [False, True])
def test_the_model_that_is_gone_on_from_is_never_written_over(
    tiny: Path, two: Two, tmp_path: Path, overwrite: bool
) -> None:
    base = taught(two.first, tmp_path / "base").output
    (tmp_path / "link").symlink_to(base)
    before = {path.name: path.read_bytes() for path in base.iterdir()}
    for output in (base, tmp_path / "link"):
        with pytest.raises(OutputError, match="is the model that is gone on from, which is never written to") as caught:
            went_on(two, output, base, overwrite=overwrite)
        assert "\n" not in str(caught.value)
    assert {path.name: path.read_bytes() for path in base.iterdir()} == before


def test_a_models_folder_keeps_what_it_learned_and_was_scored_on(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    kept = kept_of(base.output)
    assert [at for _, at in kept] == list(base.sections)
    total = sum(np.count_nonzero(each.labels != 255) for each in kept.values())
    assert total == sum(base.labelled)
    assert sum(int(each.held.sum()) for each in kept.values()) == base.held_out
    said = np.sum([each.matrix for each in kept.values() if each.matrix is not None], axis=0)
    assert int(said.sum()) == base.held_out
    assert Scores(said).miou == pytest.approx(base.miou)


@pytest.mark.parametrize("method", ["probe", "lora"])
def test_earlier_labels_are_rehearsed_and_the_guard_compares_on_what_is_held_out(
    tiny: Path, two: Two, tmp_path: Path, method: str
) -> None:
    recipe = quick(method, "linear")
    base = taught(two.first, tmp_path / "base", recipe)
    # What the labels become later is nothing to the model that was made of them.
    saved(np.where(two.first.drawn == 0, np.uint8(1), two.first.drawn), two.first.strokes)
    found = went_on(two, tmp_path / "model", base.output, recipe)
    drawn = np.array([(two.other.drawn == number).sum() for number in range(3)])
    assert found.labelled == tuple(drawn + np.array(base.labelled))
    recorded = read_model(found.output).recipe.sources
    assert [(each.name, len(each.sections)) for each in recorded] == [("tiny.sgy", 2), ("tiny.sgy", 2)]
    assert found.guard is not None
    assert found.notes == ()
    assert found.guard.earlier_samples == base.held_out
    if method == "probe":
        assert [row.earlier_before for row in found.guard.classes] == pytest.approx(list(base.iou), nan_ok=True)
    else:
        # It has learned them since it was scored, and what goes on from it begins with that.
        assert found.guard.earlier[0] >= base.miou
    assert found.guard.new_samples == found.held_out
    assert [row.new_now for row in found.guard.classes] == pytest.approx(list(found.iou), nan_ok=True)
    assert set(kept_of(found.output)) == {(name, at) for name in ("first", "other") for at in base.sections}
    assert found.guard.verdict() in (found.output / "card.md").read_text(encoding="utf-8")
    # And once more: the third model is asked what the second was.
    third = went_on(two, tmp_path / "third", found.output, recipe)
    assert third.guard is not None
    assert third.guard.earlier_samples == base.held_out + found.held_out


def test_without_rehearsal_it_is_judged_all_the_same(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    found = went_on(two, tmp_path / "model", base.output, rehearse=False)
    assert sum(found.labelled) == (two.other.drawn != 255).sum()
    assert found.guard is not None
    assert found.guard.earlier_samples == base.held_out
    assert "as asked for" in found.notes[0]
    kept = kept_of(found.output)
    np.testing.assert_array_equal(kept["first", THERE].labels, kept_of(base.output)["first", THERE].labels)
    alone = taught(two.other, tmp_path / "alone")
    for name in ("head.safetensors",):
        assert (found.output / name).read_bytes() == (alone.output / name).read_bytes()


def test_on_one_section_the_newer_labels_win_where_both_say_something(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    labels = np.full(two.first.drawn.shape, 255, np.uint8)
    labels[1, 40:60, 5:25] = 2
    path = saved(labels, tmp_path / "newer.npy")
    found = taught(two.first, tmp_path / "model", base_model=base.output, sources=(SourceSpec(two.first.file, path),))
    kept = read_kept(found.output, 3) or ()
    by_file = {each.place.labels.name: each.labels for each in kept if each.place.at == THERE}
    newer, older = labels[1].T, two.first.drawn[1].T
    np.testing.assert_array_equal(by_file["newer.npy"], newer)
    np.testing.assert_array_equal(by_file["strokes.npy"], np.where(newer != 255, np.uint8(255), older))
    assert read_model(found.output).recipe.sources[0].sections == (THERE, "inline=1040")


def test_what_was_erased_from_the_same_labels_is_not_brought_back(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    labels = two.first.drawn
    labels[1, :48] = 255
    saved(labels, two.first.strokes)
    found = taught(two.first, tmp_path / "model", base_model=base.output)
    np.testing.assert_array_equal(kept_of(found.output)["first", THERE].labels, labels[1].T)
    assert sum(found.labelled) == (labels != 255).sum()


def test_a_file_of_the_whole_survey_says_all_and_one_of_other_sections_does_not(
    tiny: Path, two: Two, tmp_path: Path
) -> None:
    drawn = two.first.drawn
    base = taught(two.first, tmp_path / "base")
    labels = np.full(drawn.shape, 255, np.uint8)
    labels[3] = drawn[1]
    other = SourceSpec(two.first.file, saved(labels, tmp_path / "more.npy"))
    added = taught(two.first, tmp_path / "added", base_model=base.output, sources=(other,))
    assert sum(added.labelled) == (drawn != 255).sum() + (labels != 255).sum()
    # Of the whole survey's shape, and under its old name: all that was erased in it is gone.
    saved(labels, two.first.strokes)
    found = taught(two.first, tmp_path / "model", base_model=base.output)
    assert sum(found.labelled) == (labels != 255).sum()
    (note,) = [note for note in found.notes if note.startswith("Erased since")]
    assert note == (
        "Erased since base and not learned again: inline=1010, inline=1040 (nothing is labelled there in strokes.npy "
        "any more)."
    )
    # A look at some lines speaks of those only.
    some = taught(two.first, tmp_path / "some", base_model=base.output, region=Region.parse(["inline=1020:1030"]))
    assert sum(some.labelled) == (drawn != 255).sum() + (labels != 255).sum()
    # A picture of one section speaks of that.
    picture = tmp_path / "inline=1010.png"
    Image.fromarray(drawn[1].T).save(picture)
    pictured = taught(two.first, tmp_path / "pictured", sources=(SourceSpec(two.first.file, picture),))
    Image.fromarray(np.where(drawn[1].T == 1, np.uint8(255), drawn[1].T)).save(picture)
    again = taught(
        two.first,
        tmp_path / "again",
        base_model=pictured.output,
        sources=(SourceSpec(two.first.file, picture), other),
    )
    assert again.labelled[1] == (labels == 1).sum()


def test_a_session_under_another_name_says_all_all_the_same(tiny: Path, two: Two, tmp_path: Path) -> None:
    drawn = two.first.drawn
    folder = tmp_path / "survey.geofm"
    folder.mkdir()
    session_of(folder / "labels", drawn, ["a", "b", "c"])
    base = taught(two.first, tmp_path / "base", sources=(SourceSpec(two.first.file, folder / "labels"),))
    drawn[1] = 255
    np.save(folder / "labels" / LABELS, (drawn + np.uint8(1)).astype(np.uint8))
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    source = SourceSpec(two.first.file, tmp_path / "link")
    found = taught(two.first, tmp_path / "model", base_model=base.output, sources=(source,))
    assert sum(found.labelled) == (drawn != 255).sum()
    assert [at for _, at in kept_of(found.output)] == ["inline=1040"]


def test_corrected_labels_of_a_part_win_over_those_of_the_whole(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    drawn = two.first.drawn
    half = float(np.unique(workbench().survey(two.first.file).axis("twt").values)[47])
    corrected = np.where(drawn != 255, (drawn + np.uint8(1)) % np.uint8(3), drawn)
    source = SourceSpec(two.first.file, saved(corrected, tmp_path / "corrected.npy"))
    region = Region((("twt", 0.0, half),))
    found = taught(two.first, tmp_path / "model", base_model=base.output, sources=(source,), region=region)
    wanted = np.concatenate([corrected[:, :, :48], drawn[:, :, 48:]], axis=2)
    assert found.labelled == tuple((wanted == number).sum() for number in range(3))
    # Labels that are as they were are all asked, on whichever part they lie.
    same = taught(two.first, tmp_path / "same", base_model=base.output, region=region)
    assert same.guard is not None
    assert same.guard.earlier_samples == base.held_out
    assert [row.earlier_before for row in same.guard.classes] == pytest.approx(list(base.iou), nan_ok=True)
    assert same.labelled == base.labelled


def test_one_retouched_sample_is_told_and_the_others_are_asked(tiny: Path, two: Two, tmp_path: Path) -> None:
    recipe = quick("lora", "linear")
    base = taught(two.first, tmp_path / "base", recipe)
    drawn = two.first.drawn
    held = kept_of(base.output)["first", THERE].held
    row, column = np.argwhere(held)[0]
    drawn[1, column, row] = (drawn[1, column, row] + 1) % 3
    saved(drawn, two.first.strokes)
    found = taught(two.first, tmp_path / "model", recipe, base_model=base.output)
    assert found.guard is not None
    assert found.guard.earlier_samples == base.held_out - 1
    assert "Not asked: held-out samples of base whose labels were edited since (1)." in found.notes
    # All of them edited: the verdict says so.
    other_classes = np.where(drawn == 255, drawn, (drawn + np.uint8(1)) % np.uint8(3))
    saved(other_classes, two.first.strokes)
    turned = taught(two.first, tmp_path / "turned", recipe, base_model=base.output)
    assert turned.guard is not None
    assert "the held-out labels of base were edited since" in turned.guard.verdict()


def test_going_on_with_nothing_new_is_refused_in_one_line(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    for recipe in (quick(), quick("lora", "auto")):
        with pytest.raises(
            LabelError, match=r"Nothing new is labelled .* --range inline=1020:1030 of strokes.npy; going on"
        ):
            went_on(two, tmp_path / "model", base.output, recipe, region=Region.parse(["inline=1020:1030"]))
    empty = session_of(tmp_path / "empty", np.full(two.other.drawn.shape, 255, np.uint8), ["class 0", "class 1"])
    with pytest.raises(LabelError, match="Nothing new is labelled on recorded traces in empty; "):
        went_on(two, tmp_path / "model", base.output, sources=(SourceSpec(two.other.file, empty),))
    assert not (tmp_path / "model").exists()


def test_labels_of_two_files_on_one_section_outlive_a_third_model(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    labels = np.full(two.first.drawn.shape, 255, np.uint8)
    labels[1, 40:60, 5:25] = 2
    labels[1, 70:80, 5:25] = 1
    source = SourceSpec(two.first.file, saved(labels, tmp_path / "newer.npy"))
    second = taught(two.first, tmp_path / "second", base_model=base.output, sources=(source,))
    labels[1, 70:80] = 255
    saved(labels, source.labels)
    third = taught(two.first, tmp_path / "third", base_model=second.output, sources=(source,))
    newer, older = labels[1].T, two.first.drawn[1].T
    by_file = {
        each.place.labels.name: each.labels for each in read_kept(third.output, 3) or () if each.place.at == THERE
    }
    np.testing.assert_array_equal(by_file["newer.npy"], newer)
    rubbed = np.zeros(newer.shape, bool)
    rubbed[5:25, 40:60] = rubbed[5:25, 70:80] = True
    np.testing.assert_array_equal(by_file["strokes.npy"], np.where(rubbed, np.uint8(255), older))
    assert third.guard is not None
    assert third.guard.earlier_samples > 0


def gone(two: Two) -> None:
    two.first.file.unlink()


def changed(two: Two) -> None:
    two.first.file.write_bytes(two.first.file.read_bytes()[:-1] + b"\1")


def spoilt(two: Two) -> None:
    two.first.file.write_bytes(b"nothing of the kind")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [(gone, "is not there any more"), (changed, "has changed since"), (spoilt, "cannot be opened any more")],
)
def test_a_survey_that_cannot_be_read_is_told_in_one_line_and_kept_for_later(
    tiny: Path, two: Two, tmp_path: Path, spoil: Any, words: str
) -> None:
    base = taught(two.first, tmp_path / "base")
    before = two.first.file.read_bytes(), two.first.file.stat()
    spoil(two)
    found = went_on(two, tmp_path / "model", base.output)
    (note,) = found.notes
    assert note.startswith(f"Model base was trained on {two.first.file} too, which {words}: it is not rehearsed")
    assert "\n" not in note
    assert note in (found.output / "card.md").read_text(encoding="utf-8")
    assert found.guard is not None
    assert "cannot be told" in found.guard.verdict()
    assert set(kept_of(found.output)) > {("first", THERE)}
    two.first.file.write_bytes(before[0])
    os.utime(two.first.file, ns=(before[1].st_atime_ns, before[1].st_mtime_ns))
    again = went_on(two, tmp_path / "again", found.output)
    assert sum(again.labelled) == sum(base.labelled) + (two.other.drawn != 255).sum()


def test_a_survey_that_was_moved_is_found_where_it_is_given(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    moved = two.first.file.rename(tmp_path / "moved.sgy")
    labels = np.full(two.first.drawn.shape, 255, np.uint8)
    labels[3] = two.first.drawn[1]
    source = SourceSpec(moved, saved(labels, tmp_path / "more.npy"))
    found = taught(two.first, tmp_path / "model", base_model=base.output, sources=(source,))
    assert found.notes == ()
    assert len(found.sections) == 3


def test_a_model_of_an_earlier_program_keeps_no_labels_and_says_so(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    (base.output / KEPT).unlink()
    found = went_on(two, tmp_path / "model", base.output)
    assert "keeps no labels (an earlier program made it)" in found.notes[0]
    (base.output / KEPT).write_bytes(b"PK")
    with pytest.raises(ModelError, match="damaged"):
        went_on(two, tmp_path / "again", base.output)
    assert not (tmp_path / "again").exists()


def test_labels_for_validation_are_asked_and_never_learned(tiny: Path, two: Two, tmp_path: Path) -> None:
    drawn = two.first.drawn
    train, valid = drawn.copy(), drawn.copy()
    train[4], valid[1] = 255, 255
    sources = tuple(
        SourceSpec(two.first.file, saved(each, tmp_path / f"{split}.npy"), split)
        for each, split in ((train, "train"), (valid, "valid"))
    )
    base = taught(two.first, tmp_path / "base", sources=sources)
    found = went_on(two, tmp_path / "model", base.output)
    assert found.guard is not None
    assert found.guard.earlier_samples == base.held_out == (valid != 255).sum()
    assert sum(found.labelled) == (train != 255).sum() + (two.other.drawn != 255).sum()
    # The same labels for validation once more are those that the earlier model was scored on.
    again = taught(two.first, tmp_path / "again", base_model=base.output, sources=sources)
    assert again.guard is not None
    assert again.guard.earlier_samples == again.held_out == base.held_out
    for model in (base, again):
        (kept,) = [each for each in read_kept(model.output, 3) or () if each.apart]
        assert kept.matrix is not None
        assert kept.matrix.sum() == kept.held.sum() == base.held_out


def session_of(folder: Path, labels: NDArray[np.uint8], names: list[str]) -> Path:
    """Write a session's labels."""
    folder.mkdir()
    np.save(folder / LABELS, (labels + np.uint8(1)).astype(np.uint8))
    np.save(folder / ORIGINS, (labels != 255).astype(np.uint8))
    write_class_table(ClassTable.named(names), folder / CLASSES)
    return folder


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


@pytest.mark.parametrize("begun", [True, False])
@pytest.mark.parametrize(("method", "decoder"), [("lora", "linear"), ("lora", "pup"), ("full", "unet")])
def test_before_training_the_known_classes_are_scored_as_before(
    tiny: Path, tmp_path: Path, method: str, decoder: str, begun: bool
) -> None:
    import torch

    from napari_geofm.nets.build import parts_of, probe_channels, untrained
    from napari_geofm.nets.probe import ProbeHead

    recipe = dataclasses.replace(quick(method, decoder), classes=ClassTable.named(["sand", "shale", "salt"]))
    wider = dataclasses.replace(recipe, classes=ClassTable.named(["sand", "shale", "salt", "coal"]))
    weights = None if decoder == "unet" else workbench().weights(recipe.encoder)
    before, now = untrained(recipe, weights, None), untrained(wider, weights, None)
    for place, parameter in enumerate(before.parameters()):
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.1, generator=torch.Generator().manual_seed(place))
    start = None
    if begun and weights is not None:
        channels = probe_channels(wider, workbench().extractor(wider, "cpu", "fp32").encoder)
        start = ProbeHead(np.full((4, channels), 0.01, np.float32), np.zeros(4, np.float32))
    continue_net(ModelFolder(tmp_path, recipe, *parts_of(before), ""), wider, now, start)
    fed = torch.rand(1, 3, 112, 112, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours, theirs = now.eval()(fed, (112, 112)), before.eval()(fed, (112, 112))
    # Not to the bit: a product with four rows is rounded otherwise than one with three.
    torch.testing.assert_close(ours[:, :3], theirs, rtol=1e-4, atol=1e-4)
    assert bool(theirs.std() > 0.01)
    assert bool(ours[:, 3].any()) is (start is not None)


def test_a_probe_goes_on_as_lora_and_remembers_what_is_not_labelled_now(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    labels = two.other.drawn
    labels[labels == 2] = 255
    sources = (SourceSpec(two.other.file, saved(labels, tmp_path / "two.npy")),)
    head = read_model(base.output).head
    probe = went_on(two, tmp_path / "probe", base.output, sources=sources, rehearse=False)
    after = read_model(probe.output).head
    np.testing.assert_array_equal(after["probe.weight"][2], head["probe.weight"][2])
    assert after["probe.bias"][2] == head["probe.bias"][2]
    lora = went_on(two, tmp_path / "lora", base.output, quick("lora", "linear"), sources=sources)
    assert read_model(lora.output).recipe.method == "lora"
    assert lora.labelled[2] == base.labelled[2]
    spec = SegmentSpec(two.other.file, lora.output, tmp_path / "a.npy", At("inline", 1000))
    assert (np.load(LocalCompute().run(spec).output)[0] < 3).all()


@pytest.mark.parametrize("decoder", ["mla", "dpt"])
def test_a_probe_goes_on_as_a_decoder_that_needs_four_blocks(
    tiny: Path, two: Two, tmp_path: Path, decoder: str
) -> None:
    base = taught(two.first, tmp_path / "base")
    found = went_on(two, tmp_path / "model", base.output, quick("lora", decoder))
    made = read_model(found.output).recipe
    assert (made.decoder, made.encoder.taps) == (decoder, Recipe.for_method("lora", decoder).encoder.taps)
    # And that model goes on as what it is.
    again = went_on(two, tmp_path / "again", found.output, quick("lora", decoder))
    assert read_model(again.output).recipe.encoder.taps == made.encoder.taps


def test_models_that_cannot_be_gone_on_with_are_one_line_each(
    tiny: Path, two: Two, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = taught(two.first, tmp_path / "base").output
    recipe = quick()
    other = dataclasses.replace(recipe, encoder=dataclasses.replace(recipe.encoder, name="vit_base_patch14_dinov2"))
    with pytest.raises(ModelError, match="on vit_small_patch14_dinov2; go on with the same"):
        went_on(two, tmp_path / "model", base, other)
    shutil.copytree(base, tmp_path / "newer")
    text = (tmp_path / "newer" / "recipe.toml").read_text(encoding="utf-8")
    (tmp_path / "newer" / "recipe.toml").write_text(text.replace("format = 4", "format = 99"), encoding="utf-8")
    with pytest.raises(RecipeError, match="is newer than this program's"):
        went_on(two, tmp_path / "model", tmp_path / "newer")
    shutil.copytree(base, tmp_path / "weights")
    sha = read_model(base).recipe.encoder.weights_sha256
    (tmp_path / "weights" / "recipe.toml").write_text(text.replace(sha, "0" * 64), encoding="utf-8")
    with pytest.raises(ModelError, match="was trained on other weights"):
        went_on(two, tmp_path / "model", tmp_path / "weights")
    tuned = read_model(base).recipe.encoder.tuning_sha256
    (tmp_path / "weights" / "recipe.toml").write_text(text.replace(tuned, "0" * 64), encoding="utf-8")
    with pytest.raises(ModelError, match="another edition of the tuning seismic-1"):
        went_on(two, tmp_path / "model", tmp_path / "weights")
    assert not (tmp_path / "model").exists()


def test_the_result_is_plain_for_json(tiny: Path, two: Two, tmp_path: Path) -> None:
    base = taught(two.first, tmp_path / "base")
    found = went_on(two, tmp_path / "model", base.output)
    plain = json.loads(json.dumps(dataclasses.asdict(found), default=str))
    assert plain["guard"]["base"] == "base"
    assert len(plain["guard"]["classes"]) == 3


def test_what_goes_on_leaves_its_beginning_more_easily_than_what_began_as_the_probe_of_its_strokes(
    tiny: Path, two: Two, tmp_path: Path
) -> None:
    recipe = quick("lora", "linear", steps=1)
    assert recipe.training.head_rate == GENTLE_RATE
    model = read_model(taught(two.first, tmp_path / "base", recipe).output)
    assert going_on(recipe, model).training.head_rate == TrainingRecipe().head_rate
    given = dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, head_rate=3e-5))
    assert going_on(given, model).training.head_rate == 3e-5
    fast = dataclasses.replace(given, training=dataclasses.replace(given.training, head_rate=0.05, steps=6))
    found = went_on(two, tmp_path / "model", model.path, fast)
    best, score = 0, found.history[0][3]
    for check in found.history:
        best, score = (check[0], check[3]) if check[3] > score + 0.01 else (best, score)
    assert found.kept_step == best
