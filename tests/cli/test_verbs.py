"""Every verb in this process, with a tiny encoder: words, JSON keys, files."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from napari_geofm.io.volumes import VolumeWriter
from tests.cli.conftest import Geofm
from tests.tiny import DEAD, TinySurvey, left_beside

pytestmark = pytest.mark.usefixtures("tiny")


def test_section_writes_amplitudes_in_display_order(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    told = geofm("section", survey.file, "--at", "inline=1020", "-o", tmp_path / "s.npy", "--json").data
    written = np.load(tmp_path / "s.npy")
    expected = survey.sample.amplitude[2].T.copy()
    expected[:, DEAD[1]] = np.nan
    np.testing.assert_array_equal(written, expected)
    assert written.dtype == np.float32
    assert (told["at"], told["shape"], told["dead"]) == ("inline=1020", [96, 96], 96)
    assert told["rows"] == {"name": "twt", "first": 0.0, "last": 380.0, "units": "ms"}
    words = ("section", survey.file, "--at", "crossline=2010", "--range", "twt=40:80", "-o", tmp_path / "s.png")
    assert geofm(*words).status == 0
    with Image.open(tmp_path / "s.png") as picture:
        assert (picture.size, picture.mode) == ((6, 11), "L")


def test_features_are_colours_or_numbers(geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    told = geofm("features", survey.file, "--at", "inline=1000", "-o", tmp_path / "m.npz", "--json").data
    assert (told["at"], told["shape"], told["token_px"]) == ("inline=1000", [96, 96], 14.0)
    with np.load(tmp_path / "m.npz") as found:
        assert set(found) >= {"tap3", "tap6", "tap9", "tap12", "image"}
        assert (found["tap12"].shape, found["tap12"].dtype) == ((16, 7, 7), np.float32)
        assert found["image"].shape == (3, 98, 98)
    words = ("features", survey.file, "--at", "inline=1000", "--model", probe, "-o", tmp_path / "m.png")
    assert geofm(*words, "--quiet").err == ""
    with Image.open(tmp_path / "m.png") as picture:
        assert (picture.size, picture.mode) == ((96, 96), "RGB")


FINETUNED = {
    "output", "classes", "sections", "labelled", "held_out", "miou", "iou", "steps", "kept_step", "seconds", "history",
    "diverged_at",
}  # fmt: skip


def test_finetune_writes_a_model_and_says_how_good_it_is(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    (tmp_path / "names.csv").write_text("name,colour\nsalt,#ff0000\nsand,\nshale,\n")
    model = tmp_path / "model"
    words = ("finetune", survey.file, "--labels", survey.strokes, "-o", model, "--classes", tmp_path / "names.csv")
    told = geofm(*words, "--json").data
    assert set(told) == FINETUNED
    assert told["classes"] == ["salt", "sand", "shale"]
    assert told["output"] == str(model)
    assert told["held_out"] > 0
    assert 0 <= told["miou"] <= 1
    assert {"recipe.toml", "card.md", "head.safetensors", "labels.npz"} == {path.name for path in model.iterdir()}
    again = geofm(*words, "--overwrite")
    assert again.status == 0
    assert "held-out strokes" in again.out
    assert "reading labels" in again.err
    shown = geofm("models", "show", model, "--json").data
    assert shown["recipe"]["classes"][0] == {"name": "salt", "colour": "#ff0000"}
    assert len(shown["fingerprint"]) == 64
    assert "| salt |" in geofm("models", "show", model).out


def test_finetune_by_steps_tells_its_history(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    words = ("finetune", survey.file, "--labels", survey.strokes, "--method", "lora", "--steps", 2, "--seed", 3)
    told = [geofm(*words, "-o", tmp_path / name, "--json").data for name in ("a", "b")]
    assert told[0]["steps"] >= 2
    assert {"step", "seconds", "loss", "miou"} == set(told[0]["history"][0])
    assert (tmp_path / "a/head.safetensors").read_bytes() == (tmp_path / "b/head.safetensors").read_bytes()
    assert (tmp_path / "a/adapter.safetensors").read_bytes() == (tmp_path / "b/adapter.safetensors").read_bytes()
    more = geofm("finetune", survey.file, "--labels", survey.strokes, "--model", tmp_path / "a", "-o", tmp_path / "c",
                 "--steps", 1, "--json").data  # fmt: skip
    assert more["classes"] == told[0]["classes"]


@pytest.mark.parametrize(
    ("words", "method", "decoder"),
    [
        ((), "probe", "linear"),
        (("--decoder", "pup"), "lora", "pup"),
        (("--method", "frozen"), "frozen", "auto"),
        (("--method", "lora", "--decoder", "linear"), "lora", "linear"),
        (("--decoder", "unet"), "full", "unet"),
    ],
)
def test_what_is_left_out_of_the_words_is_meant(words: tuple[str, ...], method: str, decoder: str) -> None:
    from napari_geofm.cli.finetune import _recipe
    from napari_geofm.cli.parser import build_parser

    arguments = build_parser().parse_args(["finetune", "a.sgy", "--labels", "l.npy", "-o", "m", "--steps", "4", *words])
    recipe = _recipe(arguments, None)
    assert (recipe.method, recipe.decoder, recipe.training.steps) == (method, decoder, 4)


def test_a_recipe_is_followed_and_options_win_over_it(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text('method = "lora"\n[training]\nsteps = 1\nseed = 9\nbatch = 1\n')
    words = ("finetune", survey.file, "--labels", survey.strokes, "--recipe", tmp_path / "recipe.toml")
    assert geofm(*words, "-o", tmp_path / "m", "--seed", 4, "--json").data["steps"] >= 1
    training = geofm("models", "show", tmp_path / "m", "--json").data["recipe"]["training"]
    assert (training["steps"], training["seed"], training["batch"]) == (1, 4, 1)


def test_pairs_in_a_table_are_learned_from(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    learned, held = survey.drawn, survey.drawn
    learned[4], held[1] = 255, 255
    np.save(tmp_path / "learned.npy", learned)
    np.save(tmp_path / "held.npy", held)
    (tmp_path / "pairs.csv").write_text(
        f"file,labels,split\n{survey.file},learned.npy,train\n{survey.file},held.npy,valid\n"
    )
    told = geofm("finetune", "--data", tmp_path / "pairs.csv", "-o", tmp_path / "m", "--json").data
    assert told["held_out"] == int((held != 255).sum())


def test_segment_writes_all_three_results(geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    words = ("segment", survey.file, "--model", probe, "-o", tmp_path / "p.zarr", "--confidence", tmp_path / "c.npy")
    told = geofm(*words, "--probabilities", tmp_path / "q.npy", "--json").data
    assert told["output"] == str(tmp_path / "p.zarr")
    assert (told["blocks_total"], told["blocks_done"], told["blocks_kept"], told["blocks_redone"]) == (6, 6, 0, 6)
    import zarr

    group = zarr.open_group(tmp_path / "p.zarr", mode="r")
    classes = np.asarray(group["prediction"])
    assert (classes.shape, classes.dtype) == ((6, 96, 96), np.uint8)
    np.testing.assert_array_equal(np.asarray(group["inline"]), survey.sample.inlines)
    probabilities = np.load(tmp_path / "q.npy")
    live = classes != 255
    np.testing.assert_array_equal(probabilities.argmax(0)[live], classes[live])
    assert np.load(tmp_path / "c.npy").shape == (6, 96, 96)


def test_segment_of_a_section_and_an_area(geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    words = ("segment", survey.file, "--model", probe)
    told = geofm(*words, "--at", "twt=40", "-o", tmp_path / "a.npy", "--range", "inline=1000:1020", "--json").data
    assert told["blocks_total"] == 1
    classes = np.load(tmp_path / "a.npy")
    assert (classes[:3, :, 10] != 255).sum() == 3 * 96 - 1
    assert (classes != 255).sum() == 3 * 96 - 1
    assert geofm(*words, "--all", "--along", "crossline", "--range", "crossline=2000:2001", "-o", tmp_path / "b.npy",
                 "--json").data["blocks_total"] == 2  # fmt: skip


def test_resume_after_a_failure_tells_what_was_redone(
    geofm: Geofm, survey: TinySurvey, probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("segment", survey.file, "--model", probe, "-o", tmp_path / "a.npy")
    whole = tmp_path / "whole.npy"
    assert geofm(*words[:-1], whole).status == 0
    close_block, left = VolumeWriter.close_block, [4]

    def close(self: VolumeWriter, block: object) -> None:
        if left[0] == 0:
            raise RuntimeError("power cut\nin two lines")
        left[0] -= 1
        close_block(self, block)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(VolumeWriter, "close_block", close)
        failed = geofm(*words, "--json")
        assert failed.status == 1
        assert "power cut in two lines" in failed.line
    assert not (tmp_path / "a.npy").exists()
    told = geofm(*words, "--resume", "--json").data
    assert (told["blocks_total"], told["blocks_kept"], told["blocks_redone"]) == (6, 4, 2)
    assert (tmp_path / "a.npy").read_bytes() == whole.read_bytes()
    assert left_beside(whole) == []


def test_evaluate_scores_over_the_whole_data_set(geofm: Geofm, tmp_path: Path) -> None:
    truth = np.array([[[0, 0, 1], [1, 2, 255]], [[0, 0, 0], [1, 1, 1]]], np.uint8)
    prediction = np.array([[[0, 1, 1], [1, 2, 0]], [[0, 0, 0], [1, 1, 0]]], np.uint8)
    np.save(tmp_path / "t.npy", truth)
    np.save(tmp_path / "p.npy", prediction)
    words = ("evaluate", "--truth", tmp_path / "t.npy", "--prediction", tmp_path / "p.npy")
    told = geofm(*words, "--json").data
    assert told["iou"] == pytest.approx([4 / 6, 4 / 6, 1.0])
    assert told["miou"] == pytest.approx((4 / 6 + 4 / 6 + 1) / 3)
    assert told["mpa"] == pytest.approx((4 / 5 + 4 / 5 + 1) / 3)
    assert (told["pixel_accuracy"], told["pixels"]) == (pytest.approx(9 / 11), 11)
    assert told["classes"] == ["class 0", "class 1", "class 2"]
    assert "paper" not in told
    paper = geofm(*words, "--paper", "--json").data["paper"]
    # By section, absent classes as 0: (1/2 + 2/3 + 1) / 3 and (3/4 + 2/3 + 0) / 3.
    assert paper["miou"] == pytest.approx(((1 / 2 + 2 / 3 + 1) / 3 + (3 / 4 + 2 / 3) / 3) / 2)
    assert "mIoU 0.7778" in geofm(*words).out


def test_evaluate_scores_boundaries_and_draws_the_sections(geofm: Geofm, tmp_path: Path) -> None:
    from PIL import Image

    truth = np.zeros((3, 30, 40), np.uint8)
    truth[:, 12:] = 1
    prediction = truth.copy()
    prediction[1, 12:15] = 0
    np.save(tmp_path / "t.npy", truth)
    np.save(tmp_path / "p.npy", prediction)
    words = ("evaluate", "--truth", tmp_path / "t.npy", "--prediction", tmp_path / "p.npy")
    # Of three sections one is three samples off.
    assert geofm(*words, "--json").data["boundary_f1"] == pytest.approx([2 / 3, 2 / 3])
    told = geofm(*words, "--tolerance", "3", "--plot", tmp_path / "plot.png", "--json").data
    assert (told["boundary_f1"], told["mean_boundary_f1"]) == ([1, 1], 1)
    with Image.open(tmp_path / "plot.png") as picture:
        assert picture.width > 500
    before = (tmp_path / "plot.png").read_bytes()
    assert "--overwrite" in geofm(*words, "--plot", tmp_path / "plot.png").line
    assert (tmp_path / "plot.png").read_bytes() == before
    assert geofm(*words, "--plot", tmp_path / "plot.png", "--overwrite").status == 0
    assert "--tolerance -1: must be 0 to 200 samples" in geofm(*words, "--tolerance", "-1").line


def test_a_class_that_nobody_has_scores_null(geofm: Geofm, tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", np.array([[0, 2]], np.uint8))
    told = geofm("evaluate", "--truth", tmp_path / "t.npy", "--prediction", tmp_path / "t.npy", "--json").data
    assert told["iou"] == [1.0, None, 1.0]
    assert told["miou"] == 1.0


def test_export_takes_labels_home_in_every_format(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    words = ("export", survey.strokes, "--like", survey.file)
    told = geofm(*words, "-o", tmp_path / "a.sgy", "--format", "int8", "--describe", "--json").data
    assert told["output"] == str(tmp_path / "a.sgy")
    again = geofm("export", tmp_path / "a.sgy", "--like", survey.file, "-o", tmp_path / "b.sgy", "--format", "int8")
    assert again.status == 0
    from napari_geofm.io.labels import read_labels

    drawn = survey.drawn
    np.testing.assert_array_equal(np.asarray(read_labels(tmp_path / "a.sgy").values[:]), drawn)
    np.testing.assert_array_equal(np.asarray(read_labels(tmp_path / "b.sgy").values[:]), drawn)
    assert geofm(*words, "-o", tmp_path / "a.csv").status == 0
    rows = (tmp_path / "a.csv").read_text().splitlines()
    assert len([row for row in rows if not row.startswith("#")]) - 1 == int((drawn != 255).sum())
    assert geofm("export", survey.truth, "--like", survey.file, "-o", tmp_path / "a.ply").status == 0
    assert (tmp_path / "a.ply").read_bytes().startswith(b"ply")


def test_export_of_an_image(geofm: Geofm, tmp_path: Path) -> None:
    Image.fromarray(np.arange(60, dtype=np.uint8).reshape(6, 10)).save(tmp_path / "image.png")
    labels = np.full((6, 10), 255, np.uint8)
    labels[1:4, 2:7] = 1
    labels[0, 0] = 0
    np.save(tmp_path / "labels.npy", labels)
    for name in ("a.tif", "a.geojson", "a.csv"):
        found = geofm("export", tmp_path / "labels.npy", "--like", tmp_path / "image.png", "-o", tmp_path / name)
        assert found.status == 0, found.err
        assert geofm("evaluate", "--truth", tmp_path / "labels.npy", "--prediction", tmp_path / "a.tif").status == 0
    assert len(json.loads((tmp_path / "a.geojson").read_text())["features"]) == 2


def test_models_of_the_zoo_are_listed(geofm: Geofm) -> None:
    assert isinstance(geofm("models", "list", "--json").data, list)
    assert geofm("models", "list").status == 0


def test_weights_say_where_they_are_from(geofm: Geofm, tiny: Path) -> None:
    told = geofm("weights", "get", "--json").data
    assert set(told) == {"encoder", "path", "sha256", "source", "upstream"}
    assert (told["path"], told["source"], told["encoder"]) == (str(tiny), "local", "vit_small_patch14_dinov2")


def test_weights_verify_tells_what_could_be_compared(geofm: Geofm, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from napari_geofm.errors import WeightsError
    from napari_geofm.nets import weights

    def unreachable(_: object) -> None:
        raise WeightsError("the hub does not answer")

    monkeypatch.setattr(weights, "open_hub", unreachable)
    told = geofm("weights", "verify", "--json").data
    assert (told["hub_reached"], told["equals_hub"], told["reason"]) == (False, None, "the hub does not answer")
    assert {"encoder", "path", "sha256", "parameters", "max_difference"} <= told.keys()
    assert "not compared with the hub's copy" in geofm("weights", "verify").out


DEMO = [
    "features.png", "prediction.png", "section.png", "strokes.png", "prediction.sgy", "summary.json", "classes.csv",
]  # fmt: skip


def test_the_demo_leaves_pictures_segy_and_figures(
    geofm: Geofm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, untouched: Callable[[], list[str]]
) -> None:
    from napari_geofm.jobs import demo
    from napari_geofm.samples.seismic import SeismicSampleSpec

    monkeypatch.setattr(demo, "STROKED", (0, 2))
    monkeypatch.setattr(demo, "SHOWN", 1)
    monkeypatch.setattr(
        demo, "SeismicSampleSpec", lambda seed: SeismicSampleSpec(seed=seed, inlines=4, crosslines=96, samples=96)
    )
    told = geofm("demo", "--headless", "--no-window", "-o", tmp_path / "out", "--minutes", 0.02, "--json").data
    assert set(DEMO) <= {path.name for path in (tmp_path / "out").iterdir()}
    assert not [name for name in untouched() if "/." in name]
    for name in DEMO[:4]:
        with Image.open(tmp_path / "out" / name) as picture:
            assert picture.width >= 1200
            assert picture.height >= 700
    summary = json.loads((tmp_path / "out/summary.json").read_text())
    assert set(told) == set(summary)
    assert set(summary["miou_unstroked"]) == {"probe", "lora"}
    assert len(summary["weights_sha256"]) == 64
    assert summary["scored_inlines"] == 2
    assert geofm("info", tmp_path / "out/prediction.sgy", "--json").data["sample_format"] == "int8"
    # A second demo replaces the first.
    assert geofm("demo", "--headless", "--no-window", "-o", tmp_path / "out", "--minutes", 0.02).status == 0


def test_segy_options_reach_every_verb_that_opens_a_file(geofm: Geofm, survey: TinySurvey, tmp_path: Path) -> None:
    words = (
        "--iline-byte",
        "189",
        "--xline-byte",
        "193",
        "--interval",
        "2",
        "--domain",
        "depth",
        "--crs",
        "EPSG:23031",
    )
    told = geofm("info", survey.file, *words, "--json").data
    assert (told["dims"][2]["name"], told["dims"][2]["step"], told["crs"]) == ("depth", 2.0, "EPSG:23031")
    found = geofm("section", survey.file, *words, "--at", "depth=40", "-o", tmp_path / "s.npy", "--json").data
    assert found["shape"] == [6, 96]
    found = geofm("features", survey.file, *words, "--at", "depth=40", "-o", tmp_path / "m.npz", "--json").data
    assert found["at"] == "depth=40"
    for wrong in (("--iline-byte", "x"), ("--xline-byte", "239"), ("--xy-bytes", "181"), ("--interval", "0")):
        failed = geofm("info", survey.file, *wrong)
        assert failed.status == 2
        assert failed.err.count("\n") == 1
