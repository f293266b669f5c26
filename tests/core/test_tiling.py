from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from napari_geofm.core.tiling import Tiling
from napari_geofm.core.windows import Window, blend_weight, starts

TOKEN = 7


def blended(length: int, tiling: Tiling, first: int) -> np.ndarray:
    """Return, for each token, which windows it is a blend of, counted from the beginning of the whole."""
    found = np.zeros((length, 400))
    for start in starts(length, tiling.window, tiling.overlap):
        window = Window(start, 0, min(length, tiling.window), 1)
        place, rest = divmod(start + first, tiling.window - tiling.overlap)
        assert rest == 0
        found[start : start + window.height, place] += blend_weight(window, (length, 1), tiling.overlap)[:, 0]
    return np.asarray(found / found.sum(1, keepdims=True))


@given(
    st.integers(4, 12).flatmap(lambda window: st.tuples(st.just(window), st.integers(0, window // 2))),
    st.integers(0, 5),
    st.integers(1, 700),
    st.lists(st.integers(1, 699), max_size=5, unique=True),
)
@settings(max_examples=200)
def test_parts_are_blended_of_the_same_windows_as_their_neighbours(
    sides: tuple[int, int], margin: int, size: int, cuts: list[int]
) -> None:
    tiling = Tiling(float(TOKEN), *sides, margin)
    edges = [0, *sorted(cut for cut in cuts if cut < size), size]
    known: dict[int, np.ndarray] = {}
    for low, high in pairwise(edges):
        seen, more = tiling.seen(slice(low, high), slice(0, size))
        assert 0 <= seen.start <= low < high <= seen.stop <= size
        assert more == 0 or seen.stop == size
        if len(edges) == 2 or size <= tiling.window * TOKEN:
            assert (seen, more) == (slice(0, size), 0)
            continue
        tokens = (seen.stop + more - seen.start) // TOKEN
        assert seen.start % TOKEN == 0 == (seen.stop + more - seen.start) % TOKEN
        weights = blended(tokens, tiling, seen.start // TOKEN)
        wanted = range(max(0, low // TOKEN - margin), min(-(-size // TOKEN), -(-high // TOKEN) + margin))
        for token in wanted:
            own = weights[token - seen.start // TOKEN]
            np.testing.assert_allclose(own, known.setdefault(token, own))
