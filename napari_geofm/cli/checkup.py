"""The checks of ``geofm doctor``: each asks the compute for something and judges the answer."""

import dataclasses
import math
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_geofm.compute.base import Compute
from napari_geofm.core.progress import Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.core.region import At
from napari_geofm.errors import CancelledError, GeoFMError, JobError
from napari_geofm.jobs.exhaust import ExhaustSpec
from napari_geofm.jobs.specs import FeaturesSpec, FinetuneSpec, SourceSpec, Where
from napari_geofm.jobs.view_specs import DeviceSpec
from napari_geofm.samples import SeismicSample

__all__ = ["CHECKS", "Checkup", "Finding", "Outcome"]

Outcome = Literal["ok", "failed", "not run"]

STEPS = 20
NEAR, NEAR_BF16 = 1e-3, 0.02
"""Largest mean deviation, relative to the spread of the features, that CPU and GPU may have in fp32, and in bf16."""

AT_ONCE_S = 0.1
"""Within which a cancel must be over for who asked."""

SOON_S = 30.0
"""Within which the worker must answer after a cancel; where it is deaf, a new worker's start is in it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the table: what was checked, how it went, and what was measured or why not."""

    check: str
    outcome: Outcome
    remark: str
    seconds: float = math.nan


@dataclass(frozen=True, slots=True)
class Checkup:
    """What the checks share.

    Attributes
    ----------
    compute
        Where jobs run.
    where
        Device and precision that are checked.
    folder
        A folder of its own, with ``survey.sgy`` and labels.
    sample
        The survey with its truth.
    is_gpu
        Whether the device is a GPU.
    """

    compute: Compute
    where: Where
    folder: Path
    sample: SeismicSample
    is_gpu: bool = False
    tell: Callable[[str], None] = field(default=lambda _: None)

    @property
    def file(self) -> Path:
        """The survey."""
        return self.folder / "survey.sgy"

    @property
    def at(self) -> At:
        """The section that is looked at."""
        return At("inline", int(self.sample.inlines[1]))

    def run(self) -> Iterator[Finding]:
        """Yield the findings, one after the other; a check that fails does not keep the next from being made."""
        for name, check in CHECKS.items():
            self.tell(name)
            began = time.monotonic()
            try:
                outcome, remark = check(self)
            except GeoFMError as error:
                outcome, remark = "failed", str(error)
            yield Finding(name, outcome, remark, math.nan if outcome == "not run" else time.monotonic() - began)

    def training(self, labels: str, recipe: Recipe, name: str) -> FinetuneSpec:
        """Return a training on the sample."""
        output = self.folder / name
        source = SourceSpec(self.file, self.folder / labels)
        return FinetuneSpec((source,), output, recipe, where=self.where, model=str(output))


def _weights(checkup: Checkup) -> tuple[Outcome, str]:
    found = checkup.compute.run(DeviceSpec(checkup.where))
    return "ok", f"{found.device}, {found.free_gb:.1f} GB free; {found.weights}"


def _encode(checkup: Checkup) -> tuple[Outcome, str]:
    times, tokens = [], 0
    for _ in range(2):  # the first warms up
        began = time.monotonic()
        taps = _taps(checkup, checkup.where)
        times.append(time.monotonic() - began)
        tokens = taps.shape[1]
        if not np.isfinite(taps).all():
            return "failed", "features hold numbers that are none"
    return "ok", f"{times[1]:.2f} s for {tokens} tokens ({times[0]:.2f} s the first time)"


def _probe(checkup: Checkup) -> tuple[Outcome, str]:
    found = checkup.compute.run(checkup.training("strokes.npy", Recipe.for_method("probe"), "probe"))
    score = f"held-out mIoU {found.miou:.2f} of {len(found.classes)} classes" if found.held_out else "nothing held out"
    return "ok", f"fitted in {found.seconds:.1f} s, {score}"


def _lora(checkup: Checkup) -> tuple[Outcome, str]:
    from napari_geofm.io.models import read_model

    losses: list[float] = []
    stamps: list[float] = []

    def hear(progress: Progress) -> None:
        if "loss" in progress.numbers:
            losses.append(progress.numbers["loss"])
            stamps.append(time.monotonic())

    found = checkup.compute.run(checkup.training("single.npy", _recipe(STEPS), "lora"), hear)
    adapter = read_model(found.output).adapter
    changed = sum(bool(np.any(value)) for name, value in adapter.items() if "lora_B" in name)
    if found.steps < STEPS or not np.isfinite(losses).all() or not changed:
        return (
            "failed",
            f"{found.steps} steps, last loss {losses[-1] if losses else math.nan:g}, {changed} layers changed",
        )
    step = (stamps[-1] - stamps[0]) / max(1, len(stamps) - 1)
    return (
        "ok",
        f"{found.steps} steps of {step:.2f} s, loss {losses[0]:.2f} to {losses[-1]:.2f}, {changed} layers changed",
    )


def _memory(checkup: Checkup) -> tuple[Outcome, str]:
    try:
        given = checkup.compute.run(ExhaustSpec(checkup.where))
    except JobError as error:
        if "memory" not in str(error):
            return "failed", str(error)
    else:
        return "failed", given
    began = time.monotonic()
    _taps(checkup, checkup.where)
    return "ok", f"refused in one line; a section was encoded {time.monotonic() - began:.2f} s later"


def _cancel(checkup: Checkup) -> tuple[Outcome, str]:
    spec = checkup.training("single.npy", _recipe(10_000), "cancelled")
    stepped = threading.Event()
    job = checkup.compute.submit_job(spec)
    job.on_progress(lambda progress: stepped.set() if progress.numbers.get("step", 0) >= 2 else None)
    job.on_done(lambda _: stepped.set())
    stepped.wait()
    began = time.monotonic()
    job.cancel()
    try:
        job.result()
    except CancelledError:
        over = time.monotonic() - began
    else:
        return "failed", "the training ended before it could be cancelled"
    _taps(checkup, checkup.where)
    answered = time.monotonic() - began
    if spec.output.exists():
        return "failed", "a cancelled training left a model"
    outcome: Outcome = "ok" if over <= AT_ONCE_S and answered <= SOON_S else "failed"
    return outcome, f"over after {1000 * over:.1f} ms, a section encoded {answered:.2f} s after it; no model left"


def _agreement(checkup: Checkup) -> tuple[Outcome, str]:
    if not checkup.is_gpu:
        return "not run", "there is no GPU to compare with"
    local = dataclasses.replace(checkup.where, device="cpu", precision="fp32")
    truth = _taps(checkup, local).astype(np.float64)
    deviations = {}
    for precision in ("fp32", "bf16"):
        taps = _taps(checkup, dataclasses.replace(checkup.where, device="cuda", precision=precision))
        deviations[precision] = float(np.abs(taps - truth).mean() / truth.std())
    near = deviations["fp32"] <= NEAR and deviations["bf16"] <= NEAR_BF16
    words = ", ".join(f"{name} {value:.1e}" for name, value in deviations.items())
    return "ok" if near else "failed", f"mean deviation of the GPU's features over their spread: {words}"


def _taps(checkup: Checkup, where: Where) -> NDArray[np.float32]:
    """Return a section's deepest features, float32 ``(channels, tokens)``, encoded past the cache."""
    spec = FeaturesSpec(checkup.file, checkup.at, exact=True, coloured=False, tuning="", where=where)
    found = checkup.compute.run(spec).feature_map
    if found is None:
        raise JobError("The worker returned no features; please report it.")
    return found.last.reshape(found.last.shape[0], -1)


def _recipe(steps: int) -> Recipe:
    recipe = Recipe.for_method("lora")
    return dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, steps=steps, crop_tokens=14))


CHECKS: dict[str, Callable[[Checkup], tuple[Outcome, str]]] = {
    "device and weights": _weights,
    "encode": _encode,
    "probe": _probe,
    f"{STEPS} steps of LoRA": _lora,
    "out of memory": _memory,
    "cancel": _cancel,
    "CPU and GPU agree": _agreement,
}
"""In the order of the table."""
