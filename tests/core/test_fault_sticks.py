import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_geofm.core.fault_sticks import FaultSticks
from napari_geofm.errors import GeometryError


def plane() -> FaultSticks:
    """Return a plane: crossline = 10 + inline + z / 10, picked on three inlines, one stick upwards."""
    sticks = []
    for inline, zs in ((0.0, (0.0, 50.0, 100.0)), (4.0, (100.0, 0.0)), (8.0, (0.0, 20.0, 70.0, 100.0))):
        z = np.array(zs)
        sticks.append(np.column_stack([np.full(z.size, inline), 10 + inline + z / 10, z]))
    return FaultSticks("f", tuple(sticks))


@given(dimension=st.integers(0, 2), part=st.floats(0.01, 0.99))
def test_a_cut_lies_on_the_plane_and_on_the_section(dimension: int, part: float) -> None:
    low, high = ((0, 8), (10, 28), (0, 100))[dimension]
    value = low + part * (high - low)
    ends = plane().cut(dimension, value).reshape(-1, 3)
    assert len(ends) >= 2
    np.testing.assert_allclose(ends[:, dimension], value, atol=1e-9)
    np.testing.assert_allclose(ends[:, 1], 10 + ends[:, 0] + ends[:, 2] / 10, atol=1e-9)
    if dimension == 0:
        # From the top of the fault to its base.
        assert ends[:, 2].min() == pytest.approx(0)
        assert ends[:, 2].max() == pytest.approx(100)


def test_nothing_beyond_the_sticks() -> None:
    assert plane().cut(0, 9.0).shape == (0, 2, 3)
    single = FaultSticks("one", plane().sticks[:1])
    assert single.cut(2, 50.0).shape == (0, 2, 3)
    assert (single.picked, single.span) == (3, (0.0, 100.0))


def test_a_stick_of_one_node_is_refused() -> None:
    with pytest.raises(GeometryError, match="two or more nodes"):
        FaultSticks("f", (np.zeros((1, 3)),))
