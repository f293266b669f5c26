import dataclasses

import numpy as np
import pytest
import torch

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.examples import Example
from napari_geofm.core.recipe import InputRecipe, Recipe, TrainingRecipe
from napari_geofm.nets.whole_sections import WholeSource

TRAINING = TrainingRecipe(epochs=1, batch=2, crop_tokens=0, gain=0)
RECIPE = Recipe(method="full", decoder="pup", training=TRAINING, classes=ClassTable.numbered(2))


def example(number: int, shape: tuple[int, int] = (20, 28)) -> Example:
    """Return a section that can be told from others, brighter to the right, its left third of class 0."""
    picture = np.full(shape, number / 10, np.float32) + np.linspace(0, 0.05, shape[1], dtype=np.float32)
    labels = np.ones(shape, np.uint8)
    labels[:, : shape[1] // 3] = 0
    labels[0] = 255
    return Example(picture, labels, labels, str(number), str(number), np.ones(shape, bool))


def test_every_section_is_met_once_in_a_pass_in_another_order_each_time() -> None:
    source, rng = WholeSource([example(n) for n in range(5)], 2, RECIPE, 14), np.random.default_rng(0)
    passes = []
    for _ in range(3):
        batches = [source.batch(rng) for _ in range(3)]
        assert [len(batch.images) for batch in batches] == [2, 2, 1]
        means = torch.cat([batch.images[:, 0, :20, :28].mean((1, 2)) for batch in batches])
        passes.append(((means - 0.025) * 10).round().int().tolist())
    assert all(sorted(order) == [0, 1, 2, 3, 4] for order in passes)
    assert len({tuple(order) for order in passes}) > 1


def test_what_is_fed_is_whole_padded_to_patches_and_mirrored_with_its_labels() -> None:
    recipe = dataclasses.replace(RECIPE, training=dataclasses.replace(TRAINING, batch=1))
    source, rng = WholeSource([example(3)], 2, recipe, 14), np.random.default_rng(0)
    mirrored = set()
    for _ in range(12):
        batch = source.batch(rng)
        assert (batch.images.shape, batch.labels.shape) == ((1, 3, 28, 28), (1, 28, 28))
        assert (batch.labels[0, 20:] == 255).all()
        assert (batch.labels[0, 0] == 255).all()
        row = batch.images[0, 0, 3]
        turned = bool(row[0] > row[-1])
        mirrored.add(turned)
        expected = torch.tensor([0] * 9 + [1] * 19)
        assert torch.equal(batch.labels[0, 3], expected.flip(0) if turned else expected)
    assert mirrored == {True, False}
    still = dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, flip=False))
    source = WholeSource([example(3)], 2, still, 14)
    assert all(torch.equal(source.batch(rng).labels, source.batch(rng).labels) for _ in range(4))


def test_a_zoom_feeds_more_pixels_and_leaves_labels_as_they_are() -> None:
    """The paper's salt: 224 x 224 fed as 280 x 280."""
    recipe = dataclasses.replace(RECIPE, input=InputRecipe(zoom=1.25))
    batch = WholeSource([example(1, (224, 224))], 2, recipe, 14).batch(np.random.default_rng(0))
    assert (batch.images.shape, batch.labels.shape) == ((1, 3, 280, 280), (1, 224, 224))


def test_sections_of_several_sizes_fit_one_batch() -> None:
    source = WholeSource([example(1), example(2, (30, 10))], 2, RECIPE, 14)
    batch = source.batch(np.random.default_rng(0))
    assert batch.labels.shape == (2, 42, 28)
    assert (batch.labels != 255).sum() == 19 * 28 + 29 * 10


def test_class_weights_count_the_labels() -> None:
    source = WholeSource([example(1), example(2)], 2, RECIPE, 14)
    assert source.class_weights(0) == [1, 1]
    zero, one = source.class_weights(1)
    assert zero * 9 == pytest.approx(one * 19)
    assert WholeSource([example(1)], 3, RECIPE, 14).class_weights(1)[2] == 0
