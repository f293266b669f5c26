"""``geofm finetune``: what an interrupted training leaves, and what is told of a model that went on from another."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.core.recipe import Recipe
from napari_geofm.errors import CancelledError
from tests.cli.conftest import Geofm
from tests.tiny import TinySurvey


@pytest.mark.usefixtures("tiny")
@pytest.mark.parametrize(("words", "way"), [((), False), (("--method", "lora"), True)])
def test_an_interrupted_training_says_that_nothing_is_kept(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], way: bool
) -> None:
    def interrupted(*_: Any) -> None:
        raise CancelledError("Cancelled; everything is as it was before.")

    monkeypatch.setattr("napari_geofm.cli.finetune.run_job", interrupted)
    line = geofm("finetune", survey.file, "--labels", survey.strokes, "-o", tmp_path / "model", *words).line
    assert "Cancelled; no model was written, and what was learned is not kept" in line
    assert ("--minutes N ends in time, with the best model so far" in line) is way


@pytest.mark.usefixtures("tiny")
def test_going_on_prints_what_was_known_before_and_is_known_now(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = np.full_like(survey.drawn, 255)
    labels[2:4] = survey.drawn[[1, 4]]
    np.save(tmp_path / "more.npy", labels)
    words = ("finetune", survey.file, "--labels", tmp_path / "more.npy", "--model", probe)
    ran = geofm(*words, "-o", tmp_path / "plain")
    assert ran.status == 0, ran.err
    lines = ran.out.splitlines()
    assert "gone on from probe, IoU before and now:" in lines
    heads = lines[lines.index("gone on from probe, IoU before and now:") + 1]
    assert heads.split() == ["earlier", "labels", "new", "labels"]
    assert sum(line.count(" -> ") for line in lines) == 6
    assert "on the held-out labels of probe" in lines[-1]
    found = geofm(*words, "-o", tmp_path / "json", "--json").data
    assert found["guard"]["base"] == "probe"
    assert found["guard"]["margin"] == 0.05
    assert {"name", "earlier_before", "earlier_now", "new_before", "new_now"} == set(found["guard"]["classes"][0])
    before = {path.name: path.read_bytes() for path in probe.iterdir()}
    monkeypatch.setattr("napari_geofm.core.guard.FORGOTTEN", -2.0)
    fell = geofm(*words, "--no-rehearsal", "-o", tmp_path / "fell")
    assert fell.out.splitlines()[-1].endswith("fell is kept beside probe, which is as it was: use either.")
    assert {path.name: path.read_bytes() for path in probe.iterdir()} == before
    assert "What probe learned from is not rehearsed, as asked for." in fell.out


@pytest.mark.usefixtures("tiny")
def test_a_probe_goes_on_as_lora_with_the_settings_of_lora(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path
) -> None:
    words = ("finetune", survey.file, "--labels", survey.strokes, "--model", probe, "--method", "lora", "--steps", 1)
    assert geofm(*words, "-o", tmp_path / "lora").status == 0
    made = Recipe.read(tmp_path / "lora" / "recipe.toml")
    assert made.training.head_rate == Recipe.for_method("lora").training.head_rate
    assert made.encoder == Recipe.read(probe / "recipe.toml").encoder


@pytest.mark.usefixtures("tiny")
def test_what_begins_anew_says_nothing_of_going_on(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    words = ("finetune", survey.file, "--labels", survey.strokes)
    assert not {"guard", "notes"} & set(geofm(*words, "-o", tmp_path / "a", "--json").data)
    assert "goes with --model BASE" in geofm(*words, "-o", tmp_path / "b", "--no-rehearsal").line


@pytest.mark.usefixtures("tiny")
def test_the_model_that_is_gone_on_from_is_no_output(geofm: Geofm, survey: TinySurvey, probe: Path) -> None:
    before = (probe / "recipe.toml").read_bytes()
    words = ("finetune", survey.file, "--labels", survey.strokes, "--model", probe, "-o", probe, "--overwrite")
    assert "is what is read, which is never written to" in geofm(*words).line
    assert (probe / "recipe.toml").read_bytes() == before


@pytest.mark.usefixtures("tiny")
def test_labels_that_are_not_kept_are_told(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("finetune", survey.file, "--labels", survey.strokes)
    assert "notes" not in geofm(*words, "-o", tmp_path / "all", "--json").data
    # One of the two sections of 96 x 96 samples.
    monkeypatch.setattr("napari_geofm.io.kept_labels.MOST_BYTES", 30_000)
    told = "The model keeps the labels of 1 of its 2 sections, spread over all"
    assert told in geofm(*words, "-o", tmp_path / "one").out
    (note,) = geofm(*words, "-o", tmp_path / "json", "--json").data["notes"]
    assert note.startswith(told)
    assert told in (tmp_path / "one" / "card.md").read_text(encoding="utf-8")


@pytest.mark.usefixtures("tiny")
def test_a_probe_goes_on_as_dpt_with_its_own_blocks(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path
) -> None:
    words = ("finetune", survey.file, "--labels", survey.strokes, "--model", probe, "--decoder", "dpt", "--steps", 1)
    ran = geofm(*words, "-o", tmp_path / "dpt")
    assert ran.status == 0, ran.err
    assert Recipe.read(tmp_path / "dpt" / "recipe.toml").encoder.taps == (3, 4, 5, 6)
