"""Training: steps on crops, a rate that rises and falls, held-out strokes, and the best state kept."""

import math
import time
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import TrainingRecipe
from napari_geofm.errors import JobError
from napari_geofm.nets.averaging import RunningMean
from napari_geofm.nets.checkpoint import Snapshot, joined, parted, read_snapshot, write_snapshot
from napari_geofm.nets.crops import Batch, Batches
from napari_geofm.nets.losses import anchoring, build_loss
from napari_geofm.nets.outcome import Check, Outcome, Verdict
from napari_geofm.nets.rates import epoch_factor, optimiser_of, rate_factor, set_rates
from napari_geofm.nets.watching import watched

__all__ = ["Check", "Outcome", "Verdict", "train"]

PUBLISH_S = 10.0
"""Seconds between two states that are published where no held-out strokes say which one is good."""

RECORD_S = 60.0
"""Seconds at least between two records of where training stands: they may be hundreds of MB."""

VALIDATION_SHARE = 0.15
"""Part of the time that validations may take where minutes decide."""


def train(
    net: nn.Module,
    source: Batches,
    recipe: TrainingRecipe,
    score: Callable[[], Verdict] | None,
    control: Control,
    *,
    bf16: bool,
    publish: Callable[[], None] | None = None,
    record: Path | None = None,
) -> Job[Outcome]:
    """Train what requires gradients in ``net``.

    Parameters
    ----------
    net
        On its device. Called as ``net(images, size)``.
    source
        Batches.
    recipe
        Budget, rates, loss.
    score
        Returns the score on held-out strokes of the network as it stands, higher is better; None where none are
        held out, and the last state is the best.
    control
        Looked at before every block of the encoder.
    bf16
        Whether to use bfloat16 autocast.
    publish
        Called with the network as it would be kept if training ended now, whenever that is another; ``previews`` in the
        progress counts the calls.
    record
        A file that says after a check, once in a minute, where training stands; where it is there, training goes on
        from it, bit for bit as if it had not been interrupted (with ``epochs``). The caller removes it. None for none.

    Yields
    ------
    Progress
        After every step.

    Raises
    ------
    CancelledError
        When cancelled; the network is then in an undefined state.
    JobError
        When the loss is not a number before any check, or memory does not suffice for one crop.
    """
    run = _Run(net, source, recipe, score, publish, bf16=bf16, record=record)
    with watched(net, control.check):
        while not run.finished and not control.stopping:
            control.check()
            yield run.step()
        return run.outcome()


class _Run:
    """One training in progress."""

    def __init__(
        self,
        net: nn.Module,
        source: Batches,
        recipe: TrainingRecipe,
        score: Callable[[], Verdict] | None,
        publish: Callable[[], None] | None,
        *,
        bf16: bool,
        record: Path | None,
    ) -> None:
        self.record = record
        self.net, self.source, self.recipe, self.score, self.bf16 = net, source, recipe, score, bf16
        self.publish, self.published, self.last_publish = publish, 0, time.monotonic()
        self.device = next(net.parameters()).device
        self.rng = np.random.default_rng(recipe.seed)
        self.loss = build_loss(recipe.loss, source.class_weights(recipe.balance)).to(self.device)
        self.optimiser = optimiser_of(net, recipe)
        self.trained = [value for group in self.optimiser.param_groups for value in group["params"]]
        self.adapting = [v for name, v in net.named_parameters() if v.requires_grad and name.startswith("encoder.")]
        self.mean = RunningMean(net, recipe.ema)
        self.parts = recipe.batch
        self.start = self.recorded = time.monotonic()
        self.steps, self.running, self.stale, self.diverged_at, self.joined_step = 0, math.nan, 0, 0, -1
        self.validated_s, self.last_check = 0.0, self.start
        self.checks: list[Check] = []
        self.best: tuple[Check, dict[str, Tensor]] | None = None
        torch.manual_seed(recipe.seed)
        if record is not None and record.exists():
            self._restore(read_snapshot(record))
        elif score is not None:
            self.check()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start

    @property
    def done(self) -> float:
        """Part of the budget that is spent."""
        if self.recipe.steps:
            return self.steps / self.recipe.steps
        return self.seconds / (60.0 * self.recipe.minutes)

    @property
    def finished(self) -> bool:
        patient = self.recipe.patience == 0 or self.stale < self.recipe.patience
        enough = 0 <= self.recipe.stop_after <= self.steps
        return self.done >= 1.0 or enough or not patient or self.diverged_at > 0

    def step(self) -> Progress:
        """Take one step and report it."""
        set_rates(self.optimiser, self._factor())
        self.net.train()
        if self.joined_step < 0 and self.done >= self.recipe.head_first:
            self.joined_step = self.steps
        for adapting in self.adapting:
            adapting.requires_grad_(self.joined_step >= 0)
        value = self._descend(self.source.batch(self.rng))
        if not math.isfinite(value):
            return self._diverged()
        self.mean.update()
        self.steps += 1
        self.running = value if math.isnan(self.running) else 0.95 * self.running + 0.05 * value
        if self.score is not None and self._due():
            self.check()
        numbers = {"step": float(self.steps), "loss": self.running}
        if self.checks and not math.isnan(self.checks[-1].score):
            numbers["held-out mIoU"] = self.checks[-1].score
        if self.score is None and time.monotonic() - self.last_publish > PUBLISH_S:
            self._publish()
        if self.publish is not None:
            numbers["previews"] = float(self.published)
        return Progress(min(1.0, self.done), 1.0, "training", numbers)

    def _factor(self) -> float:
        """Return the factor on the rates of the step to come."""
        recipe = self.recipe
        if recipe.epochs:
            return epoch_factor(self.steps, recipe.steps, recipe.warmup_steps)
        return rate_factor(self.done, self.steps, recipe.warmup_steps)

    def check(self) -> None:
        """Score the running mean on the held-out strokes; keep it when it is the best so far."""
        began = time.monotonic()
        verdict = Verdict(math.nan)
        if self.score is not None:
            with self.mean.shown():
                self.net.eval()
                verdict = self.score()
        value = verdict.score
        found = Check(self.steps, self.seconds, self.running, value)
        self.checks.append(found)
        # Few strokes are held out: a state has to be clearly better to displace an earlier one, above all the start.
        better = verdict.trusted and self.best is not None and value > self.best[0].score + verdict.margin
        if self.best is None or math.isnan(value) or better:
            self.best, self.stale = (found, self.mean.state()), 0
            self._publish()
        else:
            self.stale += 1
        self.last_check = time.monotonic()
        self.validated_s += self.last_check - began
        if self.record is not None and time.monotonic() - self.recorded >= RECORD_S:
            write_snapshot(self.record, self._snapshot())
            self.recorded = time.monotonic()

    def outcome(self) -> Outcome:
        """Return the best state, after a last check."""
        if not self.checks or self.checks[-1].step != self.steps:
            self.check()
        best, state = self.best or (self.checks[-1], self.mean.state())
        planned = round(self.steps / max(self.done, 1e-6)) if self.done < 1.0 else self.steps
        checks, ends = tuple(self.checks), (self.diverged_at, self.joined_step)
        return Outcome(state, self.steps, self.seconds, planned, best, checks, *ends)

    def _snapshot(self) -> Snapshot:
        """Return everything that decides how training goes on."""
        updates, mean = self.mean.record()
        best = self.best[1] if self.best else {}
        adam = {
            f"{place}.{name}": value
            for place, state in self.optimiser.state_dict()["state"].items()
            for name, value in state.items()
        }
        numbers = {
            "steps": self.steps,
            "running": self.running,
            "stale": self.stale,
            "seconds": self.seconds,
            "updates": updates,
            "checks": [astuple(check) for check in self.checks],
            "best": astuple(self.best[0]) if self.best else None,
            "rng": self.rng.bit_generator.state,
        }
        return Snapshot(joined(net=self.net.state_dict(), mean=mean, best=best, adam=adam), numbers)

    def _restore(self, found: Snapshot) -> None:
        """Go on from a snapshot."""
        tensors, numbers = found.tensors, found.numbers
        self.net.load_state_dict(parted(tensors, "net"))
        self.mean.restore(numbers["updates"], parted(tensors, "mean"))
        adam: dict[int, dict[str, Tensor]] = {}
        for key, value in parted(tensors, "adam").items():
            place, _, name = key.partition(".")
            adam.setdefault(int(place), {})[name] = value
        self.optimiser.load_state_dict(self.optimiser.state_dict() | {"state": adam})
        self.steps, self.running, self.stale = numbers["steps"], numbers["running"], numbers["stale"]
        self.start = time.monotonic() - numbers["seconds"]
        self.checks = [Check(*check) for check in numbers["checks"]]
        self.best = (Check(*numbers["best"]), parted(tensors, "best")) if numbers["best"] else None
        self.rng.bit_generator.state = numbers["rng"]

    def _publish(self) -> None:
        """Show the running mean to who wants to see it."""
        if self.publish is not None:
            with self.mean.shown():
                self.publish()
            self.published += 1
            self.last_publish = time.monotonic()

    def _due(self) -> bool:
        """Whether to validate: every so many steps, or as often as its share of the time allows."""
        if self.recipe.steps:
            return self.steps % self.recipe.validate_every == 0
        one = self.validated_s / max(1, len(self.checks))
        return time.monotonic() - self.last_check > one / VALIDATION_SHARE

    def _descend(self, batch: Batch) -> float:
        """Follow the gradient of one batch, in as many parts as memory needs, and return the loss."""
        while True:
            try:
                return self._accumulate(batch)
            except torch.OutOfMemoryError:
                if self.parts == 1:
                    msg = "Out of GPU memory with one crop; choose a smaller crop_tokens, or --device cpu"
                    raise JobError(msg) from None
                self.parts = (self.parts + 1) // 2
                torch.cuda.empty_cache()

    def _accumulate(self, batch: Batch) -> float:
        self.optimiser.zero_grad(set_to_none=True)
        pieces = list(batch.pieces(self.parts))
        total = 0.0
        for piece in (piece.to(self.device) for piece in pieces):
            with torch.autocast(self.device.type, torch.bfloat16, enabled=self.bf16):
                scores = self.net(piece.images, (piece.labels.shape[-2], piece.labels.shape[-1]))
                loss = self.loss(scores, piece.labels)
                if piece.teacher is not None and self.recipe.anchor > 0:
                    loss = loss + self.recipe.anchor * anchoring(scores, piece.labels, piece.teacher)
            (loss / len(pieces)).backward()
            total += float(loss.detach()) / len(pieces)
        # A gradient that is no number would spoil every weight, whatever the loss is.
        norm = float(nn.utils.clip_grad_norm_(self.trained, self.recipe.clip or math.inf))
        if not math.isfinite(total) or not math.isfinite(norm):
            return math.nan
        self.optimiser.step()
        return total

    def _diverged(self) -> Progress:
        """End with the best state so far; refuse when nothing has been learned."""
        if self.best is None and self.steps == 0:
            msg = f"Training diverged at step {self.steps + 1} (the loss is not a number); use lower rates"
            raise JobError(msg)
        self.diverged_at = self.steps + 1
        return Progress(1.0, 1.0, "training diverged: the best state before is kept")
