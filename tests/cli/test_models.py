"""``geofm models``: what is shipped is listed, shown, and brought into a folder."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.recipe import Recipe
from napari_geofm.io import models as model_files
from napari_geofm.io.models import read_model, write_model
from napari_geofm.io.zoo import ABOUT, hashes, zoo_models, zoo_models_for
from tests.cli.conftest import Geofm

RECIPE = Recipe(method="probe", decoder="linear", classes=ClassTable.named(["noise", "event"]))


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a zoo of one model that says what it is for, and one that does not."""
    folder = tmp_path / "zoo"
    for name in ("plain-1", "quakes-1"):
        write_model(folder / name, RECIPE, f"# {name}\n", {}, {"weight": np.ones((2, 3), np.float32)})
    lines = ['purpose = "earthquakes on fibres"', 'kinds = ["das"]', 'scores = ["onset error 0.01 s"]']
    files = ", ".join(f'"{each}"' for each in hashes(folder / "quakes-1"))
    (folder / "quakes-1" / ABOUT).write_text("\n".join([*lines, f"sha256 = [{files}]"]))
    monkeypatch.setattr(model_files, "zoo_folders", lambda: (folder,))
    return folder


def test_the_list_says_what_each_is_for_and_how_good(geofm: Geofm, zoo: Path) -> None:
    out = geofm("models", "list").out
    assert "quakes-1: earthquakes on fibres (0.0 MB)" in out
    assert "classes: noise, event" in out
    assert "onset error 0.01 s" in out
    plain, quakes = geofm("models", "list", "--json").data
    assert (plain["name"], plain["purpose"], plain["kinds"]) == ("plain-1", "", [])
    assert (quakes["name"], quakes["kinds"], quakes["classes"]) == ("quakes-1", ["das"], ["noise", "event"])
    assert quakes["bytes"] == sum(file.stat().st_size for file in (zoo / "quakes-1").iterdir())


def test_models_are_offered_for_their_kind_of_survey(zoo: Path) -> None:
    assert [model.name for model in zoo_models_for("das")] == ["quakes-1"]
    assert zoo_models_for("image") == ()
    (zoo / "quakes-1" / ABOUT).write_text("kinds = 3")
    assert [model.name for model in zoo_models()] == ["plain-1"]


def test_a_model_is_copied_as_it_is(geofm: Geofm, zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    got = geofm("models", "get", "quakes-1", "-o", tmp_path / "mine", "--json").data
    assert got["fingerprint"] == read_model(zoo / "quakes-1").fingerprint
    there = {file.name: file.read_bytes() for file in (zoo / "quakes-1").iterdir()}
    assert {file.name: file.read_bytes() for file in (tmp_path / "mine").iterdir()} == there
    assert "exists and is kept" in geofm("models", "get", "quakes-1", "-o", tmp_path / "mine").line
    assert geofm("models", "get", "plain-1", "-o", tmp_path / "mine", "--overwrite").status == 0
    monkeypatch.chdir(tmp_path)
    assert geofm("models", "get", "quakes-1").status == 0
    assert (tmp_path / "quakes-1/recipe.toml").is_file()
    assert "is the model itself" in geofm("models", "get", str(zoo / "plain-1"), "-o", zoo / "plain-1").line


def test_a_hash_is_asked_for_and_looked_at(geofm: Geofm, zoo: Path, tmp_path: Path) -> None:
    shown = geofm("models", "show", "quakes-1")
    assert f"sha256 {read_model(zoo / 'quakes-1').fingerprint}" in shown.out
    assert "check the hash" in geofm("models", "get", "quakes-1", "-o", tmp_path / "a", "--sha256", "0" * 64).line
    assert "needs --sha256" in geofm("models", "get", "http://127.0.0.1:9/m", "-o", tmp_path / "a").line
    assert "needs a model" in geofm("models", "get").line
    assert not (tmp_path / "a").exists()


def test_a_shipped_file_that_was_changed_is_refused(geofm: Geofm, zoo: Path) -> None:
    (zoo / "quakes-1/card.md").write_text("# better\n")
    assert "card.md differs from what was shipped" in geofm("models", "show", "quakes-1").line
