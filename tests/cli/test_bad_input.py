"""Files, labels and words that are bad: one clear line on stderr, status 2, everything as it was."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio

from tests.cli.conftest import Geofm, Untouched
from tests.tiny import TinySurvey

pytestmark = pytest.mark.usefixtures("tiny")


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
