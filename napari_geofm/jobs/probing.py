"""Fitting the probe: encode the labelled sections, pool the strokes into tokens, fit the head."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from napari_geofm.core.examples import Example
from napari_geofm.core.progress import Control, Job, Progress
from napari_geofm.core.recipe import Recipe
from napari_geofm.jobs.continuing import remembering
from napari_geofm.jobs.judging import judge_each, pooled
from napari_geofm.jobs.learned import Assignment, Learned
from napari_geofm.jobs.views import View, views_of
from napari_geofm.jobs.workbench import Workbench

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from napari_geofm.core.scores import Scores
    from napari_geofm.nets.extract import Extractor
    from napari_geofm.nets.probe import ProbeHead, TokenSample

__all__ = ["fit_probe", "probe", "view_averages"]


def probe(given: Assignment, control: Control) -> Job[Learned]:
    """Fit the head without the held-out strokes to score it, then with them to keep it."""
    from napari_geofm.nets.predictor import ProbePredictor

    bench, recipe, where = given.bench, given.recipe, given.spec.where
    extractor = bench.extractor(recipe, where.device, where.precision, where.weights)
    count = len(recipe.classes)

    def fitted(examples: Sequence[Example]) -> "Job[ProbeHead]":
        head = yield from fit_probe(bench, examples, recipe, extractor, control)
        return remembering(head, given.base, np.sum([example.counts(count) for example in examples], 0))

    each: tuple[Scores, ...] = ()
    guard: tuple[Scores, ...] = ()
    if given.validation or given.guard:
        head = yield from fitted(given.training)
        predictor = ProbePredictor(recipe, extractor, head)

        def probabilities(example: Example) -> "NDArray[np.float32]":
            return predictor.probabilities(
                example.picture, lambda picture: bench.features(extractor, picture, example.key)
            )

        yield Progress(0, 0, "scoring held-out strokes")
        each = judge_each(probabilities, given.validation, count)
        guard = judge_each(probabilities, given.guard, count)
    head = yield from fitted(given.examples)
    tensors = {"probe.weight": head.weight, "probe.bias": head.bias}
    return Learned({}, tensors, pooled(each, count), each=each, guard=guard)


def _encode(
    bench: Workbench,
    examples: Sequence[Example],
    recipe: Recipe,
    extractor: "Extractor",
    control: Control,
) -> Job[None]:
    """Encode all views of the examples into the cache."""
    todo = [(example, view) for example in examples for view in views_of(_shape(example), recipe.probe, len(examples))]
    for done, (example, view) in enumerate(todo):
        control.check()
        yield Progress(done, len(todo), f"encoding {example.name}")
        bench.features(extractor, view.picture(example), view.key(example))


def fit_probe(
    bench: Workbench,
    examples: Sequence[Example],
    recipe: Recipe,
    extractor: "Extractor",
    control: Control,
) -> Job["ProbeHead"]:
    """Fit the linear head on examples.

    Parameters
    ----------
    bench
        Feature cache.
    examples
        What is learned from.
    recipe
        The probe's settings and the classes.
    extractor
        The frozen encoder.
    control
        Looked at between sections.
    """
    from napari_geofm.nets.levelling import levelled
    from napari_geofm.nets.predictor import with_surroundings
    from napari_geofm.nets.probe import fit_head
    from napari_geofm.nets.rehearsal import rehearsed
    from napari_geofm.nets.tokenspace import SpaceStatistics

    yield from _encode(bench, examples, recipe, extractor, control)
    samples: list[TokenSample] = []
    earlier: list[bool] = []
    looked_at: list[NDArray[np.float32]] = []
    views = sum(len(views_of(_shape(example), recipe.probe, len(examples))) for example in examples)
    token_px, factor = extractor.encoder.patch_px / recipe.input.zoom, recipe.probe.texture
    statistics, beside = SpaceStatistics(token_px, views), SpaceStatistics(token_px, views)
    for example in examples:
        control.check()
        whole: NDArray[np.floating] | None = None
        for view in views_of(_shape(example), recipe.probe, len(examples)):
            taps = bench.features(extractor, view.picture(example), view.key(example))
            taps = with_surroundings(taps, recipe.probe)
            if whole is None:
                whole = taps
                statistics.add_whole(taps)
            else:
                statistics.add_view(taps, whole, view.placing)
            if factor > 0:
                texture = bench.texture(extractor, view.picture(example), view.key(example))
                beside.add_whole(texture)
                taps = np.concatenate([taps, texture])
            samples.append(_sample(taps, example, view, recipe, extractor))
            earlier.append(example.earlier)
            looked_at.append(_recorded(taps, example, view, token_px, views))
    yield Progress(0, 0, "fitting the head")
    samples = rehearsed(samples, earlier, len(recipe.classes))
    labelled = [sample for sample in samples if sample.classes.size]
    space = statistics.space(recipe.probe.steadying)
    if factor > 0:
        space = space.beside(beside.space(0.0), factor)
    head = fit_head(labelled, len(recipe.classes), recipe.probe, space)
    painted = np.sum([example.counts(len(recipe.classes)) for example in examples], 0)
    return levelled(head, looked_at, painted, recipe.probe.levelling)


def view_averages(
    bench: Workbench,
    examples: Sequence[Example],
    recipe: Recipe,
    extractor: "Extractor",
    head: "ProbeHead",
) -> "list[NDArray[np.float16]]":
    """Return what a probe says of its sections, averaged over the views that it was fitted on.

    Returns
    -------
    list of ndarray of float16, each of shape ``(classes, rows, columns)``
        Probabilities. The mean over views is steadier than any one view, and no new encoding is needed for it.
    """
    from napari_geofm.nets.predictor import ProbePredictor

    predictor = ProbePredictor(recipe, extractor, head)
    found: list[NDArray[np.float16]] = []
    for example in examples:
        total = np.zeros((len(recipe.classes), *_shape(example)), np.float32)
        seen = np.zeros(_shape(example), np.float32)
        for view in views_of(_shape(example), recipe.probe, len(examples)):
            taps = bench.features(extractor, view.picture(example), view.key(example))
            part = predictor.of_taps(taps, view.picture(example))
            total[:, view.rows, view.columns] += part[..., ::-1] if view.mirrored else part
            seen[view.rows, view.columns] += 1
        found.append((total / np.maximum(seen, 1)).astype(np.float16))
    return found


def _sample(
    taps: "NDArray[np.floating]", example: Example, view: View, recipe: Recipe, extractor: "Extractor"
) -> "TokenSample":
    """Return the labelled tokens of one view."""
    from napari_geofm.nets.probe import TokenSample, pool_labels

    token_px = extractor.encoder.patch_px / recipe.input.zoom
    grid = (taps.shape[1], taps.shape[2])
    tokens, numbers, weights = pool_labels(view.labels(example), grid, token_px, len(recipe.classes))
    features: NDArray[np.float32] = taps.reshape(taps.shape[0], -1)[:, tokens].T.astype(np.float32)
    return TokenSample(features, numbers, weights)


def _recorded(
    taps: "NDArray[np.floating]", example: Example, view: View, token_px: float, views: int
) -> "NDArray[np.float32]":
    """Return a part of a view's tokens, float32 ``(n, channels)``, without those on traces that were not recorded."""
    from napari_geofm.nets.tokenspace import thinned

    live = view.recorded(example)
    rows, columns = (
        np.minimum(((np.arange(count) + 0.5) * token_px).astype(np.int64), size - 1)
        for count, size in zip(taps.shape[1:], live.shape, strict=True)
    )
    return thinned(taps, views)[thinned(live[None, rows][:, :, columns], views)[:, 0] > 0]


def _shape(example: Example) -> tuple[int, int]:
    return example.picture.shape[0], example.picture.shape[1]
