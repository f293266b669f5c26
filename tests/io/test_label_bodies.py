import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy.ndimage import label

from napari_geofm.core.classes import ClassTable
from napari_geofm.core.progress import Control, run_to_end
from napari_geofm.errors import CancelledError, LabelError
from napari_geofm.io import label_bodies
from napari_geofm.io.label_bodies import bodies_job
from napari_geofm.io.label_surfaces import write_surfaces
from napari_geofm.io.opening import open_survey
from napari_geofm.io.sample_sizes import sample_volume
from napari_geofm.samples.seismic import SeismicSampleSpec, make_seismic, write_segy

SHAPE = (7, 5, 6)


@given(values=arrays(np.uint8, SHAPE, elements=st.sampled_from([0, 1, 255])), at_once=st.integers(1, 100))
def test_blocks_find_the_bodies_that_the_whole_has(values: NDArray[np.uint8], at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(label_bodies, "_AT_ONCE", at_once)
        found = run_to_end(bodies_job(values, SHAPE))
        masks = []
        for body in found.bodies:
            whole = np.zeros(SHAPE, bool)
            whole[tuple(slice(low, high) for low, high in body.box)] = found.mask(body)
            masks.append((body.cls, whole))
            assert np.count_nonzero(whole) == body.samples
    expected = []
    for cls in (0, 1):
        numbers, count = label(values == cls)
        expected += [(cls, numbers == number) for number in range(1, count + 1)]
    ours, theirs = (sorted((cls, mask.tobytes()) for cls, mask in each) for each in (masks, expected))
    assert ours == theirs
    assert [body.number for body in found.bodies] == list(range(1, len(expected) + 1))
    assert sorted((body.samples for body in found.bodies), reverse=True) == [body.samples for body in found.bodies]


def test_small_ones_are_counted_and_cancelling_ends_it() -> None:
    values = np.full(SHAPE, 255, np.uint8)
    values[0:3, 0:2, 0], values[5, 4, 5], values[5, 0, 0] = 2, 2, 0
    found = run_to_end(bodies_job(values, SHAPE, minimum=2))
    assert [(body.cls, body.samples) for body in found.bodies] == [(2, 6)]
    assert found.left_out == 2
    control = Control()
    control.cancel()
    with pytest.raises(CancelledError):
        next(bodies_job(values, SHAPE, control=control))


def test_volumes_in_depth_and_samples_in_time(tmp_path: Path) -> None:
    write_segy(make_seismic(SeismicSampleSpec(seed=1, inlines=6, crosslines=7, samples=32)), tmp_path / "a.sgy")
    in_time, in_depth = open_survey(tmp_path / "a.sgy"), open_survey(tmp_path / "a.sgy", domain="depth")
    assert sample_volume(in_time) is None
    size = sample_volume(in_depth)
    assert size is not None
    step = abs(float(in_depth.axes[2].step or 0))
    assert size[1] == "m3"
    assert size[0] == pytest.approx(125 * 12.5 * step, rel=1e-3)
    values = np.full(in_depth.shape, 255, np.uint8)
    values[1:4, 1:4, 3:9], values[5, 5, 20] = 1, 1
    classes = ClassTable.named(["sand", "salt"])
    told = write_surfaces(values, in_depth, classes, tmp_path / "d.ply", minimum=2 * size[0])
    assert [(each["samples"], each["unit"]) for each in told] == [(54, "m3")]
    assert told[0]["volume"] == pytest.approx(54 * size[0])
    told = write_surfaces(values, in_time, classes, tmp_path / "t.ply")
    assert [(each["body"], each["samples"], each["unit"]) for each in told] == [(1, 54, "km2*ms"), (2, 1, "km2*ms")]
    assert told[1]["volume"] == pytest.approx(125 * 12.5 / 1e6 * 4, rel=1e-3)
    assert re.search(rb"comment body 2 is salt, 1 samples, 0\.0062\d* km2\*ms\n", (tmp_path / "t.ply").read_bytes())
    told = write_surfaces(values, in_time, classes, tmp_path / "v.ply", velocity=2000, minimum=10_000)
    # Two-way: a sample of 4 ms is 4 m at 2,000 m/s.
    assert [(each["samples"], each["unit"]) for each in told] == [(54, "m3")]
    assert told[0]["volume"] == pytest.approx(54 * 125 * 12.5 * 4, rel=1e-3)
    assert b"comment volumes by an average velocity of 2000 m/s\n" in (tmp_path / "v.ply").read_bytes()
    with pytest.raises(LabelError, match="No body is as large as 99 samples: 2 are smaller"):
        write_surfaces(values, in_time, classes, tmp_path / "n.ply", minimum=99)
