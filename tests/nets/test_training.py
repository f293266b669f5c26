import dataclasses
import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from napari_geofm.core.progress import Control, Progress, run_to_end
from napari_geofm.core.recipe import TrainingRecipe
from napari_geofm.errors import CancelledError, JobError, ModelError
from napari_geofm.nets import rates, training
from napari_geofm.nets.budget import planned
from napari_geofm.nets.crops import Batch
from napari_geofm.nets.outcome import Outcome, Verdict
from napari_geofm.nets.training import train

STEPS = TrainingRecipe(steps=6, batch=4, validate_every=1, warmup_steps=0, ema=0, patience=0, head_rate=0.01)


class Source:
    """Batches that say: bright is class 1."""

    def class_weights(self, balance: float) -> list[float]:
        return [1.0, 1.0]

    def batch(self, rng: np.random.Generator) -> Batch:
        images = torch.from_numpy(rng.random((4, 3, 8, 8)).astype(np.float32))
        return Batch(images, (images[:, 0] > 0.5).long())


class Net(nn.Module):
    """One convolution behind a few blocks."""

    def __init__(self, before_block: Callable[[], None] = lambda: None) -> None:
        super().__init__()
        self.blocks = nn.ModuleList([nn.Identity(), nn.Identity()])
        self.head = nn.Conv2d(3, 2, 1)
        self.before_block = before_block
        self.calls: list[tuple[int, bool]] = []
        with torch.no_grad():
            self.head.weight.zero_()

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        self.calls.append((len(x), self.training))
        for block in self.blocks:
            self.before_block()
            x = block(x)
        scores: Tensor = self.head(x)
        return scores


def trained(net: nn.Module, recipe: TrainingRecipe = STEPS, score: Any = None, **options: Any) -> Outcome:
    control = options.pop("control", Control())
    return run_to_end(train(net, Source(), recipe, score, control, bf16=False), options.pop("report", None))


def scripted(scores: Iterable[float | Verdict], look: Callable[[], None] = lambda: None) -> Callable[[], Verdict]:
    left = iter(scores)

    def score() -> Verdict:
        look()
        found = next(left)
        return found if isinstance(found, Verdict) else Verdict(found)

    return score


def test_it_learns() -> None:
    net = Net()
    trained(net, dataclasses.replace(STEPS, steps=60, head_rate=0.1))
    batch = Source().batch(np.random.default_rng(9))
    with torch.inference_mode():
        right = net(batch.images, (8, 8)).argmax(1) == batch.labels
    assert right.float().mean() > 0.9


def test_the_best_state_is_kept_of_equals_the_earlier() -> None:
    net, seen = Net(), list[Tensor]()
    score = scripted([0.1, 0.5, 0.9, 0.2, 0.905, 0.3, 0.4], lambda: seen.append(net.head.weight.detach().clone()))
    found = trained(net, score=score)
    assert [check.score for check in found.checks] == [0.1, 0.5, 0.9, 0.2, 0.905, 0.3, 0.4]
    assert (found.best.step, found.best.score, found.steps) == (2, 0.9, 6)
    assert torch.equal(found.state["head.weight"], seen[2])
    assert not torch.equal(found.state["head.weight"], net.head.weight)


def test_a_gain_that_is_not_to_be_trusted_displaces_nothing() -> None:
    found = trained(Net(), score=scripted([0.1, Verdict(0.9, trusted=False), 0.3, 0.2, 0.2, 0.2, 0.2]))
    assert [check.score for check in found.checks][:3] == [0.1, 0.9, 0.3]
    assert (found.best.step, found.best.score) == (2, 0.3)


def test_without_strokes_to_score_the_last_state_is_kept() -> None:
    net = Net()
    found = trained(net)
    assert torch.equal(found.state["head.weight"], net.head.weight)
    assert math.isnan(found.best.score)
    assert (found.best.step, found.planned_steps) == (6, 6)


def test_where_training_does_harm_the_start_is_kept() -> None:
    net = Net()
    found = trained(net, score=scripted([0.9] + 6 * [0.1]))
    assert found.best.step == 0
    assert (found.state["head.weight"] == 0).all()


def test_scores_are_taken_in_eval_mode_and_steps_in_train_mode() -> None:
    net, modes = Net(), list[bool]()
    trained(net, score=scripted(7 * [0.5], lambda: modes.append(net.training)))
    assert modes == 7 * [False]
    assert [mode for _, mode in net.calls] == 6 * [True]


def test_patience_ends_what_gains_nothing() -> None:
    found = trained(Net(), dataclasses.replace(STEPS, patience=2, steps=100), scripted([0.5, 0.6] + 98 * [0.1]))
    assert (found.steps, found.best.step) == (3, 1)


def test_it_can_end_before_its_plan() -> None:
    found = trained(Net(), dataclasses.replace(STEPS, steps=10, stop_after=4))
    assert (found.steps, found.planned_steps) == (4, 10)
    assert trained(Net(), dataclasses.replace(STEPS, stop_after=0)).steps == 0


def test_the_same_seed_is_the_same_bit_for_bit() -> None:
    begin, states = Net().state_dict(), list[Tensor]()
    for seed in (0, 0, 1):
        net = Net()
        net.load_state_dict(begin)
        states.append(trained(net, dataclasses.replace(STEPS, seed=seed)).state["head.weight"])
    assert torch.equal(states[0], states[1])
    assert not torch.equal(states[0], states[2])


def test_minutes_are_obeyed() -> None:
    heard: list[Progress] = []
    found = trained(Net(), dataclasses.replace(STEPS, steps=0, minutes=0.01), report=heard.append)
    assert 0.6 <= found.seconds < 3
    assert found.steps == len(heard) > 3
    assert heard[-1].fraction == pytest.approx(1)


def test_validation_takes_a_small_part_of_the_minutes() -> None:
    import time

    found = trained(
        Net(),
        dataclasses.replace(STEPS, steps=0, minutes=0.02),
        scripted(iter(lambda: 0.5, None), lambda: time.sleep(0.02)),
    )
    assert 2 <= len(found.checks) <= 18


def test_stop_keeps_the_best_so_far() -> None:
    control = Control()

    def report(progress: Progress) -> None:
        if progress.numbers["step"] == 3:
            control.stop()

    found = trained(Net(), score=scripted([0.1, 0.2, 0.9, 0.3]), control=control, report=report)
    assert (found.steps, found.best.step, found.best.score) == (3, 2, 0.9)


def test_cancel_is_heard_between_the_blocks_of_a_step() -> None:
    control = Control()
    net = Net(before_block=control.cancel)
    with pytest.raises(CancelledError):
        trained(net, control=control)
    assert len(net.calls) == 1
    # The flag's hooks are gone: the net can be used on.
    net(torch.rand(1, 3, 8, 8), (8, 8))


class Cramped(Net):
    """Memory for so many crops at once."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        if len(x) > self.room:
            raise torch.OutOfMemoryError
        return super().forward(x, size)


@pytest.mark.parametrize(("room", "parts"), [(2, 2), (1, 1), (3, 2)])
def test_a_batch_that_does_not_fit_is_halved_and_the_gradient_is_the_same(room: int, parts: int) -> None:
    ample, cramped = Net(), Cramped(room)
    cramped.load_state_dict(ample.state_dict())
    recipe = dataclasses.replace(STEPS, loss="ce", steps=3)
    one, other = trained(ample, recipe), trained(cramped, recipe)
    torch.testing.assert_close(one.state["head.weight"], other.state["head.weight"], atol=1e-5, rtol=1e-4)
    assert {size for size, _ in cramped.calls} == {parts}


def test_one_crop_that_does_not_fit_is_said() -> None:
    with pytest.raises(JobError, match="Out of GPU memory with one crop; choose a smaller crop_tokens"):
        trained(Cramped(0))


class Broken(Net):
    """Gives no number from some step on."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        scores = super().forward(x, size)
        return scores * math.nan if len(self.calls) > self.after else scores


def test_a_loss_that_is_no_number_ends_with_the_best_state_before() -> None:
    net, seen = Broken(3), list[Tensor]()
    score = scripted([0.1, 0.5, 0.9, 0.4, 0.4], lambda: seen.append(net.head.weight.detach().clone()))
    heard: list[Progress] = []
    found = trained(net, score=score, report=heard.append)
    assert (found.steps, found.best.score) == (3, 0.9)
    assert torch.equal(found.state["head.weight"], seen[2])
    assert "diverged" in heard[-1].text
    assert all(torch.isfinite(value).all() for value in found.state.values())
    with pytest.raises(JobError, match="diverged at step 1"):
        trained(Broken(0))


class Steep(Net):
    """Its scores are fine and their gradients are not, from some step on."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def forward(self, x: Tensor, size: tuple[int, int]) -> Tensor:
        scores = super().forward(x, size)
        if len(self.calls) > self.after:
            # The root's slope at 0 is infinite: times 0 it is no number.
            scores = scores + (scores - scores).abs().sqrt()
        return scores


def test_the_head_learns_first_where_it_is_asked_to() -> None:
    class Two(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.ModuleList()
            self.encoder = nn.Conv2d(3, 2, 1)
            self.decoder = nn.Conv2d(2, 2, 1)

        def forward(self, x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
            scores: torch.Tensor = self.decoder(self.encoder(x))
            return scores

    moved, joined = {}, {}
    for steps in (2, 4):
        torch.manual_seed(0)
        net = Two()
        before = {name: value.detach().clone() for name, value in net.named_parameters()}
        found = trained(net, dataclasses.replace(STEPS, steps=4, stop_after=steps, head_first=0.5))
        moved[steps] = [name for name, value in net.named_parameters() if not torch.equal(value, before[name])]
        joined[steps] = found.joined_step
    assert joined == {2: -1, 4: 2}
    assert moved[2] == ["decoder.weight", "decoder.bias"]
    assert moved[4] == ["encoder.weight", "encoder.bias", "decoder.weight", "decoder.bias"]


def test_a_gradient_that_is_no_number_spoils_no_weight_and_what_was_learned_is_kept() -> None:
    net = Steep(3)
    found = trained(net)
    assert (found.steps, found.diverged_at) == (3, 4)
    assert all(torch.isfinite(value).all() for value in found.state.values())
    assert found.state["head.weight"].abs().max() > 0
    assert trained(Net()).diverged_at == 0


def test_gradients_are_clipped_as_the_recipe_says() -> None:
    moved = []
    for clip in (1e-6, 0.0):
        net = Net()
        trained(net, dataclasses.replace(STEPS, steps=1, clip=clip, weight_decay=0, head_rate=1.0))
        moved.append(float(net.head.weight.detach().abs().max()))
    # AdamW's step hardly depends on the size of a gradient, but for the constant beside it in the denominator.
    assert moved[0] < 0.999 * moved[1]


def test_epochs_follow_the_curve_of_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    used: list[float] = []
    original = rates.set_rates

    def noted(optimiser: torch.optim.Optimizer, factor: float) -> None:
        original(optimiser, factor)
        used.append(optimiser.param_groups[0]["lr"])

    monkeypatch.setattr(training, "set_rates", noted)
    recipe = planned(dataclasses.replace(STEPS, steps=0, epochs=20, warmup_epochs=10, batch=2, head_rate=0.5), 5)
    trained(Net(), recipe)
    assert len(used) == 20 * 3
    np.testing.assert_allclose(used[:30], 0.5 * np.arange(1, 31) / 30)
    np.testing.assert_allclose(used[30:], 0.25 * (1 + np.cos(np.pi * np.arange(30) / 30)))


def test_an_interrupted_training_goes_on_bit_for_bit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "RECORD_S", 0.0)
    recipe = planned(dataclasses.replace(STEPS, steps=0, epochs=6, warmup_epochs=2, ema=0.9, batch=4), 8)
    begin = Net().state_dict()
    scores = [0.1, 0.5, 0.3, 0.9, 0.2, 0.1, 0.1]

    def run(control: Control, left: list[float], record: Path | None, stop_at: int) -> Outcome:
        net = Net()
        net.load_state_dict(begin)
        job = train(net, Source(), recipe, scripted(left), control, bf16=False, record=record)

        def report(progress: Progress) -> None:
            if progress.numbers["step"] == stop_at:
                control.cancel()

        return run_to_end(job, report)

    whole = run(Control(), scores, None, -1)
    record = tmp_path / "record.safetensors"
    with pytest.raises(CancelledError):
        run(Control(), scores, record, 7)
    # The third epoch was looked at, and the seventh step is taken again.
    resumed = run(Control(), scores[4:], record, -1)
    assert whole.state.keys() == resumed.state.keys()
    assert all(torch.equal(value, resumed.state[name]) for name, value in whole.state.items())
    assert [check.score for check in resumed.checks] == scores
    assert [check.loss for check in resumed.checks[1:]] == [check.loss for check in whole.checks[1:]]
    assert (resumed.best.step, resumed.steps) == (whole.best.step, whole.steps) == (6, 12)
    monkeypatch.setattr(training, "RECORD_S", 60.0)
    run(Control(), scores, tmp_path / "none", -1)
    assert not (tmp_path / "none").exists()
    record.write_bytes(record.read_bytes()[:-5])
    with pytest.raises(ModelError, match=r"record\.safetensors is no whole record of a training"):
        run(Control(), scores, record, -1)
