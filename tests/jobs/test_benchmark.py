import dataclasses
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.paper_tasks import NETWORKS, TASKS
from napari_geofm.core.progress import Control, Progress, run_to_end
from napari_geofm.core.tally import Tally
from napari_geofm.errors import CancelledError, GeoFMError, OutputError, SourceError, UsageError
from napari_geofm.io.models import read_model
from napari_geofm.io.paper_data import read_split
from napari_geofm.jobs import benchmark, benchmark_run
from napari_geofm.jobs.benchmark_recipe import RATES, benchmark_recipe
from napari_geofm.jobs.benchmark_spec import BenchmarkResult, BenchmarkSpec
from napari_geofm.jobs.specs import Where
from tests.paper_miniature import small_tasks, write_miniature


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with small_tasks():
        yield write_miniature(tmp_path_factory.mktemp("paper"))


def spec_of(data: Path, output: Path, **options: Any) -> BenchmarkSpec:
    given: dict[str, Any] = {"tasks": ("das",), "networks": ("linear",), "epochs": 1} | options
    return BenchmarkSpec(data, output, where=Where("cpu", "fp32"), **given)


def models(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.safetensors")}


@pytest.fixture(scope="module")
def das(tiny: Path, data: Path, tmp_path_factory: pytest.TempPathFactory) -> BenchmarkResult:
    """Return a benchmark of every network on one task."""
    output = tmp_path_factory.mktemp("benchmark") / "das"
    return LocalCompute().run(spec_of(data, output, networks=tuple(NETWORKS), epochs=1))


def test_every_network_is_trained_and_scored(das: BenchmarkResult) -> None:
    assert das.complete
    assert [run.network for run in das.runs] == list(NETWORKS)
    for run in das.runs:
        assert (run.learned, run.validated, run.tested, run.epochs) == (5, 1, 3, 1)
        assert (run.method, run.seed, run.precision, run.diverged_at) == ("full", 1234, "fp32", 0)
        assert 0 <= run.miou <= 1
        assert len(run.samples) == 3
        assert [epoch for epoch, _, _ in run.history] == [0, 1]
        # What is kept is the best on validation, of equals the first.
        scores = [score for _, _, score in run.history]
        assert run.kept_epoch == int(np.argmax(scores))
    rates = {run.network: run.rate for run in das.runs}
    assert all(rate == 1e-5 for network, rate in rates.items() if network != "unet-tuned")
    tuned = next(run for run in das.runs if run.network == "unet-tuned")
    assert tuple(rate for rate, _ in tuned.tuning) == RATES
    assert tuned.rate == max(tuned.tuning, key=lambda pair: pair[1])[0]
    assert next(run for run in das.runs if run.network == "unet").parameters == 4_317_858


def test_the_table_stands_beside_the_papers(das: BenchmarkResult) -> None:
    table = das.table.read_text(encoding="utf-8")
    rows = {row.split(" | ")[0].removeprefix("| "): row.split(" | ") for row in table.splitlines() if " | " in row}
    assert list(rows)[1:] == list(NETWORKS.values())
    head = rows["network"]
    pup, run = rows["DINOv2-PUP"], next(run for run in das.runs if run.network == "pup")
    assert (pup[head.index("mIoU paper")], pup[head.index("mPA paper")]) == ("0.8487", "0.9210")
    assert pup[head.index("mIoU paper's form")] == f"{run.paper_miou:.4f}"
    assert pup[head.index("mIoU")] == f"{run.miou:.4f}"
    assert rows["U-Net, tuned rate"][head.index("mIoU paper")] == "-"
    assert "(the paper: 115 and 28)." in table
    plain = json.loads((das.output / "benchmark.json").read_text(encoding="utf-8"))
    assert [run["network"] for run in plain["runs"]] == list(NETWORKS)
    assert {path.name for path in das.output.glob("*.png")} == {"das-distributions.png", "das-miou.png", "das-mpa.png"}


def test_a_run_leaves_its_model_and_nothing_of_the_training(das: BenchmarkResult, data: Path) -> None:
    from napari_geofm.nets.build import load_predictor

    left = {path.name for path in das.output.rglob("*") if path.is_file()}
    assert not {name for name in left if re.match("training|tuning", name)}
    for network in ("unet-tuned", "pup"):
        model = read_model(das.output / "runs" / "das" / network / "seed-1234" / "model")
        run = next(run for run in das.runs if run.network == network)
        from napari_geofm.jobs.workbench import workbench

        weights = None if network == "unet-tuned" else workbench().weights(model.recipe.encoder)
        predictor = load_predictor(
            model.recipe, model.adapter, model.head, weights, device="cpu", precision="fp32", identity=""
        )
        tally = Tally(2, batch=6)
        for example in read_split(data / "das", TASKS["das"], "valid"):
            tally.add(example.labels, predictor.probabilities(example.picture).argmax(0).astype(np.uint8))
        assert (tally.scores.miou, tally.paper.miou) == (run.miou, run.paper_miou)
        assert model.recipe.training.head_rate == run.rate


def test_table_s4_says_what_is_trained(data: Path, tmp_path: Path) -> None:
    spec = BenchmarkSpec(data, tmp_path)
    lora = {
        (task, network)
        for task in TASKS
        for network in NETWORKS
        if benchmark_recipe(spec, task, network, 1).method == "lora"
    }
    assert lora == {("facies", "dpt"), ("fault", "dpt"), ("fault", "mla")}
    recipe = benchmark_recipe(spec, "salt", "pup", 7)
    assert (recipe.training.epochs, recipe.training.warmup_epochs, recipe.training.seed) == (100, 10, 7)
    assert (recipe.input.zoom, benchmark_recipe(spec, "salt", "unet", 7).input.zoom) == (1.25, 1.0)
    shorter = benchmark_recipe(dataclasses.replace(spec, epochs=30, loss="soft_dice"), "salt", "pup", 7).training
    assert (shorter.epochs, shorter.warmup_epochs, shorter.loss) == (30, 3, "soft_dice")


def test_every_task_runs_and_seeds_have_a_spread(tiny: Path, data: Path, tmp_path: Path) -> None:
    spec = spec_of(data, tmp_path / "out", tasks=tuple(TASKS), networks=("linear",), seeds=(1, 2))
    found = LocalCompute().run(spec)
    assert [(run.task, run.seed) for run in found.runs] == [(task, seed) for task in TASKS for seed in (1, 2)]
    table = found.table.read_text(encoding="utf-8")
    rows = [line for line in table.splitlines() if line.startswith("| DINOv2-LINEAR")]
    assert [row.count(" ± ") for row in rows] == len(TASKS) * [6]
    assert [line[3:] for line in table.splitlines() if line.startswith("## ")] == [t.title for t in TASKS.values()]
    # Facies are neighbours in one volume: how scores change with the distance is drawn, as in the paper's figure 5.
    assert (found.output / "facies-distance.png").exists()
    assert not (found.output / "salt-distance.png").exists()


@pytest.mark.slow
def test_an_interrupted_benchmark_goes_on_as_if_it_had_not_been(
    tiny: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets import training

    monkeypatch.setattr(training, "RECORD_S", 0.0)
    monkeypatch.setattr(benchmark_run, "RATES", (1e-3, 1e-2))
    options: dict[str, Any] = {"networks": ("linear", "unet-tuned"), "epochs": 3, "seeds": (5,)}
    whole = LocalCompute().run(spec_of(data, tmp_path / "whole", **options))
    spec = spec_of(data, tmp_path / "parts", **options)
    for stop in (lambda p: p.numbers.get("step") == 1, lambda p: p.numbers.get("step") == 2):
        control = Control()

        def report(progress: Progress, stop: Any = stop, control: Control = control) -> None:
            if "U-Net" in progress.text and stop(progress):
                control.cancel()

        with pytest.raises(CancelledError):
            run_to_end(benchmark.run(dataclasses.replace(spec, resume=(tmp_path / "parts").exists()), control), report)
    first = tmp_path / "parts" / "runs" / "das" / "linear" / "seed-5" / "run.json"
    before = first.stat().st_mtime_ns
    found = LocalCompute().run(dataclasses.replace(spec, resume=True))
    assert first.stat().st_mtime_ns == before
    assert models(found.output / "runs") == models(whole.output / "runs")
    for ours, theirs in zip(found.runs, whole.runs, strict=True):
        same = [dataclasses.replace(run, seconds=0) for run in (ours, theirs)]
        assert repr(same[0]) == repr(same[1])
    # All is there: nothing is done again.
    heard: list[Progress] = []
    again = LocalCompute().run(dataclasses.replace(spec, resume=True), heard.append)
    assert repr(again.runs) == repr(found.runs)
    assert not any("training" in progress.text for progress in heard)


def test_a_network_that_fails_is_told_and_the_others_go_on(
    tiny: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets import training
    from napari_geofm.nets.losses import build_loss

    first: list[int] = []

    class Loss:
        """No number in the first training."""

        def __init__(self, *words: Any) -> None:
            first.append(1)
            self.bad, self.loss = len(first) == 1, build_loss(*words)

        def to(self, _: object) -> "Loss":
            return self

        def __call__(self, scores: Any, labels: Any) -> Any:
            return self.loss(scores, labels) * (float("nan") if self.bad else 1.0)

    monkeypatch.setattr(training, "build_loss", Loss)
    spec = spec_of(data, tmp_path / "out", networks=("linear", "unet"), validation=0.0)
    found = LocalCompute().run(spec)
    assert [run.network for run in found.runs] == ["unet"]
    assert not found.complete
    assert found.failures == (
        "das, DINOv2-LINEAR, seed 1234: Training diverged at step 1 (the loss is not a number); use lower rates",
    )
    assert f"Failed: {found.failures[0]}" in found.table.read_text(encoding="utf-8")
    # Called again for part of it, what else is there stays in the table.
    again = LocalCompute().run(dataclasses.replace(spec, networks=("linear",), resume=True))
    assert ([run.network for run in again.runs], again.complete, again.failures) == (["unet", "linear"], True, ())
    assert "U-Net" in again.table.read_text(encoding="utf-8")


def test_stop_ends_with_what_is_there(tiny: Path, data: Path, tmp_path: Path) -> None:
    control = Control()
    spec = spec_of(data, tmp_path / "out", networks=("linear", "unet"), epochs=50)

    def report(progress: Progress) -> None:
        if progress.numbers.get("step", 0) >= 2:
            control.stop()

    found = run_to_end(benchmark.run(spec, control), report)
    assert [run.network for run in found.runs] == ["linear"]
    assert not found.complete
    assert "DINOv2-LINEAR" in found.table.read_text(encoding="utf-8")


def test_an_output_that_is_there_is_kept(tiny: Path, data: Path, das: BenchmarkResult, tmp_path: Path) -> None:
    def told(kind: type[GeoFMError], words: str, spec: BenchmarkSpec) -> None:
        before = sorted(spec.output.rglob("*"))
        with pytest.raises(kind, match=words) as caught:
            LocalCompute().run(spec)
        assert "\n" not in str(caught.value)
        assert sorted(spec.output.rglob("*")) == before

    told(OutputError, "exists and is kept; add --resume", spec_of(data, das.output))
    told(OutputError, "was made with another recipe", spec_of(data, das.output, resume=True, epochs=3))
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.jpg").touch()
    for options in ({}, {"overwrite": True}, {"resume": True}):
        told(OutputError, "exists and is no benchmark's folder", spec_of(data, tmp_path / "holiday", **options))
    told(SourceError, "has no folder das", spec_of(tmp_path / "nowhere", tmp_path / "out"))
    LocalCompute().run(spec_of(data, tmp_path / "out", networks=("unet",)))
    found = LocalCompute().run(spec_of(data, tmp_path / "out", overwrite=True))
    assert [run.network for run in found.runs] == ["linear"]
    assert not (found.output / "runs" / "das" / "unet").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tasks": ("oil",)}, "--task oil: must be one of facies, salt"),
        ({"networks": ("fcn",)}, "--decoder fcn: must be one of unet, unet-tuned, linear"),
        ({"seeds": ()}, "--seeds"),
        ({"seeds": (-1,)}, "--seeds -1"),
        ({"epochs": -3}, "--epochs -3: must be 0 to 100,000"),
        ({"validation": 0.9}, "--validation 0.9: must be 0 to 0.5"),
        ({"validation": float("nan")}, "--validation nan"),
        ({"loss": "hinge"}, "one of dice, soft_dice"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_read(options: dict[str, Any], words: str) -> None:
    with pytest.raises(GeoFMError, match=re.escape(words)) as caught:
        BenchmarkSpec(Path("data"), Path("out"), **options)
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, UsageError) or "loss" in options


def test_without_validation_the_last_state_is_kept(tiny: Path, data: Path, tmp_path: Path) -> None:
    (run,) = LocalCompute().run(spec_of(data, tmp_path / "out", validation=0.0, epochs=2)).runs
    assert (run.learned, run.validated, run.kept_epoch) == (6, 0, 2)
