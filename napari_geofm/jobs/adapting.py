"""Training an adapter and a decoder, from the probe on, judged on held-out strokes."""

import dataclasses
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import Recipe, TrainingRecipe
from napari_geofm.jobs.continuing import begins_anew, continue_net, remembering
from napari_geofm.jobs.judging import HeldOut, Probabilities, judge_each, pooled
from napari_geofm.jobs.learned import Assignment, Learned
from napari_geofm.jobs.preview import Preview
from napari_geofm.jobs.probing import fit_probe, view_averages

if TYPE_CHECKING:
    from napari_geofm.core.scores import Scores
    from napari_geofm.nets.model import SegmentationNet
    from napari_geofm.nets.outcome import Outcome, Verdict
    from napari_geofm.nets.probe import ProbeHead
    from napari_geofm.nets.unet import UNet

__all__ = ["adapt"]

Arrays = dict[str, NDArray[np.float32]]


def adapt(given: Assignment, control: Control) -> Job[Learned]:
    """Train what the recipe's method says.

    First without the held-out strokes, to see after how many steps the score on them is best (perhaps none: then the
    probe's answer stands); then with all strokes, for so many steps. What is kept has seen every stroke, and is judged
    by what it had not seen. A model that goes on from another begins with what knows nothing of the new strokes: a
    later state of it counts as better where the score says so, whether the strokes agree or not.
    """
    recipe = given.recipe
    if not given.validation:
        # What an earlier model is asked for is then left out for good: there is no second round.
        examples = given.training if given.guard else given.examples
        said, outcome, parts = yield from _trained(given, examples, (), recipe.training, control)
        return Learned(
            *parts, said.scores, outcome.steps, outcome.checks, diverged_at=outcome.diverged_at, guard=said.guard
        )
    judged = _judged_part(recipe.training)
    said, first, parts = yield from _trained(given, given.training, given.validation, judged, control)
    kept, diverged_at = first.best.step, first.diverged_at
    # What diverged once would do so again.
    if control.stopping or _is_given_apart(given) or diverged_at:
        return Learned(*parts, said.scores, first.steps, first.checks, kept, diverged_at, said.each, said.guard)
    again = _again(judged, first, len(given.training), len(given.examples))
    _, second, parts = yield from _trained(given, given.examples, (), again, control)
    steps = first.steps + second.steps
    return Learned(*parts, said.scores, steps, first.checks, kept, second.diverged_at, said.each, said.guard)


def _is_given_apart(given: Assignment) -> bool:
    """Return whether the validation is a split of its own, which is never learned from."""
    keys = {example.key for example in given.examples}
    return not any(example.key in keys for example in given.validation)


def _again(judged: TrainingRecipe, first: "Outcome", pictures: int, more_pictures: int) -> TrainingRecipe:
    """Return the budget of the second round: the first one's, to the state that was best in it.

    Parameters
    ----------
    judged
        The first round's.
    first
        What it gave.
    pictures, more_pictures
        Sections that were learned from then, and are now; where epochs decide, as many passes over these.
    """
    from napari_geofm.nets.budget import steps_per_epoch

    if not judged.epochs:
        steps = max(1, first.planned_steps)
        # Steps are quicker while the encoder stays as it is: half of the time is more than half of them.
        share = first.joined_step / steps if first.joined_step >= 0 else 1.0
        head_first = min(1.0, share) if judged.head_first else 0.0
        return dataclasses.replace(judged, minutes=0, steps=steps, stop_after=first.best.step, head_first=head_first)
    passes = first.best.step / steps_per_epoch(judged, pictures)
    return dataclasses.replace(judged, stop_after=round(passes * steps_per_epoch(judged, more_pictures)))


def _judged_part(training: TrainingRecipe) -> TrainingRecipe:
    """Return the budget of the first round: half the minutes; steps and epochs are given for each round."""
    timed = not training.steps and not training.epochs
    return dataclasses.replace(training, minutes=training.minutes / 2) if timed else training


def _trained(
    given: Assignment,
    examples: Sequence[Example],
    validation: Sequence[Example],
    training: TrainingRecipe,
    control: Control,
) -> "Job[tuple[_Said, Outcome, tuple[Arrays, Arrays]]]":
    """Train on examples; return scores on the validation and the guard, the outcome, and the tensors to keep."""
    from napari_geofm.nets.budget import planned
    from napari_geofm.nets.build import parts_of
    from napari_geofm.nets.crops import CropSource
    from napari_geofm.nets.devices import choose_device, choose_precision
    from napari_geofm.nets.predictor import DecoderPredictor
    from napari_geofm.nets.training import train
    from napari_geofm.nets.whole_sections import WholeSource

    recipe, where = given.recipe, given.spec.where
    device = choose_device(where.device)
    bf16 = choose_precision(where.precision, device) == "bf16"
    net, teachers = yield from _started(given, examples, control)
    yield Progress(0, 1, "training")
    predictor = DecoderPredictor(recipe, net, device, bf16=bf16, identity="in training")
    count = len(recipe.classes)

    def probabilities(example: Example) -> NDArray[np.float32]:
        return predictor.probabilities(example.picture)

    kind = CropSource if training.crop_tokens else WholeSource
    source = kind(examples, count, recipe, predictor.patch_px, teachers)
    preview = Preview(given.spec.preview, recipe)
    outcome = yield from train(
        net,
        source,
        planned(training, len(examples)),
        _verdicts(given, HeldOut(validation, count), probabilities) if validation else None,
        control,
        bf16=bf16,
        publish=(lambda: preview.write(*parts_of(net))) if preview.wanted else None,
    )
    net.load_state_dict(outcome.state, strict=False)
    net.eval()
    each = judge_each(probabilities, validation, count)
    # Of the second round nothing is asked: it has seen all.
    asked = given.guard if examples is given.training else ()
    return _Said(pooled(each, count), each, judge_each(probabilities, asked, count)), outcome, parts_of(net)


def _verdicts(given: Assignment, held: HeldOut, probabilities: Probabilities) -> "Callable[[], Verdict]":
    """Return what says how good the network in training is on what is held out."""
    from napari_geofm.nets.outcome import MARGIN, Verdict

    blank = _begins_blank(given)

    def verdict() -> Verdict:
        scores, surely = held(probabilities)
        # The strokes have to agree where an answer to them would be displaced.
        return Verdict(scores.miou, trusted=surely or blank, margin=0.0 if held.dense else MARGIN)

    return verdict


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Said:
    """What a network says of the held-out strokes, all and section by section, and of the guard."""

    scores: "Scores"
    each: "tuple[Scores, ...]"
    guard: "tuple[Scores, ...]"


def _started(
    given: Assignment, examples: Sequence[Example], control: Control
) -> "Job[tuple[SegmentationNet | UNet, list[NDArray[np.float16]] | None]]":
    """Return the network to begin with, and what the probe says of the examples."""
    from napari_geofm.nets.build import untrained

    spec, bench, recipe, base = given.spec, given.bench, given.recipe, given.base
    if recipe.decoder == "unet":
        net = untrained(recipe, None, None)
        if base is not None:
            continue_net(base, recipe, net, None)
        return net, None
    weights = bench.weights(recipe.encoder, spec.where.weights)
    anew = begins_anew(base)
    start: ProbeHead | None = None
    teachers: list[NDArray[np.float16]] | None = None
    if recipe.training.probe_start and (anew or _has_new_classes(given, examples)):
        extractor = bench.extractor(recipe, spec.where.device, spec.where.precision, spec.where.weights)
        start = yield from fit_probe(bench, examples, recipe, extractor, control)
        start = remembering(start, base, _counts(examples, recipe))
        if anew and recipe.training.anchor > 0:
            yield Progress(0, 0, "asking the probe")
            teachers = view_averages(bench, examples, recipe, extractor, start)
    net = untrained(recipe, weights, start if anew else None)
    if base is not None and not anew:
        continue_net(base, recipe, net, start)
    return net, teachers


def _begins_blank(given: Assignment) -> bool:
    """Return whether training begins with no answer to the new strokes: at random, or as an earlier network."""
    recipe = given.recipe
    return not begins_anew(given.base) or recipe.decoder == "unet" or not recipe.training.probe_start


def _has_new_classes(given: Assignment, examples: Sequence[Example]) -> bool:
    """Return whether labels hold a class that the earlier model does not know, beside one that tells it apart."""
    counts = _counts(examples, given.recipe)
    known = len(given.base.recipe.classes) if given.base is not None else 0
    return bool(counts[known:].any() and np.count_nonzero(counts) > 1)


def _counts(examples: Sequence[Example], recipe: Recipe) -> NDArray[np.int64]:
    """Return labelled samples per class."""
    count = len(recipe.classes)
    return sum((example.counts(count) for example in examples), np.zeros(count, np.int64))
