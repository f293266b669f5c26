"""Training: steps on crops, a rate that rises and falls, held-out strokes, and the best state kept."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor, nn

from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import TrainingRecipe
from napari_geofm.errors import JobError
from napari_geofm.nets.averaging import RunningMean
from napari_geofm.nets.crops import Batch, CropSource
from napari_geofm.nets.losses import anchoring, build_loss
from napari_geofm.nets.watching import watched

__all__ = ["Check", "Outcome", "Verdict", "train"]

CLIP_NORM = 1.0
"""Largest norm of a step's gradient."""

MARGIN = 0.01
"""What a score has to gain before a later state displaces an earlier one."""

PUBLISH_S = 10.0
"""Seconds between two states that are published where no held-out strokes say which one is good."""

VALIDATION_SHARE = 0.15
"""Part of the time that validations may take where minutes decide."""


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the held-out strokes: step, seconds since training began, running loss, score (NaN where none)."""

    step: int
    seconds: float
    loss: float
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Score on the held-out strokes, and whether a gain in it is to be trusted."""

    score: float
    trusted: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What training gave.

    Attributes
    ----------
    state
        Trained tensors and buffers by name, of the best check.
    steps, seconds, planned_steps
        Steps taken, time spent, and the steps that the whole budget would have held, which the rates were planned for.
    best
        The check that ``state`` is from.
    checks
        All checks.
    """

    state: dict[str, Tensor]
    steps: int
    seconds: float
    planned_steps: int
    best: Check
    checks: tuple[Check, ...]


def rate_factor(done: float, step: int, warmup_steps: int) -> float:
    """Return the factor on the rates: a linear rise over ``warmup_steps``, then half a cosine down to 0 at ``done`` 1.

    >>> rate_factor(0.0, 0, 10), rate_factor(0.5, 100, 10), round(rate_factor(1.0, 200, 10), 6)
    (0.1, 0.5, 0.0)
    """
    rise = min(1.0, (step + 1) / warmup_steps) if warmup_steps else 1.0
    return rise * 0.5 * (1.0 + math.cos(math.pi * min(1.0, done)))


def train(
    net: nn.Module,
    source: CropSource,
    recipe: TrainingRecipe,
    score: Callable[[], Verdict] | None,
    control: Control,
    *,
    bf16: bool,
    publish: Callable[[], None] | None = None,
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
    run = _Run(net, source, recipe, score, publish, bf16=bf16)
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
        source: CropSource,
        recipe: TrainingRecipe,
        score: Callable[[], Verdict] | None,
        publish: Callable[[], None] | None,
        *,
        bf16: bool,
    ) -> None:
        self.net, self.source, self.recipe, self.score, self.bf16 = net, source, recipe, score, bf16
        self.publish, self.published, self.last_publish = publish, 0, time.monotonic()
        self.device = next(net.parameters()).device
        self.rng = np.random.default_rng(recipe.seed)
        self.loss = build_loss(recipe.loss, source.class_weights(recipe.balance)).to(self.device)
        self.optimiser = _optimiser(net, recipe)
        self.mean = RunningMean(net, recipe.ema)
        self.parts = recipe.batch
        self.start = time.monotonic()
        self.steps, self.running, self.stale = 0, math.nan, 0
        self.validated_s, self.last_check = 0.0, self.start
        self.checks: list[Check] = []
        self.best: tuple[Check, dict[str, Tensor]] | None = None
        torch.manual_seed(recipe.seed)
        if score is not None:
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
        return self.done >= 1.0 or enough or not patient

    def step(self) -> Progress:
        """Take one step and report it."""
        factor = rate_factor(self.done, self.steps, self.recipe.warmup_steps)
        for group in self.optimiser.param_groups:
            group["lr"] = group["base_rate"] * factor
        self.net.train()
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
        better = verdict.trusted and self.best is not None and value > self.best[0].score + MARGIN
        if self.best is None or math.isnan(value) or better:
            self.best, self.stale = (found, self.mean.state()), 0
            self._publish()
        else:
            self.stale += 1
        self.last_check = time.monotonic()
        self.validated_s += self.last_check - began

    def outcome(self) -> Outcome:
        """Return the best state, after a last check."""
        if not self.checks or self.checks[-1].step != self.steps:
            self.check()
        best, state = self.best or (self.checks[-1], self.mean.state())
        planned = round(self.steps / max(self.done, 1e-6)) if self.done < 1.0 else self.steps
        return Outcome(state, self.steps, self.seconds, planned, best, tuple(self.checks))

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
        if math.isfinite(total):
            nn.utils.clip_grad_norm_([p for g in self.optimiser.param_groups for p in g["params"]], CLIP_NORM)
            self.optimiser.step()
        return total

    def _diverged(self) -> Progress:
        """End with the best state so far; refuse when there is none."""
        if self.best is None:
            msg = f"Training diverged at step {self.steps + 1} (the loss is not a number); use lower rates"
            raise JobError(msg)
        self.stale, self.recipe = 1, replace(self.recipe, patience=1)
        return Progress(1.0, 1.0, "training diverged: the best state before is kept")


def _optimiser(net: nn.Module, recipe: TrainingRecipe) -> torch.optim.AdamW:
    """Return AdamW with one rate for the encoder's trained part and one for the rest."""
    groups: dict[float, list[nn.Parameter]] = {recipe.adapter_rate: [], recipe.head_rate: []}
    for name, value in net.named_parameters():
        if value.requires_grad:
            groups[recipe.adapter_rate if name.startswith("encoder.") else recipe.head_rate].append(value)
    return torch.optim.AdamW(
        [{"params": values, "lr": rate, "base_rate": rate} for rate, values in groups.items() if values],
        weight_decay=recipe.weight_decay,
    )
