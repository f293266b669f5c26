import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_geofm.core.examples import Example
from napari_geofm.core.recipe import Recipe
from napari_geofm.nets.crops import Batch, CropSource

CLASSES = 4
PATCH = 14


def recipe_of(**training: object) -> Recipe:
    recipe = Recipe()
    settings_ = {"batch": 3, "crop_tokens": 4, "gain": 0.0, "flip": False} | training
    return dataclasses.replace(recipe, training=dataclasses.replace(recipe.training, **settings_))  # type: ignore[arg-type]


def example_of(shape: tuple[int, int], seed: int = 0, painted: float = 0.1) -> Example:
    """Return a section whose labels can be told from its grays: class k lies on grays from k/4 on."""
    rng = np.random.default_rng(seed)
    picture = rng.random(shape).astype(np.float32)
    labels = np.where(rng.random(shape) < painted, (picture * CLASSES).astype(np.uint8), 255).astype(np.uint8)
    labels[0, 0] = int(picture[0, 0] * CLASSES)
    return Example(picture, labels, labels, str(seed), f"inline={seed}", np.ones(shape, bool))


def assert_on_their_rock(batch: Batch) -> None:
    images, labels = batch.images[:, 0].numpy(), batch.labels.numpy()
    assert images.shape == labels.shape
    known = labels != 255
    assert known.any(axis=(1, 2)).all()
    np.testing.assert_array_equal((images[known] * CLASSES).astype(int), labels[known])


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=3),
    st.booleans(),
    st.integers(0, 99),
)
def test_labels_stay_on_their_rock(shapes: list[tuple[int, int]], flip: bool, seed: int) -> None:
    """Also where a section is smaller than a crop, so that what is fed is padded to whole patches."""
    examples = [example_of(shape, place) for place, shape in enumerate(shapes)]
    source = CropSource(examples, CLASSES, recipe_of(flip=flip), PATCH)
    batch = source.batch(np.random.default_rng(seed))
    assert batch.images.shape[:2] == (3, 3)
    assert all(side % PATCH == 0 and side <= 4 * PATCH for side in batch.images.shape[2:])
    assert_on_their_rock(batch)


def test_the_same_numbers_draw_the_same_crops() -> None:
    source = CropSource([example_of((80, 90))], CLASSES, recipe_of(flip=True, gain=0.2), PATCH)
    one, same, other = (source.batch(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert torch.equal(one.images, same.images)
    assert torch.equal(one.labels, same.labels)
    assert not torch.equal(one.images, other.images)


def test_a_rare_class_is_drawn_as_often_as_the_others() -> None:
    labels = np.full((200, 200), 255, np.uint8)
    labels[:100], labels[150, 150] = 0, 2
    example = dataclasses.replace(example_of((200, 200)), labels=labels, human=labels)
    source = CropSource([example], 3, recipe_of(batch=1, crop_tokens=4), PATCH)
    rng = np.random.default_rng(0)
    seen = [bool((source.batch(rng).labels == 2).any()) for _ in range(60)]
    assert 15 <= sum(seen) <= 45


@pytest.mark.parametrize("balance", [0.0, 0.5, 1.0])
def test_class_weights_have_a_mean_of_one_over_what_is_painted(balance: float) -> None:
    labels = np.full((20, 20), 255, np.uint8)
    labels[:10], labels[15, :2] = 0, 2
    example = dataclasses.replace(example_of((20, 20)), labels=labels, human=labels)
    weights = CropSource([example], 3, recipe_of(), PATCH).class_weights(balance)
    assert weights[1] == 0
    assert (200 * weights[0] + 2 * weights[2]) / 202 == pytest.approx(1)
    assert weights[2] / weights[0] == pytest.approx(100**balance)


def test_crops_show_a_pixel_at_many_places() -> None:
    labels = np.full((120, 120), 255, np.uint8)
    labels[60, 60] = 1
    example = dataclasses.replace(example_of((120, 120)), labels=labels, human=labels)
    source = CropSource([example], 2, recipe_of(batch=1), PATCH)
    rng = np.random.default_rng(0)
    places = {tuple(torch.nonzero(source.batch(rng).labels[0] == 1)[0].tolist()) for _ in range(40)}
    assert len(places) > 20
    assert len({row for row, _ in places}) > 10


def test_gain_changes_contrast_around_gray_and_stays_in_range() -> None:
    source = CropSource([example_of((80, 90))], CLASSES, recipe_of(gain=1.0, batch=8), PATCH)
    images = source.batch(np.random.default_rng(0)).images
    assert (images >= 0).all()
    assert (images <= 1).all()
    spread = images[:, 0].flatten(1).std(1)
    assert spread.max() > 1.5 * spread.min()


@pytest.mark.parametrize("zoom", [0.5, 2.0])
def test_labels_keep_the_sections_own_sampling(zoom: float) -> None:
    recipe = recipe_of()
    recipe = dataclasses.replace(recipe, input=dataclasses.replace(recipe.input, zoom=zoom))
    batch = CropSource([example_of((300, 45))], CLASSES, recipe, PATCH).batch(np.random.default_rng(0))
    fed, drawn = batch.images.shape[2:], batch.labels.shape[1:]
    assert all(side % PATCH == 0 for side in fed)
    assert drawn[0] == 4 * PATCH / zoom
    assert [side / zoom for side in fed] == pytest.approx(list(drawn), abs=1)


def test_a_teacher_goes_with_its_crop() -> None:
    examples = [example_of((50, 90)), example_of((90, 60), 1)]

    def answer(example: Example) -> NDArray[np.float16]:
        gray = example.picture.astype(np.float16)
        return np.stack([gray, 1 - gray])

    source = CropSource(examples, CLASSES, recipe_of(flip=True), PATCH, [answer(example) for example in examples])
    for seed in range(5):
        batch = source.batch(np.random.default_rng(seed))
        assert batch.teacher is not None
        assert batch.teacher.shape[2:] == batch.images.shape[2:]
        taught = batch.teacher.sum(1) > 0.5
        torch.testing.assert_close(batch.teacher[:, 0][taught], batch.images[:, 0][taught], atol=1e-3, rtol=0)
        assert not taught[batch.labels != 255].logical_not().any()


def test_a_batch_is_split_without_loss() -> None:
    batch = CropSource([example_of((80, 90))], CLASSES, recipe_of(batch=5), PATCH).batch(np.random.default_rng(0))
    parts = list(batch.pieces(2))
    assert [len(part.images) for part in parts] == [2, 2, 1]
    assert torch.equal(torch.cat([part.images for part in parts]), batch.images)
    assert torch.equal(torch.cat([part.labels for part in parts]), batch.labels)
