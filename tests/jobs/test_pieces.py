from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_geofm.core.region import At, Region
from napari_geofm.core.survey import Survey
from napari_geofm.errors import GeoFMError
from napari_geofm.jobs import pieces
from napari_geofm.jobs.pieces import Plan, plan_pieces

LARGEST, CORE, HALO = 40, 16, 5


@pytest.fixture(autouse=True, scope="module")
def small_tiles() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LARGEST_PX", LARGEST)
        patch.setattr(pieces, "CORE_PX", CORE)
        patch.setattr(pieces, "HALO_PX", HALO)
        yield


def survey_of(shape: tuple[int, ...]) -> Survey:
    dims = ("inline", "crossline", "twt") if len(shape) == 3 else ("row", "column")
    coords = {name: 100 + np.arange(size) for name, size in zip(dims, shape, strict=True)}
    data = xr.DataArray(np.zeros(shape, np.float32), coords, dims)
    return Survey("seismic-3d" if len(shape) == 3 else "image", data, Path("survey"), "0")


def times_written(plan: Plan, shape: tuple[int, ...]) -> np.ndarray:
    """Return how often each sample is written; what is written comes out of what is seen."""
    count = np.zeros(shape, np.int64)
    own = np.arange(count.size).reshape(shape)
    for group in plan.pieces:
        for piece in group:
            np.testing.assert_array_equal(own[piece.seen][piece.inner()], own[piece.kept])
            count[piece.kept] += 1
    return count


@given(st.tuples(st.integers(1, 120), st.integers(1, 120)))
@settings(max_examples=60)
def test_every_sample_of_an_image_is_written_once(shape: tuple[int, int]) -> None:
    plan = plan_pieces(survey_of(shape), None, "", Region())
    assert (times_written(plan, shape) == 1).all()
    assert len(plan.blocks) == len(plan.pieces)
    assert [block.index for block in plan.blocks] == list(range(len(plan.pieces)))
    if max(shape) <= LARGEST:
        assert [piece.seen for group in plan.pieces for piece in group] == [(slice(0, shape[0]), slice(0, shape[1]))]


@given(st.tuples(st.integers(1, 120), st.integers(1, 120)))
@settings(max_examples=60)
def test_a_tile_is_judged_in_context(shape: tuple[int, int]) -> None:
    for group in plan_pieces(survey_of(shape), None, "", Region()).pieces:
        for piece in group:
            for kept, seen, size in zip(piece.kept, piece.seen, shape, strict=True):
                assert isinstance(kept, slice)
                assert isinstance(seen, slice)
                if max(shape) > LARGEST:
                    assert kept.stop - kept.start <= CORE
                    assert (seen.start, seen.stop) == (max(0, kept.start - HALO), min(size, kept.stop + HALO))


@given(
    st.tuples(st.integers(1, 5), st.integers(1, 60), st.integers(1, 60)),
    st.sampled_from(["inline", "crossline", "twt"]),
)
@settings(max_examples=40)
def test_every_sample_of_a_volume_is_written_once_however_it_is_cut(shape: tuple[int, int, int], along: str) -> None:
    survey = survey_of(shape)
    plan = plan_pieces(survey, None, along, Region())
    assert (times_written(plan, shape) == 1).all()
    count = shape[survey.dims.index(along)]
    assert len(plan.blocks) == count or count == 1


@given(st.tuples(st.integers(2, 5), st.integers(4, 60), st.integers(4, 60)), st.data())
@settings(max_examples=40)
def test_only_the_area_of_interest_is_written(shape: tuple[int, int, int], data: st.DataObject) -> None:
    inside, words = np.zeros(shape, bool), []
    parts = [data.draw(st.tuples(st.integers(0, size - 1), st.integers(0, size - 1))) for size in shape]
    inside[tuple(slice(min(part), max(part) + 1) for part in parts)] = True
    for name, part in zip(("inline", "crossline", "twt"), parts, strict=True):
        words.append(f"{name}={100 + part[0]}:{100 + part[1]}")
    plan = plan_pieces(survey_of(shape), None, "inline", Region.parse(words))
    np.testing.assert_array_equal(times_written(plan, shape), inside)
    for group in plan.pieces:
        for piece in group:
            # What lies beyond the area is not looked at either.
            assert inside[piece.seen].all()


def test_one_section_is_one_block() -> None:
    plan = plan_pieces(survey_of((4, 20, 30)), At("crossline", 103), "inline", Region())
    assert [piece.kept for group in plan.pieces for piece in group] == [(slice(0, 4), 3, slice(0, 30))]
    assert plan.layout.rows == "twt"
    large = plan_pieces(survey_of((4, 90, 30)), At("inline", 101), "", Region())
    assert len(large.blocks) == len(large.pieces) == 12


@pytest.mark.parametrize(
    ("at", "along", "words"),
    [
        (At("inline", 7), "", []),
        (At("depth", 100), "", []),
        (At(), "", []),
        (None, "depth", []),
        (None, "inline", ["inline=1:5"]),
        (None, "inline", ["depth=1:5"]),
        (None, "inline", ["twt=1:5"]),
    ],
)
def test_what_is_not_there_is_refused_in_one_line(at: At | None, along: str, words: list[str]) -> None:
    with pytest.raises(GeoFMError) as caught:
        plan_pieces(survey_of((4, 20, 30)), at, along, Region.parse(words))
    assert "\n" not in str(caught.value)
