import numpy as np
import pytest

from napari_geofm.core.axis import Axis
from napari_geofm.core.display import layout_of
from napari_geofm.core.region import At
from napari_geofm.core.section import Section
from napari_geofm.gui.craters.whereabouts import to_image, to_section


@pytest.mark.parametrize("flips", [frozenset[str](), frozenset({"row"}), frozenset({"row", "column"})])
def test_a_pixel_of_the_image_is_where_the_section_shows_it(flips: frozenset[str]) -> None:
    image = np.arange(2000, dtype=np.float32).reshape(40, 50)
    places = (slice(10, 30), slice(5, 45))
    layout = layout_of(("row", "column"), flips=flips)
    axes = (Axis("row", np.arange(20), "px"), Axis("column", np.arange(40), "px"))
    section = Section(layout.to_display(image[places]), *axes, At(), layout, places)
    column, row = to_section(np.array([12.0, 40.0]), section).astype(int).tolist()
    assert section.values[row, column] == image[12, 40]
    assert to_image(row, column, section) == (12, 40)
