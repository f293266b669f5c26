"""Principal features of every sample: the survey's shape, its colours' numbers, resumable."""

import json
from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Progress
from napari_geofm.core.region import At
from napari_geofm.errors import CancelledError, OutputError, UsageError
from napari_geofm.jobs.feature_volume_spec import FeatureVolumeSpec
from napari_geofm.jobs.specs import FeaturesSpec
from tests.tiny import DEAD, TinySurvey

pytestmark = pytest.mark.usefixtures("tiny")


def test_they_are_what_the_colours_show(survey: TinySurvey, tmp_path: Path) -> None:
    found = LocalCompute().run(FeatureVolumeSpec(survey.file, tmp_path / "f.npy"))
    values = np.load(tmp_path / "f.npy")
    assert (found.files, values.shape, values.dtype) == ((tmp_path / "f.npy",), (3, 6, 96, 96), np.float32)
    assert np.isnan(values[(slice(None), *DEAD)]).all()
    assert np.isfinite(values[:, 0]).all()
    colours = LocalCompute().run(FeaturesSpec(survey.file, At("inline", 1000))).colours
    assert colours is not None
    middle = values[:, 0, 7::14, 7::14][:, :6, :6]
    red = colours[:6, :6].transpose(2, 1, 0).reshape(3, -1).astype(float)
    for component, colour in zip(middle.reshape(3, -1), red, strict=True):
        seen = (colour > 0) & (colour < 255)
        assert np.corrcoef(component[seen], colour[seen])[0, 1] > 0.95


def test_as_segy_a_file_for_each_component(survey: TinySurvey, tmp_path: Path) -> None:
    spec = FeatureVolumeSpec(survey.file, tmp_path / "f.sgy", at=At("inline", 1010), components=2)
    found = LocalCompute().run(spec)
    assert [file.name for file in found.files] == ["f_component-1.sgy", "f_component-2.sgy"]
    facts = json.loads((tmp_path / "f_component-2.sgy.json").read_text())
    assert (facts["component"], facts["null"], facts["block"]) == ("component 2", -999.25, 12)
    from napari_geofm.io.opening import open_survey

    values = open_survey(found.files[0]).data.values
    assert (values[0] == -999.25).all()
    assert (values[1] != -999.25).all()
    assert found.files[0].read_bytes()[:3600] == survey.file.read_bytes()[:3600]
    with pytest.raises(OutputError, match=r"f_component-1\.sgy exists"):
        LocalCompute().run(spec)


def test_an_interrupted_run_goes_on(survey: TinySurvey, tmp_path: Path) -> None:
    spec = FeatureVolumeSpec(survey.file, tmp_path / "f.zarr", resume=True)

    def stop(news: Progress) -> None:
        if news.done == 3 and news.text.startswith("encoding"):
            raise CancelledError("enough")

    with pytest.raises(CancelledError):
        LocalCompute().run(spec, stop)
    assert not spec.output.exists()
    assert LocalCompute().run(spec).kept == 3
    whole = LocalCompute().run(FeatureVolumeSpec(survey.file, tmp_path / "w.npy"))
    import zarr

    np.testing.assert_array_equal(np.asarray(zarr.open_array(spec.output / "features")), np.load(whole.files[0]))


def test_more_components_than_there_are(survey: TinySurvey, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--components 4"):
        LocalCompute().run(FeatureVolumeSpec(survey.file, tmp_path / "f.npy", components=4))
