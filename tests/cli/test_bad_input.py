"""Bad input: one clear line on stderr, status 2, everything as it was."""

import json
import os
import pickle  # noqa: TID251  (to see it refused)
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio

from napari_geofm.core.recipe import FORMAT
from tests.cli.conftest import Geofm, Ran
from tests.tiny import TinySurvey, write_weights

pytestmark = pytest.mark.usefixtures("tiny")
Untouched = Callable[[], list[str]]
FORMAT_LINE = f"format = {FORMAT}"


def no_grid(path: Path) -> None:
    """Number traces so that most lie on places where others lie."""
    rng = np.random.default_rng(0)
    with segyio.open(path, "r+", ignore_geometry=True) as file:
        for place in range(file.tracecount):
            file.header[place] = {byte: int(rng.integers(1, 4)) for byte in (9, 17, 21, 189, 193)}


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FILES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "not there": (lambda path: path.unlink(), "No file or folder"),
    "not SEG-Y": (lambda path: path.write_text("no seismic in here\n" * 500), "plain text"),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "cut": (lambda path: path.write_bytes(path.read_bytes()[:4000]), "no whole trace"),
    "truncated": (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "is truncated"),
    "header only": (lambda path: path.write_bytes(path.read_bytes()[:3600]), ""),
    "noise": (lambda path: path.write_bytes(np.random.default_rng(0).bytes(20_000)), ""),
    "no grid": (no_grid, "traces"),
    "a folder": (a_folder, ""),
}


@pytest.mark.parametrize("verb", ["info", "section", "finetune", "segment"])
@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_survey(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched, kind: str, verb: str
) -> None:
    bad = tmp_path / "bad.sgy"
    shutil.copy(survey.file, bad)
    FILES[kind][0](bad)
    before = untouched()
    words: dict[str, tuple[object, ...]] = {
        "info": (),
        "section": ("--at", "inline=1000", "-o", tmp_path / "a.npy"),
        "finetune": ("--labels", survey.strokes, "-o", tmp_path / "model"),
        "segment": ("--model", probe, "-o", tmp_path / "a.npy"),
    }
    ran = geofm(verb, bad, *words[verb], "--json")
    assert ran.status == 2, ran
    assert FILES[kind][1] in ran.line
    assert "bad.sgy" in ran.line
    assert untouched() == before


def test_a_file_that_lacks_part_of_its_last_trace_says_so(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    (tmp_path / "cut.sgy").write_bytes(survey.file.read_bytes()[:-100])
    told = geofm("info", tmp_path / "cut.sgy", "--json").data
    assert any("cut short" in line for line in told["odd"])


def save(path: Path, labels: Any) -> Path:
    np.save(path, labels)
    return path


def nothing() -> np.ndarray:
    return np.full((6, 96, 96), 255, np.uint8)


def one_class() -> np.ndarray:
    labels = nothing()
    labels[1, 3:20, 3:20] = 0
    return labels


LABELS: dict[str, tuple[Callable[[Path], Any], str]] = {
    "not there": (lambda path: None, "No label file"),
    "another shape": (lambda path: save(path, np.zeros((6, 95, 96), np.uint8)), "(6, 95, 96)"),
    "another order": (lambda path: save(path, np.zeros((96, 96, 6), np.uint8)), "(96, 96, 6)"),
    "no labelled pixel": (lambda path: save(path, nothing()), "no labelled pixel"),
    "one class": (lambda path: save(path, one_class()), "--rest-is CLASS"),
    "fractions": (lambda path: save(path, one_class() / 2), "fractions"),
    "class 254": (lambda path: save(path, np.where(one_class() == 0, 254, 255)), "254"),
    "objects": (lambda path: np.save(path, np.array([{}], object), allow_pickle=True), ""),
    "cut": (lambda path: (save(path, one_class()), path.write_bytes(path.read_bytes()[:-10])), ""),
    "empty": (lambda path: path.write_bytes(b""), "is empty"),
    "text": (lambda path: path.write_text("0 1 2"), ""),
}


@pytest.mark.parametrize("kind", LABELS)
def test_labels_that_cannot_be_learned_from(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, untouched: Untouched, kind: str
) -> None:
    LABELS[kind][0](tmp_path / "labels.npy")
    before = untouched()
    ran = geofm("finetune", survey.file, "--labels", tmp_path / "labels.npy", "-o", tmp_path / "model")
    line = ran.err.splitlines()[-1]
    assert ran.status == 2, ran
    assert LABELS[kind][1] in line
    assert untouched() == before
    if kind in {"another shape", "another order"}:
        ran = geofm("export", tmp_path / "labels.npy", "--like", survey.file, "-o", tmp_path / "a.sgy")
        assert ran.status == 2
        assert "(6, 96, 96)" in ran.line
        assert untouched() == before


FINETUNE: dict[str, tuple[tuple[object, ...], str]] = {
    "rest is nobody": (("--rest-is", "-3"), "-3"),
    "no such direction": (("--along", "depth"), "--along depth"),
    "no such range": (("--range", "inline=1:2"), "holds nothing"),
    "a range of words": (("--range", "inline=a:b"), "is not a number"),
    "half a range": (("--range", "inline"), "first:last"),
    "no minutes": (("--minutes", "0"), "--minutes 0"),
    "minutes that are none": (("--minutes", "nan"), "--minutes nan"),
    "endless": (("--minutes", "inf"), "minutes"),
    "no steps": (("--steps", "0"), "--steps 0"),
    "half a step": (("--steps", "1.5"), "1.5"),
    "steps and minutes": (("--steps", "1", "--minutes", "1"), "not allowed with"),
    "no such method": (("--method", "magic"), "magic"),
    "a probe with a decoder": (("--method", "probe", "--decoder", "pup"), "linear for the probe"),
    "lora of a U-Net": (("--method", "lora", "--decoder", "unet"), "full for the U-Net"),
    "no such table": (("--classes", "nowhere.csv"), "nowhere.csv"),
    "no such recipe": (("--recipe", "nowhere.toml"), "nowhere.toml"),
    "no such base": (("--model", "nowhere"), "nowhere"),
    "no such weights": (("--weights", "nowhere.safetensors"), "nowhere.safetensors"),
    "pairs as well": (("--data", "pairs.csv"), "--data pairs.csv"),
    "no such loss": (("--loss", "hinge"), "one of dice, soft_dice, ce, focal, or a sum"),
    "a negative seed": (("--seed", "-1"), "seed"),
    "an unknown option": (("--epochs", "3"), "--epochs"),
}


@pytest.mark.parametrize("kind", FINETUNE)
def test_words_that_finetune_cannot_follow(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, untouched: Untouched, kind: str
) -> None:
    words, expected = FINETUNE[kind]
    ran = geofm("finetune", survey.file, "--labels", survey.strokes, "-o", tmp_path / "model", *words, "--json")
    assert ran.status == 2, ran
    assert expected in ran.line
    assert untouched() == []


def test_nothing_to_learn_from(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    for words in ((survey.file,), ("--labels", survey.strokes), ()):
        ran = geofm("finetune", *words, "-o", tmp_path / "model")
        assert ran.status == 2
        assert "give FILE with --labels L, or --data pairs.csv" in ran.line


SEGMENT: dict[str, tuple[tuple[object, ...], str]] = {
    "no such section": (("--at", "inline=1005"), "inline 1005 does not occur"),
    "no such axis": (("--at", "depth=5"), "no axis 'depth'"),
    "no number": (("--at", "inline=first"), "is not a number"),
    "no words": (("--at", "inline"), "--at inline"),
    "a section and all": (("--at", "inline=1000", "--all"), "not allowed with"),
    "no such direction": (("--along", "cdp"), "--along cdp"),
    "no such range": (("--range", "twt=900:901"), "holds nothing"),
    "a range twice": (("--range", "twt=0:9", "--range", "twt=0:9"), "given twice"),
    "no such device": (("--device", "tpu"), "tpu"),
    "no such precision": (("--precision", "fp8"), "fp8"),
    "no such ending": (("-o", "a.txt"), "results are written as"),
    "a picture of a volume": (("-o", "a.png"), "a PNG holds one section"),
    "two results of one name": (("--confidence", "a.npy"), "named for two outputs"),
    "the survey itself": (("-o", "SURVEY", "--overwrite"), "never written to"),
    "no such weights": (("--weights", "nowhere.safetensors"), "nowhere.safetensors"),
}


@pytest.mark.parametrize("kind", SEGMENT)
def test_words_that_segment_cannot_follow(
    geofm: Geofm,
    survey: TinySurvey,
    probe: Path,
    tmp_path: Path,
    untouched: Untouched,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    words, expected = SEGMENT[kind]
    before = survey.file.read_bytes()
    told = (survey.file if word == "SURVEY" else word for word in words)
    ran = geofm("segment", survey.file, "--model", probe, "-o", "a.npy", *told, "--json")
    assert ran.status == 2, ran
    assert expected in ran.line
    assert untouched() == []
    assert survey.file.read_bytes() == before


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


@pytest.mark.parametrize("verb", ["section", "features", "finetune", "segment", "export"])
def test_an_output_that_exists_is_kept(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched, verb: str
) -> None:
    out = tmp_path / {"section": "a.png", "features": "a.png", "export": "a.csv", "finetune": "a"}.get(verb, "a.npy")
    out.write_bytes(b"mine")
    words: dict[str, tuple[object, ...]] = {
        "section": (survey.file, "--at", "inline=1000"),
        "features": (survey.file, "--at", "inline=1000"),
        "finetune": (survey.file, "--labels", survey.strokes),
        "segment": (survey.file, "--model", probe),
        "export": (survey.strokes, "--like", survey.file),
    }
    ran = geofm(verb, *words[verb], "-o", out, "--json")
    assert ran.status == 2, ran
    assert out.name in ran.line
    assert out.read_bytes() == b"mine"
    assert untouched() == [out.name]
    if verb != "finetune":
        assert "--overwrite" in ran.line
        assert geofm(verb, *words[verb], "-o", out, "--overwrite", "--json").status == 0
        assert out.read_bytes() != b"mine"


def test_what_is_read_is_not_written_over(geofm: Geofm, tmp_path: Path) -> None:
    np.save(tmp_path / "survey.npy", np.random.default_rng(0).random((20, 30)).astype(np.float32))
    before = (tmp_path / "survey.npy").read_bytes()
    ran = geofm("section", tmp_path / "survey.npy", "-o", tmp_path / "survey.npy", "--overwrite")
    assert ran.status == 2
    assert "never written to" in ran.line
    assert (tmp_path / "survey.npy").read_bytes() == before


def every_writer(geofm: Geofm, survey: TinySurvey, probe: Path, folder: Path) -> list[Ran]:
    """Run every verb that writes, into ``folder``."""
    place = ("--at", "inline=1000", "--json")
    return [
        geofm("section", survey.file, *place, "-o", folder / "a.npy"),
        geofm("features", survey.file, *place, "-o", folder / "a.npz"),
        geofm("finetune", survey.file, "--labels", survey.strokes, "-o", folder / "model", "--json"),
        geofm("segment", survey.file, "--model", probe, "-o", folder / "b.npy", "--json"),
        geofm("segment", survey.file, "--model", probe, "-o", folder / "b.zarr", "--json"),
        geofm("segment", survey.file, "--model", probe, "-o", folder / "b.sgy", "--json"),
        geofm("export", survey.strokes, "--like", survey.file, "-o", folder / "c.sgy", "--json"),
        geofm("export", survey.strokes, "--like", survey.file, "-o", folder / "c.csv", "--json"),
    ]


def test_a_folder_that_is_a_file(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched
) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    for ran in every_writer(geofm, survey, probe, tmp_path / "file"):
        assert ran.status == 2, ran
        assert "annot write" in ran.line
    assert untouched() == ["file"]


def test_a_disk_without_room(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, untouched: Untouched, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    for name in ("a.npy", "a.zarr", "a.sgy"):
        ran = geofm("segment", survey.file, "--model", probe, "-o", tmp_path / name, "--json")
        assert ran.status == 2, ran
        assert "free some space, or write elsewhere" in ran.line
    assert untouched() == []


@pytest.fixture
def mounted(tmp_path: Path) -> Any:
    """Return a function that mounts a tmpfs; skips where that is not allowed."""
    places: list[Path] = []

    def mount(options: str) -> Path:
        place = tmp_path / "mounted"
        place.mkdir(exist_ok=True)
        words = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if os.name != "posix" or subprocess.run(words, capture_output=True, check=False).returncode:
            pytest.skip("this user may not mount a file system")
        places.append(place)
        return place

    yield mount
    for place in places:
        subprocess.run(["umount", str(place)], check=True, capture_output=True)


def test_a_disk_that_fills_up(geofm: Geofm, survey: TinySurvey, probe: Path, mounted: Any) -> None:
    full = mounted("size=64k")
    (full / "mine").write_bytes(bytes(50_000))
    for ran in every_writer(geofm, survey, probe, full):
        if ran.status:
            assert ran.status == 2, ran
            assert "space" in ran.line
        assert [path.name for path in full.iterdir() if path.name.startswith(".")] == []
    assert (full / "mine").read_bytes() == bytes(50_000)


def test_a_read_only_file_system(geofm: Geofm, survey: TinySurvey, probe: Path, mounted: Any) -> None:
    place = mounted("ro")
    for ran in every_writer(geofm, survey, probe, place):
        assert ran.status == 2, ran
        assert "read-only" in ran.line or "Read-only" in ran.line
    assert list(place.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes wherever it likes")
def test_a_read_only_folder(geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    place = tmp_path / "closed"
    place.mkdir(mode=0o555)
    for ran in every_writer(geofm, survey, probe, place):
        assert ran.status == 2, ran
        assert "read-only" in ran.line or "Permission denied" in ran.line
    assert list(place.iterdir()) == []


EVALUATE: dict[str, tuple[Any, Any, str]] = {
    "shapes": (np.zeros((2, 3), np.uint8), np.zeros((3, 2), np.uint8), "compare arrays of one shape"),
    "no truth": (np.full((2, 3), 255, np.uint8), np.zeros((2, 3), np.uint8), "no labelled pixel"),
    "no prediction": (np.zeros((2, 3), np.uint8), np.full((2, 3), 255, np.uint8), "no labelled pixel"),
    "fractions": (np.zeros((2, 3)), np.full((2, 3), 0.5), "fractions"),
}


@pytest.mark.parametrize("kind", EVALUATE)
def test_what_cannot_be_compared(geofm: Geofm, tmp_path: Path, kind: str) -> None:
    truth, prediction, expected = EVALUATE[kind]
    np.save(tmp_path / "t.npy", truth)
    np.save(tmp_path / "p.npy", prediction)
    ran = geofm("evaluate", "--truth", tmp_path / "t.npy", "--prediction", tmp_path / "p.npy", "--json")
    assert ran.status == 2
    assert expected in ran.line


EXPORT: dict[str, tuple[tuple[object, ...], str]] = {
    "no such ending": (("-o", "a.txt"), "labels are exported as"),
    "an image of a volume": (("-o", "a.tif"), "a GeoTIFF holds one image"),
    "polygons of a volume": (("-o", "a.geojson"), "polygons are drawn on images"),
    "no such format": (("--format", "int5"), "int5"),
    "null that is a class": (("--null", "1"), "is the number of class"),
    "null that does not fit": (("--format", "int8", "--null", "-999"), "-999"),
    "null that is none": (("--null", "none"), "none"),
    "format of a table": (("-o", "a.csv", "--format", "int8"), "--format belongs to SEG-Y"),
    "a description of a table": (("-o", "a.csv", "--describe"), "--describe belongs to SEG-Y"),
    "no such table": (("--classes", "nowhere.csv"), "nowhere.csv"),
    "over the survey": (("-o", "SURVEY", "--overwrite"), "never written to"),
}


@pytest.mark.parametrize("kind", EXPORT)
def test_words_that_export_cannot_follow(
    geofm: Geofm, survey: TinySurvey, tmp_path: Path, untouched: Untouched, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.chdir(tmp_path)
    words, expected = EXPORT[kind]
    before = survey.file.read_bytes()
    told = (survey.file if word == "SURVEY" else word for word in words)
    ran = geofm("export", survey.strokes, "--like", survey.file, "-o", "a.sgy", *told, "--json")
    assert ran.status == 2, ran
    assert expected in ran.line
    assert untouched() == []
    assert survey.file.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), "VERB"),
        (("dance",), "dance"),
        (("info",), "FILE"),
        (("models",), "action"),
        (("models", "show"), "give its folder or name"),
        (("models", "show", "nobody"), "nobody"),
        (("models", "eat"), "eat"),
        (("weights", "get", "vit_of_nobody"), "vit_of_nobody"),
        (("demo", "--minutes", "0"), "--minutes 0"),
        (("demo", "--seed", "-1"), "--seed -1"),
        (("section", "a.sgy", "-o", "a.txt"), "a section is written as .npy or .png"),
        (("features", "a.sgy", "-o", "a.txt"), "features are written as .png"),
    ],
)
def test_words_that_nobody_can_follow(geofm: Geofm, words: tuple[str, ...], expected: str) -> None:
    ran = geofm(*words)
    assert ran.status == 2, ran
    assert expected in ran.line
