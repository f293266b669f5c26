"""Confidence and probabilities of a survey go home: as numbers, and as SEG-Y."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.errors import LabelError, OutputError
from napari_geofm.io.exports import ExportOptions
from napari_geofm.jobs.export_spec import ExportSpec
from napari_geofm.jobs.specs import SegmentSpec
from tests.tiny import DEAD, TinySurvey, left_beside


@pytest.fixture(scope="module")
def predicted(survey: TinySurvey, probe: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("predicted")
    sure, likely = folder / "confidence.zarr", folder / "probabilities.zarr"
    LocalCompute().run(SegmentSpec(survey.file, probe, folder / "classes.zarr", confidence=sure, probabilities=likely))
    return folder


def exported(survey: TinySurvey, source: Path, output: Path, quantity: str, *, overwrite: bool = False) -> Path:
    return LocalCompute().run(ExportSpec(survey.file, source, output, ExportOptions(overwrite=overwrite), quantity))


def test_confidence_as_segy_equals_that_as_numbers(survey: TinySurvey, predicted: Path, tmp_path: Path) -> None:
    import segyio

    source = predicted / "confidence.zarr"
    numbers = np.load(exported(survey, source, tmp_path / "sure.npy", "confidence"))
    assert numbers.shape == (6, 96, 96)
    assert np.isnan(numbers[DEAD]).all()
    file = exported(survey, source, tmp_path / "sure.sgy", "confidence")
    with segyio.open(file, ignore_geometry=True) as segy:
        traces = segy.trace.raw[:]
    live = np.ones((6, 96), bool)
    live[DEAD] = False
    np.testing.assert_allclose(traces, numbers[live], atol=1e-6)
    assert left_beside(file) == []


def test_probabilities_have_classes_first(survey: TinySurvey, predicted: Path, tmp_path: Path) -> None:
    numbers = np.load(exported(survey, predicted / "probabilities.zarr", tmp_path / "p.npy", "probabilities"))
    assert numbers.shape == (3, 6, 96, 96)
    np.testing.assert_allclose(np.nansum(numbers, axis=0)[0], 1, atol=1e-5)


def test_what_exists_is_kept_unless_told(survey: TinySurvey, predicted: Path, tmp_path: Path) -> None:
    output = tmp_path / "sure.npy"
    output.write_text("precious")
    with pytest.raises(OutputError, match="exists"):
        exported(survey, predicted / "confidence.zarr", output, "confidence")
    assert output.read_text() == "precious"
    exported(survey, predicted / "confidence.zarr", output, "confidence", overwrite=True)
    assert np.load(output).shape == (6, 96, 96)


def test_of_another_shape_it_is_refused(survey: TinySurvey, tmp_path: Path) -> None:
    np.save(tmp_path / "other.npy", np.zeros((2, 3, 4), np.float32))
    with pytest.raises(LabelError, match="shape"):
        exported(survey, tmp_path / "other.npy", tmp_path / "sure.npy", "confidence")
