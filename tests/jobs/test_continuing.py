"""Going on from a model: what it learned from is learned again, what it knew is measured, classes are kept by name."""

import dataclasses
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.region import Region
from napari_geofm.core.scores import Scores
from napari_geofm.errors import LabelError, ModelError, OutputError, RecipeError
from napari_geofm.io.models import read_model
from napari_geofm.jobs.specs import SourceSpec
from tests.jobs.two_surveys import THERE, Two, kept_of, saved, session_of, went_on
from tests.tiny import quick, taught


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
