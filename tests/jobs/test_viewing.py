from pathlib import Path

import numpy as np

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.labels import UNLABELLED
from napari_geofm.core.region import At
from napari_geofm.io.arrays import read_array
from napari_geofm.jobs.specs import FeaturesSpec, SegmentSpec
from napari_geofm.jobs.view_specs import DeviceSpec, PredictionSpec
from tests.tiny import DEAD, TinySurvey


def test_a_section_on_screen_is_predicted_as_in_the_volume(survey: TinySurvey, probe: Path, tmp_path: Path) -> None:
    at = At("inline", 1000 + 10 * DEAD[0])
    with LocalCompute() as compute:
        compute.run(FeaturesSpec(survey.file, at))
        seen = compute.run(PredictionSpec(survey.file, at, probe))
        compute.run(SegmentSpec(survey.file, probe, tmp_path / "all.npy", confidence=tmp_path / "sure.npy"))
    volume, sure = (np.asarray(read_array(tmp_path / name)[DEAD[0]]).T for name in ("all.npy", "sure.npy"))
    np.testing.assert_array_equal(seen.classes, volume)
    np.testing.assert_allclose(seen.confidence, sure, atol=1e-3)
    assert (seen.classes[:, DEAD[1]] == UNLABELLED).all()
    assert np.isnan(seen.confidence[:, DEAD[1]]).all()
    assert seen.at == at


def test_the_device_is_told_in_words(tiny: Path) -> None:
    with LocalCompute() as compute:
        found = compute.run(DeviceSpec())
    assert found.device
    assert found.free_gb > 0
    assert "sha256" in found.weights
