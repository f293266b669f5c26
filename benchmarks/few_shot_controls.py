"""Controls of the few-shot table: what is reached without a pretrained network."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.few_shot_data import Case, Scored
from napari_geofm.core.labels import UNLABELLED

NEIGHBOURS = 3
TREES = 100
PATCH_PX = 14


def copied(case: Case) -> Callable[[Scored], NDArray[np.uint8]]:
    """Lay the source's full truth over every other section."""
    return lambda one: _fitted_to(case.source_truth, one.truth.shape)


def nearest_stroke(case: Case) -> Callable[[Scored], NDArray[np.uint8]]:
    """Take the class of the nearest stroke pixels by position only."""
    from sklearn.neighbors import KNeighborsClassifier

    drawn = case.example.labels != UNLABELLED
    model = KNeighborsClassifier(NEIGHBOURS).fit(np.argwhere(drawn), case.example.labels[drawn])

    def predict(one: Scored) -> NDArray[np.uint8]:
        rows, columns = one.truth.shape
        # Every second sample will do: regions are far larger.
        grid = np.stack(np.meshgrid(np.arange(0, rows, 2), np.arange(0, columns, 2), indexing="ij"), -1)
        found = model.predict(grid.reshape(-1, 2)).reshape(grid.shape[:2])
        return np.repeat(np.repeat(found, 2, 0), 2, 1)[:rows, :columns].astype(np.uint8)

    return predict


def forest(case: Case) -> Callable[[Scored], NDArray[np.uint8]]:
    """Fit a random forest on multi-scale Gaussian features: intensity, edges and texture at six scales."""
    from skimage.feature import multiscale_basic_features
    from sklearn.ensemble import RandomForestClassifier

    def features(picture: NDArray[np.float32]) -> NDArray[np.float32]:
        compute: Any = multiscale_basic_features
        return np.asarray(compute(picture, sigma_min=0.5, sigma_max=16, workers=1), np.float32)

    drawn = case.example.labels != UNLABELLED
    model = RandomForestClassifier(
        TREES, class_weight="balanced", min_samples_leaf=5, random_state=case.seed, n_jobs=2
    ).fit(features(case.example.picture)[drawn], case.example.labels[drawn])

    def predict(one: Scored) -> NDArray[np.uint8]:
        found = features(one.picture)
        classes = model.predict(found.reshape(-1, found.shape[-1])).reshape(found.shape[:2])
        return np.asarray(classes, np.uint8)

    return predict


def texture_alone(case: Case) -> Callable[[Scored], NDArray[np.uint8]]:
    """Fit the probe on what it reads beside the tokens, and on no token."""
    import torch

    from napari_geofm.core.recipe import InputRecipe, ProbeRecipe
    from napari_geofm.jobs.views import views_of
    from napari_geofm.nets.decoders.smooth import smoothed
    from napari_geofm.nets.extract import to_fed
    from napari_geofm.nets.levelling import levelled
    from napari_geofm.nets.predictor import upsampled
    from napari_geofm.nets.probe import TokenSample, fit_head, pool_labels
    from napari_geofm.nets.texture import texture
    from napari_geofm.nets.tokenspace import thinned

    recipe, example = ProbeRecipe(), case.example

    def seen(picture: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(texture(to_fed(picture, InputRecipe(), PATCH_PX), PATCH_PX)[0].numpy())

    samples, looked_at = [], []
    views = views_of((example.picture.shape[0], example.picture.shape[1]), recipe)
    for view in views:
        maps = seen(view.picture(example))
        looked_at.append(thinned(maps, len(views)))
        grid = (maps.shape[1], maps.shape[2])
        tokens, numbers, weights = pool_labels(view.labels(example), grid, PATCH_PX, case.classes)
        if tokens.size:
            samples.append(TokenSample(maps.reshape(len(maps), -1)[:, tokens].T, numbers, weights))
    head = fit_head(samples, case.classes, recipe)
    head = levelled(head, looked_at, example.counts(case.classes), recipe.levelling)

    def predict(one: Scored) -> NDArray[np.uint8]:
        scores = smoothed(torch.from_numpy(head.scores(seen(one.picture)))[None], recipe)[0].numpy()
        found = upsampled(scores, PATCH_PX, (one.truth.shape[0], one.truth.shape[1]))
        return np.asarray(found.argmax(0).numpy(), np.uint8)

    return predict


def _fitted_to(truth: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return ``truth`` cut or, at the lower edge, repeated to ``shape``."""
    missing = max(0, shape[0] - truth.shape[0])
    return np.pad(truth, ((0, missing), (0, 0)), mode="edge")[: shape[0], : shape[1]]
