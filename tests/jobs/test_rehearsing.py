"""Which of a model's earlier labels are learned again and asked: what was erased, edited, moved or spoilt since."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from napari_geofm.core.region import Region
from napari_geofm.errors import ModelError
from napari_geofm.io.kept_labels import KEPT, read_kept
from napari_geofm.io.label_folder import LABELS
from napari_geofm.io.models import read_model
from napari_geofm.jobs.specs import SourceSpec
from napari_geofm.jobs.workbench import workbench
from tests.jobs.two_surveys import THERE, Two, kept_of, saved, session_of, went_on
from tests.tiny import quick, taught


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
