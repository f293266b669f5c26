"""Where the small map shows that there are no traces."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.core.survey import Survey
from napari_geofm.gui.survey.map_frame import MapFrame
from napari_geofm.gui.survey.map_gaps import gaps_of
from napari_geofm.io.opening import open_survey
from tests.io.segy.build import cube, write

BOX = (5.0, 5.0, 200.0, 100.0)
INLINES, CROSSLINES = [*range(100, 110), *range(120, 130)], list(range(500, 540))


def survey(folder: Path, *, hole: bool) -> Survey:
    _, traces = cube(INLINES, CROSSLINES, 20)
    kept = [each for each in traces if not (hole and each.numbers[193] >= 530 and each.numbers[189] < 105)]
    return open_survey(write(folder / "cube.sgy", kept))


def at(frame: MapFrame, inline: float, crossline: float) -> tuple[int, int]:
    """Return the pixel of a trace, counted from the map's corner."""
    ends = frame.line("inline", inline)[0], frame.line("crossline", crossline)[0]
    across = 1 if frame.span("crossline", None)[0] else 0
    x, y = ends[across][0] - frame.left, ends[1 - across][1] - frame.top
    return int(y), int(x)


@pytest.mark.parametrize("hole", [False, True])
def test_gaps_lie_where_traces_are_missing(tmp_path: Path, hole: bool) -> None:
    opened = survey(tmp_path, hole=hole)
    frame = MapFrame.fitted(opened, BOX)
    gaps = gaps_of(opened, frame)
    assert gaps is not None
    assert gaps.shape == (round(frame.height), round(frame.width))
    assert not gaps[at(frame, 102, 510)]
    assert not gaps[at(frame, 125, 535)]
    # Ten inlines are missing between the two halves.
    assert gaps[at(frame, 114.5, 520)]
    assert gaps[at(frame, 102, 536)] == hole


def test_a_full_survey_has_none(tmp_path: Path) -> None:
    _, traces = cube(list(range(100, 140)), CROSSLINES, 20)
    opened = open_survey(write(tmp_path / "full.sgy", traces))
    assert gaps_of(opened, MapFrame.fitted(opened, BOX)) is None
    assert np.prod(opened.shape) == 40 * 40 * 20
