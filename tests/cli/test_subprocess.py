"""Every verb once in a process of its own, with the real DINOv2: what a user's shell sees."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import segyio
import timm
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file

from napari_geofm import __version__
from napari_geofm.cli.screens import virtual_screen
from tests.tiny import TinySurvey, left_beside, write_survey

pytestmark = pytest.mark.weights


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs ``geofm`` in a folder, with a cache of its own and the machine's weights."""

    folder: Path
    weights: Path

    def run(
        self, *words: object, program: Sequence[str] = (sys.executable, "-m", "napari_geofm"), patience_s: float = 280
    ) -> Any:
        env = os.environ | {
            "GEOFM_CACHE": str(self.folder / "cache"),
            "GEOFM_WEIGHTS": str(self.weights),
            "OMP_NUM_THREADS": "1",
            # As developers have it: a library whose warning is not hushed would show on stderr.
            "PYTHONWARNINGS": "default",
        }
        return subprocess.run(
            [*program, *map(str, words)],
            cwd=self.folder, env=env, capture_output=True, text=True, timeout=patience_s, check=False,
        )  # fmt: skip

    def data(self, *words: object, patience_s: float = 280) -> Any:
        """Return the JSON that is alone on stdout, with nothing on stderr."""
        done = self.run(*words, "--json", patience_s=patience_s)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def shell(dinov2_weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("shell"), dinov2_weights)


@pytest.fixture(scope="module")
def ground(shell: Shell) -> TinySurvey:
    return write_survey(shell.folder / "survey")


@pytest.fixture(scope="module")
def model(shell: Shell, ground: TinySurvey) -> Path:
    """Return a probe on the real encoder."""
    told = shell.data("finetune", ground.file, "--labels", ground.strokes, "-o", "model")
    assert told["held_out"] > 0
    assert told["sections"] == ["inline=1010", "inline=1040"]
    return shell.folder / "model"


@pytest.fixture(scope="module")
def prediction(shell: Shell, ground: TinySurvey, model: Path) -> Path:
    """Return the whole survey's classes."""
    told = shell.data("segment", ground.file, "--model", model, "-o", "prediction.npy")
    assert (told["blocks_total"], told["blocks_redone"]) == (6, 6)
    return shell.folder / "prediction.npy"


def test_info(shell: Shell, ground: TinySurvey) -> None:
    assert [dim["size"] for dim in shell.data("info", ground.file)["dims"]] == [6, 96, 96]


def test_section(shell: Shell, ground: TinySurvey) -> None:
    assert shell.data("section", ground.file, "--at", "inline=1000", "-o", "s.npy")["shape"] == [96, 96]
    np.testing.assert_array_equal(np.load(shell.folder / "s.npy"), ground.sample.amplitude[0].T)


def test_progress_goes_to_stderr_and_the_result_to_stdout(shell: Shell, ground: TinySurvey) -> None:
    done = shell.run("features", ground.file, "--at", "inline=1000", "-o", "m.png", "--overwrite")
    assert done.returncode == 0
    assert done.stdout.splitlines() == ["m.png: features of inline=1000, 96 x 96 samples"]
    assert "encoding inline=1000" in done.stderr
    assert "Warning" not in done.stderr
    assert (shell.folder / "m.png").read_bytes().startswith(b"\x89PNG")


def blended(net: Any, image: NDArray[np.float32], boxes: NDArray[np.int64], overlap: int) -> list[NDArray[np.float64]]:
    """Return timm's own maps of an image, window by window, weighted linearly over the overlap."""
    grid = (image.shape[1] // 14, image.shape[2] // 14)
    total: list[NDArray[np.float64]] = [np.zeros((384, *grid)) for _ in range(4)]
    weights = np.zeros(grid)
    for top, left, height, width in boxes.tolist():
        part = image[:, 14 * top : 14 * (top + height), 14 * left : 14 * (left + width)]
        with torch.inference_mode():
            maps = net.forward_intermediates(
                torch.from_numpy(part.copy())[None], indices=[2, 5, 8, 11], norm=True, intermediates_only=True
            )
        ramps = [
            [
                min(
                    1.0,
                    (place + 1) / (overlap + 1) if first else 1.0,
                    (length - place) / (overlap + 1) if first + length < size else 1.0,
                )
                for place in range(length)
            ]
            for first, length, size in ((top, height, grid[0]), (left, width, grid[1]))
        ]
        weight = np.outer(np.array(ramps[0]), np.array(ramps[1]))
        where = (slice(top, top + height), slice(left, left + width))
        weights[where] += weight
        for sum_, tokens in zip(total, maps, strict=True):
            sum_[:, where[0], where[1]] += tokens[0].numpy() * weight
    return [sum_ / weights for sum_ in total]


@pytest.mark.parametrize(("shape", "windows"), [((112, 160), 1), ((700, 100), 2)])
def test_features_are_timms_own_within_a_ten_thousandth(shell: Shell, shape: tuple[int, int], windows: int) -> None:
    picture = np.random.default_rng(0).normal(size=shape).cumsum(1).astype(np.float32)
    np.save(shell.folder / "section.npy", picture)
    words = ("features", "section.npy", "-o", "map.npz", "--overwrite", "--precision", "fp32", "--device", "cpu")
    assert shell.data(*words)["shape"] == list(shape)
    net = timm.create_model(
        "vit_small_patch14_dinov2", pretrained=False, num_classes=0, img_size=518, dynamic_img_size=True
    ).eval()
    net.load_state_dict(load_file(shell.weights), strict=True)
    with np.load(shell.folder / "map.npz") as found:
        assert len(found["windows"]) == windows
        theirs = blended(net, found["image"], found["windows"], int(found["overlap"]))
        for block, other in zip((3, 6, 9, 12), theirs, strict=True):
            assert found[f"tap{block}"].dtype == np.float32
            np.testing.assert_allclose(found[f"tap{block}"], other, atol=1e-4)


def test_finetune_and_models(shell: Shell, model: Path) -> None:
    shown = shell.data("models", "show", model)
    assert shown["recipe"]["method"] == "probe"
    assert shown["recipe"]["along"] == "inline"
    assert isinstance(shell.data("models", "list"), list)
    assert left_beside(model) == []


def test_segment_and_evaluate(shell: Shell, ground: TinySurvey, prediction: Path) -> None:
    told = shell.data("evaluate", "--truth", ground.truth, "--prediction", ground.truth)
    assert told["miou"] == 1.0
    found = np.load(prediction)
    told = shell.data("evaluate", "--truth", ground.truth, "--prediction", prediction)
    # A dead trace has no prediction: its samples are counted, and not scored.
    assert told["unpredicted"] == (found == 255).sum() > 0
    assert told["pixels"] == (found != 255).sum()
    live = found != 255
    assert told["pixel_accuracy"] == pytest.approx((found == np.load(ground.truth))[live].mean())


def test_the_real_encoder_learns_what_strokes_show(shell: Shell, ground: TinySurvey, prediction: Path) -> None:
    """Strokes of two inlines tell layers from each other well above chance on the stroked ones."""
    found, drawn = np.load(prediction), ground.drawn
    labelled = (drawn != 255) & (found != 255)
    assert (found[labelled] == drawn[labelled]).mean() > 0.6


def test_export(shell: Shell, ground: TinySurvey, prediction: Path) -> None:
    assert shell.data("export", prediction, "--like", ground.file, "-o", "home.sgy")["output"] == "home.sgy"
    ours, home = ground.file.read_bytes(), (shell.folder / "home.sgy").read_bytes()
    assert len(home) == len(ours)
    # Headers are the survey's own to the byte; only samples differ.
    stride = 240 + 4 * 96
    assert home[:3600] == ours[:3600]
    for trace in range(0, 575, 97):
        start = 3600 + trace * stride
        assert home[start : start + 240] == ours[start : start + 240]
    samples = np.frombuffer(home[3600 + 240 : 3600 + stride], ">f4")
    np.testing.assert_array_equal(samples, np.load(prediction)[0, 0])


def test_weights(shell: Shell) -> None:
    assert shell.data("weights", "get")["path"] == str(shell.weights)
    told = shell.data("weights", "verify")
    assert told["parameters"] == 22_056_192
    assert told["equals_hub"] in {True, None}


def test_errors_are_one_line_and_debug_tells_where(shell: Shell) -> None:
    done = shell.run("info", "nowhere.sgy")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("geofm: No file or folder nowhere.sgy")
    debugged = shell.run("info", "nowhere.sgy", "--debug")
    assert debugged.returncode == 2
    assert "Traceback" in debugged.stderr
    assert debugged.stderr.splitlines()[-1] == done.stderr.strip()


def test_the_console_script(shell: Shell) -> None:
    script = Path(sys.executable).with_name("geofm")
    if not script.exists():
        pytest.skip("the package is not installed, so there is no console script")
    assert shell.run("--version", program=(str(script),)).stdout.strip() == f"napari-geofm {__version__}"


@pytest.mark.slow
def test_demo_without_a_window(shell: Shell) -> None:
    told = shell.data("demo", "--headless", "--no-window", "-o", "out", "--minutes", 0.05)
    assert told["miou_unstroked"]["probe"] > 0.3
    assert told["miou_unstroked"]["lora"] > 0.3
    made = {path.name for path in (shell.folder / "out").iterdir()}
    assert {"section.png", "features.png", "strokes.png", "prediction.png", "prediction.sgy", "summary.json"} <= made


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(virtual_screen() is None, reason="there is no virtual screen (xvfb, xauth)")
def test_demo_in_the_viewer(shell: Shell) -> None:
    told = shell.data("demo", "--headless", "-o", "out", "--minutes", 0.05, patience_s=850)
    assert told["miou_unstroked"]["probe"] > 0.3
    assert told["miou_unstroked"]["lora"] > 0.3
    assert told["by_hand"]["strokes"] > 20
    assert not told["torch_in_the_viewer"]
    out = shell.folder / "out"
    for name in (*told["pictures"], "prediction.png"):
        with Image.open(out / name) as picture:
            assert picture.width >= 1200, name
            assert picture.height >= 700, name
    assert json.loads((out / "summary.json").read_text())["weights_sha256"] == told["weights_sha256"]
    with segyio.open(out / "prediction.sgy") as taken, segyio.open(out / "sample.sgy") as survey:
        assert list(taken.ilines) == list(survey.ilines)
        assert taken.tracecount == survey.tracecount
        assert taken.header[7] == survey.header[7]
        assert {0.0, 1.0, 2.0} < set(np.unique(taken.trace.raw[:]))
