import dataclasses
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Control, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.core.scores import Scores
from napari_geofm.errors import CancelledError, GeoFMError, JobError, LabelError, ModelError, OutputError, WeightsError
from napari_geofm.io.models import read_model
from napari_geofm.jobs import adapting, finetune
from napari_geofm.jobs.specs import FinetuneResult, FinetuneSpec, SegmentSpec, SourceSpec, Where
from napari_geofm.jobs.workbench import workbench
from tests.tiny import STROKED, TinySurvey, left_beside, quick, taught

TENSORS = ("head.safetensors", "adapter.safetensors")


def tensors(model: Path) -> dict[str, bytes]:
    return {name: (model / name).read_bytes() for name in TENSORS if (model / name).exists()}


@pytest.fixture(scope="module")
def once(survey: TinySurvey, tmp_path_factory: pytest.TempPathFactory) -> tuple[SourceSpec, ...]:
    """Return labels of one stroke per class on one inline: none can be held out."""
    labels = np.full((6, 96, 96), 255, np.uint8)
    for number in range(3):
        labels[1, 20 * number : 20 * number + 18, 20 + 25 * number] = number
    path = tmp_path_factory.mktemp("once") / "labels.npy"
    np.save(path, labels)
    return (SourceSpec(survey.file, path),)


def test_a_probe_tells_what_it_learned_and_how_well(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    heard: list[Progress] = []
    found = taught(survey, tmp_path / "model", report=heard.append)
    assert found.classes == ("class 0", "class 1", "class 2")
    assert found.sections == tuple(f"inline={1000 + 10 * place}" for place in STROKED)
    assert found.labelled == tuple(int((survey.drawn == number).sum()) for number in range(3))
    assert 0 < found.held_out < 0.5 * sum(found.labelled)
    assert 0 <= found.miou <= 1
    assert len(found.iou) == 3
    assert left_beside(found.output) == []
    model = read_model(found.output)
    assert set(model.head) == {"probe.weight", "probe.bias"}
    assert not model.adapter
    assert model.recipe.along == "inline"
    assert model.recipe.classes.names == found.classes
    (source,) = model.recipe.sources
    assert (source.name, source.sections) == ("tiny.sgy", found.sections)
    assert model.recipe.encoder.weights_sha256 == workbench().weights(model.recipe.encoder).sha256
    assert f"mIoU {found.miou:.3f}" in model.card
    assert "tiny.sgy: inline=1010, inline=1040" in model.card
    assert heard[0].text == "reading labels"
    assert heard[-1].text == f"model written to {found.output}"


def test_the_same_probe_twice_is_the_same_bytes_with_a_cold_cache_too(
    tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path
) -> None:
    assert tensors(taught(survey, tmp_path / "again").output) == tensors(probe)
    workbench().cache.forget()
    assert tensors(taught(survey, tmp_path / "cold").output) == tensors(probe)


@pytest.mark.parametrize(("method", "decoder"), [("lora", "linear"), ("lora", "pup"), ("full", "unet")])
def test_the_same_steps_and_seed_are_the_same_bytes(
    tiny: Path, survey: TinySurvey, tmp_path: Path, method: str, decoder: str
) -> None:
    first, again, other = (
        taught(survey, tmp_path / name, quick(method, decoder, seed=seed, steps=2, batch=1, validate_every=2))
        for name, seed in (("first", 5), ("again", 5), ("other", 6))
    )
    assert tensors(first.output) == tensors(again.output)
    assert tensors(first.output) != tensors(other.output)
    assert set(tensors(first.output)) == set(TENSORS[: 1 if decoder == "unet" else 2])
    assert [check[::3] for check in first.history] == [check[::3] for check in again.history]
    assert first.miou == again.miou
    assert first.steps >= 2


def test_lora_changes_the_adapter_and_not_the_encoder(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path
) -> None:
    picture = np.random.default_rng(0).random((56, 56)).astype(np.float32)
    recipe = quick("lora", "linear", adapter_rate=0.01)
    extractor = workbench().extractor(recipe, "cpu", "fp32")
    before = extractor(picture).stacked()
    found = taught(survey, tmp_path / "model", recipe, sources=once)
    adapter = load_file(found.output / "adapter.safetensors")
    assert {name.partition(".lora_")[0] for name in adapter} >= {"blocks.0.attn.qkv", "blocks.0.attn.proj"}
    assert all(np.isfinite(value).all() for value in adapter.values())
    assert any(np.abs(value).max() > 0 for name, value in adapter.items() if "lora_B" in name)
    np.testing.assert_array_equal(extractor(picture).stacked(), before)
    # The unadapted encoder, the adapted one, and each section's class scores: three different things.
    assert found.history == () or math.isnan(found.history[-1][3])


def test_full_trains_all_and_frozen_the_decoder_only(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path
) -> None:
    full = taught(survey, tmp_path / "full", quick("full", "linear"), sources=once)
    original, trained = load_file(tiny), load_file(full.output / "adapter.safetensors")
    assert trained.keys() == original.keys()
    assert not np.array_equal(trained["blocks.0.attn.qkv.weight"], original["blocks.0.attn.qkv.weight"])
    frozen = taught(survey, tmp_path / "frozen", quick("frozen", "pup"), sources=once)
    assert not (frozen.output / "adapter.safetensors").exists()
    for model in (full.output, frozen.output):
        spec = SegmentSpec(survey.file, model, tmp_path / f"{model.name}.npy", At("inline", 1000))
        assert (np.load(LocalCompute().run(spec).output)[0] < 3).all()


@pytest.mark.parametrize("decoder", ["mla", "dpt", "guided"])
def test_other_decoders_are_trained_and_used(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path, decoder: str
) -> None:
    found = taught(survey, tmp_path / "model", quick("lora", decoder, steps=1), sources=once)
    spec = SegmentSpec(survey.file, found.output, tmp_path / "a.npy", At("inline", 1000))
    assert (np.load(LocalCompute().run(spec).output)[0] < 3).all()


def test_one_stroke_of_each_class_is_learned_and_not_scored(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path
) -> None:
    for method in ("probe", "lora"):
        found = taught(survey, tmp_path / method, quick(method), sources=once)
        assert found.held_out == 0
        assert found.kept_step == -1
        assert math.isnan(found.miou)
        assert "No stroke could be held out" in (found.output / "card.md").read_text()


def test_a_split_for_validation_is_scored_and_not_learned(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    held = survey.drawn
    held[1] = 255
    np.save(tmp_path / "held.npy", held)
    only = survey.drawn
    only[4] = 255
    np.save(tmp_path / "only.npy", only)
    alone, both = (
        (SourceSpec(survey.file, tmp_path / "only.npy"),),
        SourceSpec(survey.file, tmp_path / "held.npy", "valid"),
    )
    found = taught(survey, tmp_path / "both", sources=(*alone, both))
    assert found.held_out == (held != 255).sum()
    assert sum(found.labelled) == (only != 255).sum()
    assert tensors(found.output) == tensors(taught(survey, tmp_path / "alone", sources=alone).output)


def test_one_class_and_the_rest(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    labels = np.full((6, 96, 96), 255, np.uint8)
    labels[1, 10:30, 10:30] = 1
    np.save(tmp_path / "labels.npy", labels)
    sources = (SourceSpec(survey.file, tmp_path / "labels.npy"),)
    with pytest.raises(LabelError, match="one class only"):
        taught(survey, tmp_path / "model", sources=sources)
    found = taught(survey, tmp_path / "model", sources=sources, rest_is="0")
    assert found.labelled == (96 * 96 - 400, 400)


def spec_of(survey: TinySurvey, output: Path, recipe: Recipe, **options: Any) -> FinetuneSpec:
    return FinetuneSpec((SourceSpec(survey.file, survey.strokes),), output, recipe, **options)


def ended(spec: FinetuneSpec, when: Callable[[Progress, int], bool], flag: str) -> FinetuneResult:
    """Run a job, raise a flag once ``when`` says so, and run on to its end."""
    control = Control()
    job, count = finetune.run(spec, control), 0
    try:
        while True:
            if when(next(job), count):
                getattr(control, flag)()
            count += 1
    except StopIteration as end:
        found: FinetuneResult = end.value
        return found


def at_report(place: int) -> Callable[[Progress, int], bool]:
    return lambda _, count: count == place


@pytest.mark.parametrize("method", ["probe", "lora"])
def test_cancel_leaves_nothing_behind_and_a_model_as_it_was(
    tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path, method: str
) -> None:
    shutil.copytree(probe, tmp_path / "model")
    before = {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()}
    spec = spec_of(survey, tmp_path / "model", quick(method), overwrite=True)
    reports: list[Progress] = []
    LocalCompute().run(dataclasses.replace(spec, output=tmp_path / "elsewhere"), reports.append)
    shutil.rmtree(tmp_path / "elsewhere")
    # Everywhere but at the last report, when the model is in place.
    for place in sorted({*range(0, len(reports) - 1, 5), len(reports) - 2}):
        with pytest.raises(CancelledError):
            ended(spec, at_report(place), "cancel")
        assert {path.name: path.read_bytes() for path in (tmp_path / "model").iterdir()} == before
        assert [path.name for path in tmp_path.iterdir()] == ["model"]


def clearly_best(scores: list[float]) -> float:
    """Return the first score that none after it beats by a hundredth."""
    best = scores[0]
    for score in scores[1:]:
        best = score if score > best + 0.01 else best
    return best


def test_stop_ends_early_and_keeps_the_best_so_far(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    spec = spec_of(survey, tmp_path / "model", quick("lora", steps=1000, patience=0))
    found = ended(spec, lambda progress, _: progress.numbers.get("step", 0) >= 2, "stop")
    assert 2 <= found.steps < 10
    assert read_model(found.output).recipe.classes.names == found.classes
    assert found.miou == pytest.approx(clearly_best([check[3] for check in found.history]))


def test_what_is_kept_scores_as_the_best_check(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    found = taught(survey, tmp_path / "model", quick("lora", "pup", steps=4, head_rate=0.05))
    scores = [check[3] for check in found.history]
    assert next(check[0] for check in found.history) == 0
    # A later check displaces the start only where its gain is clear and the strokes agree on it.
    assert any(found.miou == pytest.approx(score) for score in (scores[0], clearly_best(scores)))
    by_step = {check[0]: check[3] for check in found.history}
    assert by_step[found.kept_step] == pytest.approx(found.miou)


@pytest.mark.parametrize(
    ("method", "decoder", "start", "moves"),
    [("full", "unet", True, True), ("frozen", "pup", False, True), ("frozen", "linear", True, False)],
)
def test_strokes_that_disagree_keep_the_probe_and_not_random_weights(
    tiny: Path,
    survey: TinySurvey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    decoder: str,
    start: bool,
    moves: bool,
) -> None:
    class Disagreeing:
        """Finds each state better than the one before, and is sure of none."""

        dense = False

        def __init__(self, *_: object) -> None:
            self.right = 0

        def __call__(self, _: object) -> tuple[Scores, bool]:
            self.right += 10
            return Scores(np.array([[self.right, 100], [100, self.right]])), False

    monkeypatch.setattr(adapting, "HeldOut", Disagreeing)
    found = taught(survey, tmp_path / "model", recipe=quick(method, decoder, steps=4, probe_start=start))
    assert (found.kept_step > 0) == moves


def test_minutes_are_obeyed(tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path) -> None:
    recipe = quick("lora", steps=0, minutes=0.05, patience=0)
    found = taught(survey, tmp_path / "model", recipe, sources=once)
    assert found.steps > 3
    # Of 3 s nothing is given away; at the end a step that began in time is let go on.
    assert 2.9 <= found.seconds <= 3.0 + 15.0
    assert found.history[-1][1] <= 3.0 + 5.0
    assert read_model(found.output).recipe.training.minutes == 0.05


def test_minutes_hold_for_both_rounds_together(tiny: Path, survey: TinySurvey, tmp_path: Path) -> None:
    found = taught(survey, tmp_path / "model", quick("lora", steps=0, minutes=0.05))
    assert found.steps > 1
    assert found.seconds <= 3.0 + 15.0


def of_two_classes(survey: TinySurvey, path: Path) -> tuple[SourceSpec, ...]:
    labels = survey.drawn
    labels[labels == 2] = 255
    np.save(path, labels)
    return (SourceSpec(survey.file, path),)


@pytest.mark.parametrize(("method", "decoder"), [("lora", "linear"), ("lora", "pup"), ("full", "unet")])
def test_a_model_goes_on_with_a_new_class(
    tiny: Path, survey: TinySurvey, tmp_path: Path, method: str, decoder: str
) -> None:
    short = quick(method, decoder, steps=1, batch=1)
    base = taught(survey, tmp_path / "base", short, sources=of_two_classes(survey, tmp_path / "two.npy"))
    recipe = Recipe.read(base.output / "recipe.toml")
    with pytest.raises(LabelError, match="holds class 2, but there are 2 classes"):
        taught(survey, tmp_path / "model", recipe, base_model=base.output)
    (tmp_path / "names.csv").write_text("name\nclass 0\nclass 1\ncoal\n")
    options: dict[str, Any] = {"base_model": base.output, "class_table": tmp_path / "names.csv"}
    found = taught(survey, tmp_path / "model", recipe, **options)
    assert found.classes == ("class 0", "class 1", "coal")
    segmented = LocalCompute().run(SegmentSpec(survey.file, found.output, tmp_path / "a.npy", At("inline", 1000)))
    assert (np.load(segmented.output)[0] < 3).all()


@pytest.mark.parametrize("start", [True, False])
@pytest.mark.parametrize("decoder", ["linear", "guided", "pup", "mla", "dpt", "unet"])
def test_a_new_class_is_a_new_row_of_zeros_where_scores_are_made(tiny: Path, decoder: str, start: bool) -> None:
    from napari_geofm.core.classes import ClassTable
    from napari_geofm.jobs.continuing import widened
    from napari_geofm.nets.build import parts_of, untrained

    def head(classes: int) -> dict[str, NDArray[np.float32]]:
        recipe = quick("full" if decoder == "unet" else "frozen", decoder, probe_start=start)
        recipe = dataclasses.replace(recipe, classes=ClassTable.numbered(classes))
        weights = None if decoder == "unet" else workbench().weights(recipe.encoder)
        return parts_of(untrained(recipe, weights, None))[1]

    before, wanted = head(3), head(5)
    found = widened(before, 3, 5)
    assert {name: value.shape for name, value in found.items()} == {name: v.shape for name, v in wanted.items()}
    for name, value in found.items():
        np.testing.assert_array_equal(value[: len(before[name])] if value.ndim else value, before[name])
        assert not value.ndim or not value[len(before[name]) :].any()


def test_a_model_goes_on_where_it_was(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path
) -> None:
    base = taught(survey, tmp_path / "base", quick("lora", "linear"), sources=once)
    # Steps of no size: what comes out is what went in.
    still = dataclasses.replace(Recipe.read(base.output / "recipe.toml"))
    training = dataclasses.replace(still.training, steps=1, adapter_rate=1e-30, head_rate=1e-30, weight_decay=0)
    found = taught(
        survey, tmp_path / "model", dataclasses.replace(still, training=training), sources=once, base_model=base.output
    )
    for name in TENSORS:
        before, after = load_file(base.output / name), load_file(found.output / name)
        assert before.keys() == after.keys()
        for tensor, value in before.items():
            np.testing.assert_allclose(after[tensor], value, atol=1e-12, err_msg=tensor)


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("method", ["probe", "lora"])
def test_a_model_of_an_earlier_program_is_used_and_gone_on_with_as_it_was_made(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path, method: str, version: int
) -> None:
    recipe = quick(method, "linear", steps=1)
    lacking = {1: ("surroundings", "texture", "levelling"), 2: ("levelling",), 3: ()}[version]
    off: dict[str, Any] = dict.fromkeys(lacking, 0.0)
    earlier = dataclasses.replace(
        recipe,
        encoder=dataclasses.replace(recipe.encoder, taps=(6,) if version == 1 else recipe.encoder.taps, tuning=""),
        probe=dataclasses.replace(recipe.probe, **off),
    )
    base = taught(survey, tmp_path / "base", earlier, sources=once)
    where = At("inline", 1000)
    first = LocalCompute().run(SegmentSpec(survey.file, base.output, tmp_path / "a.npy", where)).output.read_bytes()
    file = base.output / "recipe.toml"
    text = file.read_text(encoding="utf-8").replace("format = 4", f"format = {version}")
    text = text.replace('tuning = ""\n', "").replace('tuning_sha256 = ""\n', "")
    assert "tuning" not in text
    for name in lacking:
        assert f"{name} = 0.0\n" in text
        text = text.replace(f"{name} = 0.0\n", "")
    file.write_text(text, encoding="utf-8")
    again = LocalCompute().run(SegmentSpec(survey.file, base.output, tmp_path / "b.npy", where)).output.read_bytes()
    assert first == again
    found = taught(survey, tmp_path / "model", recipe, sources=once, base_model=base.output)
    written = Recipe.read(found.output / "recipe.toml")
    assert (written.encoder.taps, written.probe) == (earlier.encoder.taps, earlier.probe)
    assert written.encoder.tuning == ""
    assert recipe.probe.levelling > 0


def test_a_model_of_another_make_is_not_gone_on_with(
    tiny: Path, survey: TinySurvey, lora: Path, tmp_path: Path
) -> None:
    for recipe in (quick("lora", "linear"), quick("frozen", "pup")):
        with pytest.raises(ModelError, match="go on with the same"):
            taught(survey, tmp_path / "model", recipe, base_model=lora)
    # As many names as the model has numbers would be theirs.
    (tmp_path / "names.csv").write_text("name\nsalt\nsand\n")
    with pytest.raises(ModelError, match="--classes names others"):
        taught(survey, tmp_path / "model", quick("lora", "pup"), base_model=lora, class_table=tmp_path / "names.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["names.csv"]


def test_an_output_is_checked_before_the_work(tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    (tmp_path / "holiday").mkdir()
    (tmp_path / "holiday" / "photo.jpg").touch()
    (tmp_path / "file").touch()
    heard: list[Progress] = []
    for output, overwrite, line in (
        (probe, False, "exists and is kept"),
        (tmp_path / "holiday", True, "is not replaced"),
        (tmp_path / "file", True, "it is a file"),
        (tmp_path / "file" / "model", False, "a part of the path is a file"),
    ):
        with pytest.raises(OutputError, match=line) as caught:
            taught(survey, output, report=heard.append, overwrite=overwrite)
        assert "\n" not in str(caught.value)
    assert heard == []
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "holiday", "photo.jpg"]


def test_a_disk_that_fills_up_at_the_end_leaves_the_old_model(
    tiny: Path, survey: TinySurvey, probe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import safetensors.numpy

    shutil.copytree(probe, tmp_path / "model")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(safetensors.numpy, "save", full)
    with pytest.raises(OutputError, match="no space left"):
        taught(survey, tmp_path / "model", overwrite=True)
    assert tensors(tmp_path / "model") == tensors(probe)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_a_loss_that_is_no_number_is_no_model(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets import training

    monkeypatch.setattr(training, "build_loss", lambda *_: NoNumber())
    with pytest.raises(JobError, match="diverged"):
        taught(survey, tmp_path / "model", quick("lora"), sources=once)
    assert list(tmp_path.iterdir()) == []


def test_a_training_that_diverges_later_keeps_what_was_good_and_says_so(
    tiny: Path, survey: TinySurvey, once: tuple[SourceSpec, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from napari_geofm.nets import training
    from napari_geofm.nets.losses import build_loss

    def later(*words: Any) -> Any:
        good, taken = build_loss(*words), list[int]()

        def loss(scores: Any, labels: Any) -> Any:
            taken.append(1)
            return good(scores, labels) * (float("nan") if len(taken) > 2 else 1.0)

        return type("Later", (NoNumber,), {"__call__": lambda _, *given: loss(*given)})()

    monkeypatch.setattr(training, "build_loss", later)
    for name, sources in (("nothing held out", once), ("held out", (SourceSpec(survey.file, survey.strokes),))):
        found = taught(survey, tmp_path / name, quick("lora", "pup", steps=9, patience=0), sources=sources)
        assert (found.diverged_at, found.steps) == (3, 2)
        model = read_model(found.output)
        assert all(np.isfinite(value).all() for value in (*model.head.values(), *model.adapter.values()))
        assert "diverged at step 3 (the loss is not a number) and ended; the best state before is kept" in model.card


def test_epochs_of_whole_sections_as_the_papers_recipes_have_them(
    tiny: Path, survey: TinySurvey, tmp_path: Path
) -> None:
    from napari_geofm.io.recipes import find_recipe

    recipe = find_recipe("paper-das")
    training = dataclasses.replace(recipe.training, epochs=3, warmup_epochs=1, batch=2)
    for kind, steps in (("all", 3 * 2), ("split", 3 * 1)):
        labels = [np.load(survey.truth) for _ in range(2)]
        labels[0][[1, 3]] = 255
        labels[1][[0, 1, 2, 4, 5]] = 255
        for name, part in zip(("train", "valid"), labels, strict=True):
            np.save(tmp_path / f"{name}.npy", part)
        sources = [SourceSpec(survey.file, tmp_path / "train.npy")]
        if kind == "split":
            sources.append(SourceSpec(survey.file, tmp_path / "valid.npy", "valid"))
            labels[0][[4, 5]] = 255
            np.save(tmp_path / "train.npy", labels[0])
        found = taught(
            survey,
            tmp_path / kind,
            dataclasses.replace(recipe, training=training),
            sources=tuple(sources),
            along="inline",
        )
        rounds = [check[0] for check in found.history]
        assert rounds == [0, *range(steps // 3, steps + 1, steps // 3)]
        # With held-out sections of its own, all are learned from afterwards, for as many passes as were best.
        assert found.steps >= steps
        assert Recipe.read(found.output / "recipe.toml").training == training
        assert "3 epochs asked for" in (found.output / "card.md").read_text()


class NoNumber:
    def to(self, _: object) -> "NoNumber":
        return self

    def __call__(self, scores: Any, labels: Any) -> Any:
        return scores.sum() * float("nan")


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({"where": Where(weights=Path("nowhere.safetensors"))}, WeightsError),
        ({"where": Where(device="abacus")}, GeoFMError),
        ({"class_table": Path("nowhere.csv")}, GeoFMError),
        ({"base_model": Path("nowhere")}, GeoFMError),
        ({"rest_is": "-3"}, LabelError),
        ({"along": "depth"}, GeoFMError),
    ],
)
def test_what_cannot_be_done_leaves_nothing(
    tiny: Path, survey: TinySurvey, tmp_path: Path, options: dict[str, Any], kind: type[GeoFMError]
) -> None:
    with pytest.raises(kind) as caught:
        taught(survey, tmp_path / "model", **options)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_line_is_learned_from_and_segmented(tiny: Path, tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.save(tmp_path / "line.npy", rng.normal(size=(60, 80)).astype(np.float32))
    labels: NDArray[np.uint8] = np.full((60, 80), 255, np.uint8)
    labels[5:20, 5:20], labels[30:50, 40:60] = 0, 1
    np.save(tmp_path / "labels.npy", labels)
    sources = (SourceSpec(tmp_path / "line.npy", tmp_path / "labels.npy"),)
    found = LocalCompute().run(FinetuneSpec(sources, tmp_path / "model", quick()))
    assert found.sections == ("whole",)
    assert Recipe.read(found.output / "recipe.toml").along == ""
    LocalCompute().run(SegmentSpec(tmp_path / "line.npy", found.output, tmp_path / "a.npy"))
    assert (np.load(tmp_path / "a.npy") < 2).all()


@pytest.mark.parametrize("tuning", ["", "auto"])
def test_lora_begins_with_the_probe_whatever_the_published_encoder_left_in_the_cache(
    tiny: Path, survey: TinySurvey, tmp_path: Path, tuning: str
) -> None:
    """What one encoder saw is never taken for what the other sees: the same sections are in the cache for both."""

    def tuned(recipe: Recipe, word: str) -> Recipe:
        return dataclasses.replace(recipe, encoder=dataclasses.replace(recipe.encoder, tuning=word))

    for word in ("", "auto"):
        taught(survey, tmp_path / f"before {word}", tuned(quick("probe"), word))
    probe = taught(survey, tmp_path / "probe", tuned(quick("probe"), tuning))
    still = quick("lora", steps=1, adapter_rate=1e-9, head_rate=1e-9)
    lora = taught(survey, tmp_path / "lora", tuned(still, tuning))
    where = At("inline", 1000)
    both = [
        np.load(LocalCompute().run(SegmentSpec(survey.file, model.output, tmp_path / f"{n}.npy", where)).output)
        for n, model in enumerate((probe, lora))
    ]
    assert (both[0] == both[1]).mean() > 0.98
    assert np.unique(both[0]).size > 1
