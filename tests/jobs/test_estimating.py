"""What a fine-tune and a volume are said to take, and that this is measured once."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import torch

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Control
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import Region
from napari_geofm.errors import CancelledError
from napari_geofm.jobs import estimating, workbench
from napari_geofm.jobs.specs import SegmentSpec
from napari_geofm.jobs.view_specs import EstimateResult, EstimateSpec
from tests.tiny import TinySurvey, quick


@pytest.fixture(autouse=True)
def own_bench(tiny: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A process and a cache that hold nothing."""
    monkeypatch.setattr(workbench, "_BENCHES", {})
    monkeypatch.setenv("GEOFM_CACHE", str(tmp_path / "own"))
    return tmp_path / "own" / "speeds.json"


def said(survey: TinySurvey, recipe: Recipe, **options: Any) -> EstimateResult:
    return LocalCompute().run(EstimateSpec(survey.file, recipe, **options))


@pytest.fixture
def never_again(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return what makes every further measurement fail."""
    from napari_geofm.nets import speed

    return lambda: monkeypatch.setattr(speed, "measure_speed", None)


@pytest.mark.parametrize(("method", "decoder"), [("lora", "linear"), ("frozen", "pup"), ("full", "unet")])
def test_minutes_hold_steps(survey: TinySurvey, method: str, decoder: str, never_again: Any) -> None:
    recipe = quick(method, decoder, steps=0, minutes=2.0)
    found = said(survey, recipe)
    assert found.training_s == 120
    assert found.steps > 100  # of a net of 20,000 weights, or the smallest U-Net crop
    assert found.start_s > 0
    assert found.finetune_s == found.start_s + 120
    assert 0 < found.memory_gb < found.free_gb
    assert found.device
    never_again()
    longer = said(survey, quick(method, decoder, steps=0, minutes=4.0))
    assert longer.steps == pytest.approx(2 * found.steps, abs=1)


@pytest.mark.parametrize(("dense", "decoder"), [(False, "linear"), (True, "guided")])
def test_a_decoder_that_is_left_open_is_reckoned_as_the_one_that_will_be_chosen(
    survey: TinySurvey, dense: bool, decoder: str, never_again: Any
) -> None:
    named = said(survey, quick("lora", decoder, steps=0, minutes=2.0), dense=dense)
    never_again()
    left = said(survey, quick("lora", "auto", steps=0, minutes=2.0), dense=dense)
    assert (left.steps, left.memory_gb, left.training_s) == (named.steps, named.memory_gb, named.training_s)
    assert left.steps > 0 < left.memory_gb


def test_memory_is_that_of_steps_that_train_the_encoder_too(survey: TinySurvey, own_bench: Path) -> None:
    """Where the decoder learns alone at first, the height is reached later."""
    late = said(survey, quick("lora", "guided", steps=10, head_first=0.5))
    own_bench.unlink()
    at_once = said(survey, quick("lora", "guided", steps=10, head_first=0.0))
    assert late.memory_gb == at_once.memory_gb
    own_bench.unlink()
    assert said(survey, quick("frozen", "guided", steps=10)).memory_gb < late.memory_gb


def test_steps_take_time(survey: TinySurvey) -> None:
    few, many = (said(survey, quick("lora", steps=steps)) for steps in (10, 1000))
    assert (few.steps, many.steps) == (20, 2000)  # once with strokes held out, once with all
    assert many.training_s == pytest.approx(100 * few.training_s)


def test_a_probe_is_ready_when_the_views_are_encoded(survey: TinySurvey, never_again: Any) -> None:
    one = said(survey, quick())
    assert (one.training_s, one.steps, one.memory_gb) == (0, 0, 0)
    never_again()
    four = said(survey, quick(), labelled=4)
    none = said(survey, quick(), labelled=0)
    assert four.start_s - none.start_s == pytest.approx(4 * (one.start_s - none.start_s))
    more = quick()
    more = dataclasses.replace(more, probe=dataclasses.replace(more.probe, crops=16))
    assert said(survey, more).start_s > one.start_s


def test_a_volume_takes_time_for_each_section(survey: TinySurvey, never_again: Any) -> None:
    whole = said(survey, quick())
    assert whole.sections == 6
    assert whole.volume_gb == 6 * 96 * 96 / 1e9
    never_again()
    part = said(survey, quick(), region=Region.parse(["inline=1000:1010"]))
    assert part.sections == 2
    assert part.volume_s == pytest.approx(whole.volume_s / 3)
    assert said(survey, quick(), along="crossline").sections == 96


def test_the_volume_takes_about_what_was_said(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    """Of so small a net all else takes longer: what is said must be the lesser part, not a multiple."""
    found = said(survey, quick())
    real = LocalCompute().run(SegmentSpec(survey.file, probe, tmp_path / "all.npy"))
    assert found.volume_s < 20 * real.seconds


def test_it_is_measured_once_for_each_kind_of_model(survey: TinySurvey, own_bench: Path, never_again: Any) -> None:
    first = said(survey, quick("lora", steps=10))
    assert len(json.loads(own_bench.read_text())) == 1
    said(survey, quick())
    assert len(json.loads(own_bench.read_text())) == 2
    never_again()
    assert said(survey, quick("lora", steps=10)).training_s == first.training_s
    with pytest.raises(Exception, match="NoneType"):
        said(survey, quick("lora", "pup"))


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"%s": {"fast": true}}', '{"%s": 3}'])
def test_a_damaged_memory_is_measured_anew(survey: TinySurvey, own_bench: Path, damage: str) -> None:
    said(survey, quick())
    (key,) = json.loads(own_bench.read_text())
    own_bench.write_text(damage.replace("%s", key))
    assert said(survey, quick()).volume_s > 0
    assert list(json.loads(own_bench.read_text())) == [key]


def test_a_measurement_can_be_dropped_and_leaves_nothing(survey: TinySurvey, own_bench: Path) -> None:
    looks = 0

    def cancelled() -> bool:
        nonlocal looks
        looks += 1
        return looks > 30

    with pytest.raises(CancelledError):
        list(estimating.estimate(EstimateSpec(survey.file, quick("lora", steps=10)), Control(cancelled)))
    assert looks == 31
    assert not own_bench.exists()


def test_measuring_leaves_the_randomness_of_others_alone(survey: TinySurvey, probe: Path) -> None:
    """The networks that views are answered with are not those that are measured."""
    from napari_geofm.core.region import At
    from napari_geofm.jobs.view_specs import PredictionSpec

    spec = PredictionSpec(survey.file, At("inline", 1000), probe)
    before = LocalCompute().run(spec)
    state = torch.random.get_rng_state()
    said(survey, quick("full", "pup", steps=10, head_rate=1.0))
    assert torch.equal(torch.random.get_rng_state(), state)
    after = LocalCompute().run(spec)
    assert before.confidence.tobytes() == after.confidence.tobytes()
