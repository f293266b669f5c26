import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.examples import Example
from napari_geofm.core.recipe import ProbeRecipe
from napari_geofm.jobs.views import views_of

SHAPES = st.tuples(st.integers(1, 300), st.integers(1, 20))
RECIPES = st.builds(ProbeRecipe, mirror=st.booleans(), crops=st.integers(0, 12), smallest=st.floats(0.1, 0.875))


@given(SHAPES, RECIPES)
def test_the_whole_section_comes_first_and_every_crop_lies_in_it(shape: tuple[int, int], recipe: ProbeRecipe) -> None:
    views = views_of(shape, recipe)
    assert (views[0].rows, views[0].columns, views[0].mirrored) == (slice(0, shape[0]), slice(0, shape[1]), False)
    for view in views:
        for span, size in zip((view.rows, view.columns), shape, strict=True):
            assert 0 <= span.start < span.stop <= size
            assert span.stop - span.start >= min(1, int(recipe.smallest * size))
    assert recipe.crops < len(views) <= 2 * (recipe.crops + 1)
    if not recipe.mirror:
        assert not any(view.mirrored for view in views)
    # The same ones the next time, so that their features are found in the cache.
    assert views == views_of(shape, recipe)


@given(SHAPES, RECIPES)
def test_labels_stay_on_their_rock_and_every_view_has_a_name(shape: tuple[int, int], recipe: ProbeRecipe) -> None:
    # Each sample of the picture is a number of its own; the label is that number, too.
    own = np.arange(shape[0] * shape[1]).reshape(shape)
    example = Example(
        own.astype(np.float32), (own % 250).astype(np.uint8), (own % 250).astype(np.uint8), "key", "inline=1",
        np.ones(shape, bool),
    )  # fmt: skip
    names: dict[str, bytes] = {}
    for view in views_of(shape, recipe):
        picture, labels = view.picture(example), view.labels(example)
        assert picture.dtype == np.float32
        assert picture.flags.c_contiguous
        np.testing.assert_array_equal(labels, picture.astype(np.int64) % 250)
        # One name, one picture: else one view's features would be taken for another's.
        assert names.setdefault(view.key(example), picture.tobytes()) == picture.tobytes()
    assert example.key in names


def test_many_sections_have_fewer_crops_each_and_keep_those_that_are_encoded() -> None:
    recipe = ProbeRecipe()
    counts = [len(views_of((200, 300), recipe, sections)) for sections in (1, 4, 5, 20, 500)]
    assert counts == [10, 10, 8, 4, 4]
    assert views_of((200, 300), recipe, 20) == views_of((200, 300), recipe)[:4]
    assert len(views_of((200, 300), ProbeRecipe(crops=0), 20)) == 2
