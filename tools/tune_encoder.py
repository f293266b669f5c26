"""Tune the encoder for seismic data: learn, on synthetic surveys, to learn from a few strokes.

Each step is a task as an interpreter sets it. Strokes on one section of a survey that nobody has seen; a linear head
is fitted on their tokens in closed form (ridge regression, as Bertinetto and others 2019 do); and the loss is what the
head says wrong about another section of the same survey, cut at another place. The gradient goes through the head into
a low-rank update of the blocks that the probe looks at. Every survey has a setting of its own (structure, wavelet,
noise, what each unit looks like) and every task a recording of its own (band, phase, gain, mixing, coherent noise), so
that nothing about a certain rock can be learned, but what tells any two apart. No recorded data are used.

Run: ``python -m tools.tune_encoder --steps 4000 --output models/tunings/seismic-1/tuning.safetensors``. On two cores a
step takes 1 to 2 s. ``--start FILE`` goes on from an earlier one.
"""

import argparse
import math
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from napari_geofm.core.amplitude import GRAY, fit_stretch
from napari_geofm.core.recipe import Recipe
from napari_geofm.nets.adapters import adapter_state, load_adapter_state
from napari_geofm.nets.decoders.smooth import surrounded
from napari_geofm.nets.encoder import Encoder, build_encoder, imagenet_normalise
from napari_geofm.nets.tuning import PARTS, save_tuning
from napari_geofm.samples import FACIES, SeismicSampleSpec, make_seismic
from napari_geofm.samples.settings import draw_setting
from tools.recording import Recording

RANK, ALPHA = 16, 16.0
LINES, CROSSLINES, SAMPLES, APART = 5, 448, 462, 60
"""Of a survey: inlines, their traces and samples, and how many lines they lie apart."""
PURE, KNOWN = 0.6, 0.9
"""Least share of one class in a token that a stroke may touch, and of stroked classes in one that is judged."""
PIXELS = 14


@dataclass(frozen=True, slots=True)
class Survey:
    """Sections of one setting: float32 and uint8, shape (lines, samples, traces)."""

    pictures: NDArray[np.float32]
    facies: NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Task:
    """Two sections: pictures 2xHxW, and shares of the classes in each token 2xCxhxw; strokes on the first, flat."""

    pictures: Tensor
    shares: Tensor
    strokes: Tensor


class Surveys:
    """Surveys by number, made when they are first wanted.

    Parameters
    ----------
    count
        How many there are.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._held: dict[int, Survey] = {}

    def draw(self, rng: np.random.Generator) -> Survey:
        """Return one of them."""
        number = int(rng.integers(self._count))
        if number not in self._held:
            self._held[number] = self._make(number)
        return self._held[number]

    def _make(self, number: int) -> Survey:
        own = np.random.default_rng(number)
        setting = draw_setting(own, known_facies=number % 4 == 0)
        spec = SeismicSampleSpec(
            100_000 + number, LINES, CROSSLINES, SAMPLES, inline_step=APART, setting=setting
        )  # fmt: skip
        sample = make_seismic(spec)
        stretch = fit_stretch(sample.amplitude, float(own.choice([98.0, 99.0, 99.5])), symmetric=True)
        pictures = np.stack([stretch.apply(line.T) for line in sample.amplitude])
        return Survey(pictures.astype(np.float32), np.stack([line.T for line in sample.facies]))


@dataclass(frozen=True, slots=True)
class Look:
    """How a section is seen: scales down and across, mirrored, gain, polarity turned, noise, how it was recorded."""

    down: float
    across: float
    mirrored: bool
    gain: float
    turned: bool
    noise: float
    recording: Recording


class Tasks:
    """Draws tasks.

    Parameters
    ----------
    surveys
        Where from.
    side
        Of a section, in tokens.
    seed
        Decides.
    """

    def __init__(self, surveys: Surveys, side: int, seed: int) -> None:
        self._surveys, self._side = surveys, side
        self._rng = np.random.default_rng(seed)

    def draw(self) -> Task:
        """Return a task whose strokes touch at least two classes."""
        while True:
            task = self._try()
            if task.strokes.numel() >= 10 and _classes(task).numel() >= 2:
                return task

    def _try(self) -> Task:
        rng, survey = self._rng, self._surveys.draw(self._rng)
        lines = rng.choice(LINES, 2, replace=bool(rng.random() < 0.2))
        scales = np.maximum(0.75, np.exp(rng.normal(0, 0.2, 2)))
        turned, gain = bool(rng.random() < 0.3), float(np.exp(rng.normal(0, 0.25)))
        noise = float(rng.uniform(0, 0.06)) if rng.random() < 0.3 else 0.0
        recording = Recording.draw(rng)
        found = []
        for place, line in enumerate(lines):
            # The second section of a survey is recorded a little differently, and seen at another place.
            change = np.exp(rng.normal(0, 0.06, 2)) if place else np.ones(2)
            more = float(np.exp(rng.normal(0, 0.1))) if place else 1.0
            down, across = np.maximum(0.75, scales * change)
            look = Look(float(down), float(across), bool(rng.random() < 0.5), gain * more, turned, noise, recording)
            found.append(self._seen(survey.pictures[line], survey.facies[line], look))
        shares = torch.stack([share for _, share in found])
        return Task(torch.stack([picture for picture, _ in found]), shares, self._strokes(shares[0]))

    def _seen(self, picture: NDArray[np.float32], facies: NDArray[np.uint8], look: Look) -> tuple[Tensor, Tensor]:
        """Return a crop of a section as the encoder is to see it, and the classes' shares in its tokens."""
        rng, side = self._rng, self._side * PIXELS
        scales = (look.down, look.across)
        sizes = [min(int(side / scale), size) for scale, size in zip(scales, picture.shape, strict=True)]
        starts = [int(rng.integers(size - part + 1)) for size, part in zip(picture.shape, sizes, strict=True)]
        place = tuple(slice(start, start + part) for start, part in zip(starts, sizes, strict=True))
        seen = torch.from_numpy(np.ascontiguousarray(picture[place]))[None, None]
        seen = functional.interpolate(seen, (side, side), mode="bilinear", align_corners=False)[0, 0]
        numbers = torch.from_numpy(facies[place].astype(np.int64))
        shares = functional.one_hot(numbers, len(FACIES)).permute(2, 0, 1).float()[None]
        shares = functional.avg_pool2d(functional.interpolate(shares, (side, side), mode="nearest"), PIXELS)[0]
        if look.mirrored:
            seen, shares = seen.flip(-1), shares.flip(-1)
        seen = look.recording.of(seen - GRAY, rng) * look.gain * (-1 if look.turned else 1)
        if look.noise:
            seen = seen + look.noise * torch.from_numpy(rng.standard_normal((side, side)).astype(np.float32))
        return (seen + GRAY).clamp(0, 1), shares

    def _strokes(self, shares: Tensor) -> Tensor:
        """Return the tokens that a few short strokes touch, one to three in each class that has room."""
        rng, side = self._rng, self._side
        numbers, pure = shares.argmax(0).numpy(), (shares.max(0).values > PURE).numpy()
        touched: set[int] = set()
        for number in np.unique(numbers[pure]):
            rows, columns = np.nonzero((numbers == number) & pure)
            if rows.size < 4:
                continue
            for _ in range(int(rng.integers(1, 4))):
                start = int(rng.integers(rows.size))
                row, column = int(rows[start]), int(columns[start])
                down, right = int(rng.choice([-1, 0, 1])), int(rng.choice([-1, 1]))
                for _ in range(int(rng.integers(3, 9))):
                    inside = 0 <= row < side and 0 <= column < side
                    if not inside or numbers[row, column] != number or not pure[row, column]:
                        break
                    touched.add(row * side + column)
                    column += right
                    row += down if rng.random() < 0.3 else 0
        return torch.tensor(sorted(touched), dtype=torch.int64)


class Learner(nn.Module):
    """The head that is fitted in every task, and how soft its answers are.

    Parameters
    ----------
    encoder
        With the update that is trained.
    """

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.encoder = encoder
        self.penalty = nn.Parameter(torch.zeros(()))
        self.sharpness = nn.Parameter(torch.tensor(math.log(8.0)))

    def forward(self, task: Task) -> tuple[Tensor, float]:
        """Return the loss of a task, and the share of the other section's tokens that the head is right about."""
        tokens = self._tokens(task.pictures)
        classes = _classes(task)
        scores = self._scores(tokens, task, classes)
        aims = task.shares[:, classes].flatten(2).transpose(1, 2)
        judged = aims.sum(-1) > KNOWN
        judged[0, task.strokes] = False
        if int(judged[1].sum()) < 20:
            return scores.sum() * 0.0, math.nan
        wrong = -(aims * scores.log_softmax(-1)).sum(-1)
        rare = 1.0 / (aims[judged].sum(0) + 20.0)
        weight = (aims * (rare / rare.mean()).sqrt()).sum(-1)
        losses = [(wrong * weight)[place][judged[place]] for place in (0, 1)]
        loss = losses[1].mean() + (0.5 * losses[0].mean() if losses[0].numel() else 0.0)
        right = (scores[1].argmax(-1) == aims[1].argmax(-1))[judged[1]].float().mean()
        return loss, float(right)

    def _tokens(self, pictures: Tensor) -> Tensor:
        """Return tokens as the probe's map reads them, standardised over both sections: 2xNxD."""
        with torch.autocast("cpu", torch.bfloat16):
            maps = self.encoder(imagenet_normalise(pictures[:, None]))
        recipe = Recipe.for_method("probe").probe
        seen = surrounded(torch.cat([level.float() for level in maps], 1), recipe).flatten(2).transpose(1, 2)
        flat = seen.reshape(-1, seen.shape[-1])
        standardised: Tensor = (seen - flat.mean(0)) / (flat.std(0) + 1e-3) / math.sqrt(seen.shape[-1])
        return standardised

    def _scores(self, tokens: Tensor, task: Task, classes: Tensor) -> Tensor:
        """Fit the head on the strokes, every class as heavy as the others, and return what it says: 2xNxC."""
        numbers = task.shares[0].argmax(0).flatten()[task.strokes]
        counts = torch.bincount(numbers, minlength=len(FACIES)).float()
        weight = (1.0 / counts.clamp(min=1))[numbers]
        weight = weight / weight.mean()
        stroked = tokens[0, task.strokes]
        middle = (stroked * weight[:, None]).sum(0) / weight.sum()
        root = weight.sqrt()[:, None]
        aims = functional.one_hot(numbers, len(FACIES)).float()[:, classes] - 1.0 / len(classes)
        left = (stroked - middle) * root
        gram = left @ left.T + 0.1 * self.penalty.exp() * torch.eye(len(left))
        head = left.T @ torch.linalg.solve(gram, aims * root)
        scores: Tensor = self.sharpness.exp() * ((tokens - middle) @ head)
        return scores


def _classes(task: Task) -> Tensor:
    classes: Tensor = torch.unique(task.shares[0].argmax(0).flatten()[task.strokes])
    return classes


def adapted(start: Path | None) -> Encoder:
    """Return the encoder with the update that is trained, in the blocks that the probe looks at."""
    from peft import LoraConfig, inject_adapter_in_model
    from safetensors.torch import load_file

    recipe = Recipe.for_method("probe").encoder
    encoder = build_encoder(recipe.name, taps=recipe.taps)
    blocks = "|".join(str(block) for block in range(recipe.taps[-1]))
    config = LoraConfig(r=RANK, lora_alpha=int(ALPHA), target_modules=rf"blocks\.({blocks})\.({PARTS})", bias="none")
    torch.manual_seed(0)
    inject_adapter_in_model(config, encoder.vit, adapter_name="default")
    if start is not None:
        load_adapter_state(encoder, {key: value.float() for key, value in load_file(start).items()})
    return encoder


def tune(options: argparse.Namespace) -> None:
    """Train for so many steps; the file is written every two hundred."""
    learner = Learner(adapted(options.start))
    update = [parameter for parameter in learner.encoder.parameters() if parameter.requires_grad]
    head = {"params": [learner.penalty, learner.sharpness], "lr": 1e-2, "weight_decay": 0.0}
    optimiser = torch.optim.AdamW([{"params": update, "weight_decay": 0.01}, head], lr=options.rate)
    tasks = Tasks(Surveys(options.surveys), options.side, options.seed)
    began, step, shares = time.monotonic(), 0, []
    while step < options.steps:
        rate = options.rate * min(1, (step + 1) / 20) * (0.5 + 0.5 * math.cos(math.pi * step / options.steps))
        optimiser.param_groups[0]["lr"] = rate
        loss, right = learner(tasks.draw())
        if math.isnan(right):
            continue
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(update, 1.0)
        optimiser.step()
        step += 1
        shares.append(right)
        if step % 50 == 0:
            sys.stderr.write(f"{time.monotonic() - began:.0f} s, step {step}: right {np.mean(shares[-100:]):.3f}\n")
        if step % 200 == 0:
            _save(learner.encoder, options.output)
    _save(learner.encoder, options.output)
    print(f"{options.output}: {step} steps, right about {np.mean(shares[-200:]):.3f} of the tokens at the end")


def _save(encoder: Encoder, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    save_tuning(beside, adapter_state(encoder), encoder=encoder.spec.name, rank=RANK, alpha=ALPHA)
    beside.replace(path)


def main() -> None:
    """Read the options and tune."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--start", type=Path, help="a tuning to go on from")
    parser.add_argument("--surveys", type=int, default=240)
    parser.add_argument("--side", type=int, default=20, help="of a section, in tokens")
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=0)
    tune(parser.parse_args())


if __name__ == "__main__":
    main()
