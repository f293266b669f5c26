"""How amplitudes look: polarity, clip, missing traces."""

import numpy as np
import pytest

from napari_geofm.core.amplitude import Stretch
from napari_geofm.gui.canvas.appearance import COLOUR_MAPS, clip_limits, colour_map

SIGNED, POSITIVE = Stretch(-100.0, 100.0), Stretch(20.0, 220.0)


@pytest.mark.parametrize("name", COLOUR_MAPS)
def test_reversed_polarity_exchanges_the_ends(name: str) -> None:
    plain, flipped = colour_map(name), colour_map(name, flipped=True)
    assert np.allclose(plain.colors, flipped.colors[::-1])
    assert not np.allclose(plain.colors[0], plain.colors[-1])
    assert plain.nan_color[3] == 0.0


def test_at_99_percent_all_sections_compare() -> None:
    quiet, loud = np.full((9, 9), 2.0, np.float32), np.full((9, 9), 900.0, np.float32)
    assert clip_limits(SIGNED, quiet, 99.0) == clip_limits(SIGNED, loud, 99.0) == (-100.0, 100.0)


def test_other_clips_are_the_section_s_and_zero_stays_in_the_middle() -> None:
    values = np.linspace(-50, 150, 2001, dtype=np.float32).reshape(3, 667)
    values[0, 0] = np.nan
    low, high = clip_limits(SIGNED, values, 90.0)
    assert low == -high
    assert high == pytest.approx(np.nanpercentile(np.abs(values), 90), rel=1e-4)
    low, high = clip_limits(POSITIVE, values, 90.0)
    assert (low, high) == pytest.approx(np.nanpercentile(values, [10, 90]), rel=1e-4)


@pytest.mark.parametrize("value", [np.nan, 0.0, 7.0])
def test_a_section_of_nothing_or_of_one_value_has_limits(value: float) -> None:
    for stretch in (SIGNED, POSITIVE):
        low, high = clip_limits(stretch, np.full((4, 4), value, np.float32), 80.0)
        assert low < high
