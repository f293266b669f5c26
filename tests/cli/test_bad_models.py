"""Models, recipes, classes and weights that are none, damaged, hostile or others: one line, everything as it was."""

import json
import pickle  # noqa: TID251  (to see it refused)
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.core.recipe import FORMAT
from tests.cli.conftest import Geofm, Untouched
from tests.tiny import TinySurvey, write_weights

pytestmark = pytest.mark.usefixtures("tiny")

FORMAT_LINE = f"format = {FORMAT}"


def edited(model: Path, to: Path, old: str, new: str) -> Path:
    shutil.copytree(model, to)
    text = (to / "recipe.toml").read_text()
    assert old in text
    (to / "recipe.toml").write_text(text.replace(old, new))
    return to


MODELS: dict[str, tuple[Callable[[Path, Path], Any], str]] = {
    "not there": (lambda probe, model: None, "does not exist"),
    "no model": (lambda probe, model: model.mkdir(), "no recipe.toml"),
    "double classes": (
        lambda probe, model: edited(probe, model, 'name = "class 2"', 'name = "class 1"'), "occurs twice",
    ),
    "a class less": (lambda probe, model: fewer_classes(probe, model), "head is not one of 2 classes"),
    "another encoder": (
        lambda probe, model: edited(probe, model, "vit_small_patch14_dinov2", "vit_base_patch14_dinov2"), "vit_base",
    ),
    "no encoder": (lambda probe, model: edited(probe, model, "vit_small_patch14_dinov2", "resnet50"), "resnet50"),
    "other weights": (
        lambda probe, model: edited(probe, model, 'weights_sha256 = "', 'weights_sha256 = "0'),
        "trained on other weights",
    ),
    "other taps": (lambda probe, model: edited(probe, model, "    6,\n", "    6,\n    9,\n"), "channels"),
    "a newer format": (lambda probe, model: edited(probe, model, FORMAT_LINE, "format = 9"), "is newer"),
    "an unknown key": (lambda probe, model: edited(probe, model, FORMAT_LINE, f"{FORMAT_LINE}\nrun = 'ls'"), "'run'"),
    "no TOML": (lambda probe, model: edited(probe, model, FORMAT_LINE, "format = "), "is not TOML"),
    "no head": (lambda probe, model: no_head(probe, model), "head.safetensors"),
    "a broken head": (
        lambda probe, model: (shutil.copytree(probe, model), (model / "head.safetensors").write_bytes(b"{}")),
        "no safetensors",
    ),
}  # fmt: skip


def no_head(probe: Path, model: Path) -> None:
    shutil.copytree(probe, model)
    (model / "head.safetensors").unlink()


def fewer_classes(probe: Path, model: Path) -> None:
    import tomllib

    import tomli_w

    shutil.copytree(probe, model)
    plain = tomllib.loads((model / "recipe.toml").read_text())
    plain["classes"].pop()
    (model / "recipe.toml").write_text(tomli_w.dumps(plain))


@pytest.mark.parametrize("kind", MODELS)
def test_a_model_that_is_none_or_another(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched, kind: str
) -> None:
    MODELS[kind][0](probe, tmp_path / "model")
    before = untouched()
    for verb, output in (("segment", "a.npy"), ("features", "a.png")):
        words = ("--at", "inline=1000") if verb == "features" else ()
        ran = geofm(verb, survey.file, *words, "--model", tmp_path / "model", "-o", tmp_path / output, "--json")
        assert ran.status == 2, ran
        assert MODELS[kind][1] in ran.line
        assert untouched() == before


class Bomb:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return exec, ("raise SystemExit('a pickle was run')",)


def altered(model: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the tensors of a file of a model."""
    from safetensors.numpy import load_file, save_file

    tensors = load_file(model / name)
    change(tensors)
    save_file(tensors, model / name)


def spoil(tensors: dict[str, Any]) -> None:
    next(value for value in tensors.values() if value.size > 1).flat[1] = np.nan


def narrower(tensors: dict[str, Any]) -> None:
    """Make the adapter one of an encoder of half the channels."""
    for key, value in tensors.items():
        tensors[key] = np.ascontiguousarray(value[..., : value.shape[-1] // 2])


def moved(model: Path, name: str) -> None:
    """Have a file of a model lie elsewhere, with a link to it in its place."""
    (model / name).rename(model.parent / "elsewhere")
    (model / name).symlink_to(model.parent / "elsewhere")


LORA: dict[str, tuple[Callable[[Path], Any], str]] = {
    "an adapter of another encoder": (
        lambda model: altered(model, "adapter.safetensors", narrower), "adapter does not fit",
    ),
    "no adapter": (lambda model: (model / "adapter.safetensors").unlink(), "lacks adapter.safetensors"),
    "an adapter of no numbers": (lambda model: altered(model, "adapter.safetensors", spoil), "numbers that are none"),
    "a head of no numbers": (lambda model: altered(model, "head.safetensors", spoil), "numbers that are none"),
    "a pickle for a head": (
        lambda model: (model / "head.safetensors").write_bytes(pickle.dumps(Bomb())), "no safetensors file",
    ),
    "a head elsewhere": (lambda model: moved(model, "head.safetensors"), "leads elsewhere"),
    "a recipe elsewhere": (lambda model: moved(model, "recipe.toml"), "leads elsewhere"),
    "an encoder that is a path": (
        lambda model: retold(model, "vit_small_patch14_dinov2", "../../etc/passwd"), "is not a ViT that timm has",
    ),
    "an encoder on the network": (
        lambda model: retold(model, "vit_small_patch14_dinov2", "hf-hub:some/one"), "is not a ViT that timm has",
    ),
    "a decoder that is a module": (lambda model: retold(model, 'decoder = "pup"', 'decoder = "os"'), "decoder = os"),
    "a newer format": (lambda model: retold(model, FORMAT_LINE, "format = 99\nsees = 'all'"), "is newer"),
    "an impossible value": (lambda model: retold(model, "rank = 8", "rank = 0"), "adapter.rank = 0: must be 1 to 256"),
    "another rank": (lambda model: retold(model, "rank = 8", "rank = 4"), "adapter does not fit"),
}  # fmt: skip


def retold(model: Path, old: str, new: str) -> None:
    text = (model / "recipe.toml").read_text()
    assert old in text
    (model / "recipe.toml").write_text(text.replace(old, new))


@pytest.mark.parametrize("kind", LORA)
def test_an_adapted_model_that_is_damaged_hostile_or_another(
    geofm: Geofm, survey: TinySurvey, lora: Path, tmp_path: Path, untouched: Untouched, kind: str
) -> None:
    shutil.copytree(lora, tmp_path / "model")
    LORA[kind][0](tmp_path / "model")
    before = untouched()
    ran = geofm("segment", survey.file, "--model", tmp_path / "model", "-o", tmp_path / "a.npy", "--json")
    assert ran.status == 2, ran
    assert LORA[kind][1] in ran.line
    words = ("--labels", survey.strokes, "--model", tmp_path / "model", "-o", tmp_path / "b", "--steps", "1", "--json")
    ran = geofm("finetune", survey.file, *words)
    assert ran.status == 2, ran
    assert LORA[kind][1] in ran.line
    assert untouched() == before


RECIPES = {
    "an impossible value": ("[training]\nhead_rate = -1.0", "training.head_rate = -1.0: must be above 0"),
    "a misspelt key": (
        "[training]\nbatch_size = 3",
        "'training.batch_size' is unknown; the nearest is 'training.batch'",
    ),
    "a key in the wrong table": ("batch = 3", "the nearest is 'training.batch'"),
    "a newer format": (f"format = {FORMAT + 1}\nsees = 'all'", "is newer"),
    "a word for a number": ("[training]\nsteps = 'many'", "training.steps = many: must be of type int"),
    "no TOML": ("steps: 3", "is not TOML"),
}


@pytest.mark.parametrize("kind", RECIPES)
def test_a_recipe_that_cannot_be_followed(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, untouched: Untouched, kind: str
) -> None:
    text, expected = RECIPES[kind]
    (tmp_path / "mine.toml").write_text(text)
    words = ("--labels", survey.strokes, "--recipe", tmp_path / "mine.toml", "-o", tmp_path / "model", "--json")
    ran = geofm("finetune", survey.file, *words)
    assert ran.status == 2, ran
    assert expected in ran.line
    assert untouched() == ["mine.toml"]


def test_class_lists_that_differ(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched
) -> None:
    """Names for what was numbered are names; what has names is not taken for something else."""
    (tmp_path / "names.csv").write_text("name\nsalt\nsand\nshale\n")
    (tmp_path / "others.csv").write_text("name\ncoal\ngas\noil\n")
    words = ("finetune", survey.file, "--labels", survey.strokes, "--json", "--classes")
    named = geofm(*words, tmp_path / "names.csv", "--model", probe, "-o", tmp_path / "named")
    assert json.loads(named.out)["classes"] == ["salt", "sand", "shale"]
    before = untouched()
    ran = geofm(*words, tmp_path / "others.csv", "--model", tmp_path / "named", "-o", tmp_path / "model")
    assert ran.status == 2
    assert "has classes salt, sand, shale; --classes names others: coal, gas, oil" in ran.line
    assert untouched() == before


@pytest.mark.parametrize("verb", ["segment", "finetune"])
def test_weights_that_are_no_numbers(
    geofm: Geofm, survey: TinySurvey, lora: Path, tmp_path: Path, untouched: Untouched, verb: str
) -> None:
    weights = write_weights(tmp_path / "weights.safetensors", seed=0)
    altered(tmp_path, weights.name, spoil)
    before = untouched()
    words: dict[str, tuple[object, ...]] = {
        "segment": ("--model", lora, "-o", tmp_path / "a.npy"),
        "finetune": ("--labels", survey.strokes, "-o", tmp_path / "model"),
    }
    ran = geofm(verb, survey.file, *words[verb], "--weights", weights, "--json")
    assert ran.status in {1, 2}
    assert "weights.safetensors" in ran.line
    assert untouched() == before


def test_a_model_is_not_gone_on_with_on_other_weights(
    geofm: Geofm, survey: TinySurvey, lora: Path, tmp_path: Path, untouched: Untouched
) -> None:
    other = write_weights(tmp_path / "other.safetensors", seed=1)
    before = untouched()
    words = ("--labels", survey.strokes, "--model", lora, "--steps", "1", "-o", tmp_path / "model", "--weights", other)
    ran = geofm("finetune", survey.file, *words, "--json")
    assert ran.status == 2
    assert "was trained on other weights" in ran.line
    assert "give the right file with --weights" in ran.line
    assert untouched() == before


def test_weights_that_are_another_encoders(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched
) -> None:
    other = write_weights(tmp_path / "other.safetensors", seed=1)
    before = untouched()
    words = ("--model", probe, "-o", tmp_path / "a.npy", "--weights", other)
    ran = geofm("segment", survey.file, *words)
    assert ran.status == 2
    assert "give the right file with --weights" in ran.err.splitlines()[-1]
    assert untouched() == before


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("--tuning", "seismic-0"), "Tuning 'seismic-0' of the encoder is not there; there are: seismic-1"),
        (("--tuning", "auto", "--model", "m"), "a model has the tuning that it was trained on"),
    ],
)
def test_a_tuning_that_cannot_be(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, words: tuple[str, ...], line: str
) -> None:
    out = tmp_path / "a.png"
    assert line in geofm("features", survey.file, "--at", "inline=1000", *words, "-o", out, "--quiet").line
    assert not out.exists()
