from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.display import layout_of
from napari_geofm.core.region import At
from napari_geofm.core.survey import Survey

UNITS = {"twt": "ms", "depth": "m", "distance": "m", "time": "s", "lat": "deg", "lon": "deg"}


def survey_of(kind: str, dims: tuple[str, ...], shape: tuple[int, ...], flips: frozenset[str] = frozenset()) -> Survey:
    values = np.zeros(shape, np.float32)
    coords = {
        name: (name, np.array([f"t{n}" for n in range(size)]) if name == "tile" else 10.0 + np.arange(size))
        for name, size in zip(dims, shape, strict=True)
    }
    data = xr.DataArray(values, dims=dims, coords=coords)
    for name in dims:
        data.coords[name].attrs["units"] = UNITS.get(name, "")
    return Survey(kind, data, Path("survey"), "0", flips=flips)


# One sample is marked, at array position (0, ..., last but one): where it must be seen, by kind and cut.
CASES = [
    ("seismic-3d", ("inline", "crossline", "twt"), "inline=10", (0, 1, 3), ("twt", "crossline"), (3, 1)),
    ("seismic-3d", ("inline", "crossline", "twt"), "crossline=10", (1, 0, 3), ("twt", "inline"), (3, 1)),
    ("seismic-3d", ("inline", "crossline", "depth"), "inline=10", (0, 1, 3), ("depth", "crossline"), (3, 1)),
    ("seismic-3d", ("inline", "crossline", "twt"), "twt=10", (2, 1, 0), ("inline", "crossline"), (2, 1)),
    ("seismic-2d", ("cdp", "twt"), "", (1, 3), ("twt", "cdp"), (3, 1)),
    ("das", ("distance", "time"), "", (1, 3), ("time", "distance"), (3, 1)),
    ("image", ("row", "column"), "", (1, 3), ("row", "column"), (1, 3)),
    ("image", ("lat", "lon"), "", (1, 3), ("lat", "lon"), (1, 3)),
    ("tiles", ("tile", "row", "column"), "tile=t0", (0, 1, 3), ("row", "column"), (1, 3)),
]


@pytest.mark.parametrize(("kind", "dims", "at", "marker", "axes", "seen"), CASES)
def test_a_marker_is_seen_where_it_belongs(
    kind: str,
    dims: tuple[str, ...],
    at: str,
    marker: tuple[int, ...],
    axes: tuple[str, str],
    seen: tuple[int, int],
) -> None:
    survey = survey_of(kind, dims, (4, 5, 6)[: len(dims)] if len(dims) == 3 else (5, 6))
    survey.data.values[marker] = 7.0
    section = survey.section(At.parse(at) if at else survey.whole())
    assert (section.rows.name, section.columns.name) == axes
    assert section.shape == (section.rows.size, section.columns.size)
    assert np.argwhere(section.values == 7.0).tolist() == [list(seen)]
    # What is drawn there goes back to the same place.
    drawn = np.full(section.shape, 255, np.uint8)
    drawn[seen] = 3
    volume = np.full(survey.shape, 255, np.uint8)
    volume[section.places] = section.layout.from_display(drawn)
    assert np.argwhere(volume == 3).tolist() == [list(marker)]


@pytest.mark.parametrize("flips", [frozenset({"lat"}), frozenset({"lon"}), frozenset({"lat", "lon"})])
def test_a_map_stored_from_the_south_is_seen_with_north_up(flips: frozenset[str]) -> None:
    survey = survey_of("image", ("lat", "lon"), (5, 6), flips=flips)
    survey.data.values[0, 1] = 7.0
    section = survey.section(survey.whole())
    seen = (4 if "lat" in flips else 0, 4 if "lon" in flips else 1)
    assert np.argwhere(section.values == 7.0).tolist() == [list(seen)]
    assert section.rows.values[seen[0]] == survey.axis("lat").values[0]
    assert section.columns.values[seen[1]] == survey.axis("lon").values[1]


PAIRS = [("inline", "twt"), ("crossline", "depth"), ("inline", "crossline"), ("distance", "time"), ("row", "column")]


@given(
    st.sampled_from(PAIRS),
    st.tuples(st.integers(1, 6), st.integers(1, 6)),
    st.sets(st.sampled_from([name for pair in PAIRS for name in pair])),
)
def test_display_and_back_is_the_same_and_a_view(
    dims: tuple[str, str], shape: tuple[int, int], flips: set[str]
) -> None:
    layout = layout_of(dims, flips=frozenset(flips))
    array = np.arange(shape[0] * shape[1]).reshape(shape)
    seen = layout.to_display(array)
    assert np.shares_memory(seen, array)
    np.testing.assert_array_equal(layout.from_display(seen), array)
    np.testing.assert_array_equal(layout.to_display(layout.from_display(seen)), seen)
