"""Confidence and probabilities of a survey go home: as numbers, and as SEG-Y."""

from pathlib import Path

import numpy as np
import pytest

from napari_geofm.compute.local import LocalCompute
from napari_geofm.core.progress import Control, Progress
from napari_geofm.core.region import At
from napari_geofm.errors import CancelledError, LabelError, OutputError
from napari_geofm.io.exports import ExportOptions
from napari_geofm.jobs import export
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


def test_probabilities_as_segy_are_a_file_for_each_class(survey: TinySurvey, predicted: Path, tmp_path: Path) -> None:
    import segyio

    source = predicted / "probabilities.zarr"
    spec = ExportSpec(survey.file, source, tmp_path / "p.sgy", quantity="")
    first = LocalCompute().run(spec)
    files = export.files_of(spec)
    assert [file.name for file in files] == ["p_class-0.sgy", "p_class-1.sgy", "p_class-2.sgy"]
    assert (first, sorted(tmp_path.glob("*.sgy"))) == (files[0], list(files))
    numbers = np.load(exported(survey, source, tmp_path / "p.npy", "probabilities"))
    live = np.ones((6, 96), bool)
    live[DEAD] = False
    for place, file in enumerate(files):
        with segyio.open(file, ignore_geometry=True) as segy:
            np.testing.assert_allclose(segy.trace.raw[:], numbers[place][live], atol=1e-6)
    with pytest.raises(OutputError, match=r"p_class-0\.sgy exists"):
        LocalCompute().run(spec)
    # Numbers keep their classes' names, and so become the same files once more.
    again = ExportSpec(survey.file, tmp_path / "p.npy", tmp_path / "q.sgy", quantity="")
    LocalCompute().run(again)
    assert (tmp_path / "q_class-2.sgy").read_bytes() == files[2].read_bytes()


@pytest.mark.parametrize("ending", [".sgy", ".zarr", ".npy", ".csv", ".ply"])
@pytest.mark.parametrize("quantity", ["labels", "probabilities"])
def test_it_says_where_it_stands_and_a_cancelled_one_leaves_nothing(
    survey: TinySurvey,
    predicted: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ending: str,
    quantity: str,
) -> None:
    if quantity == "probabilities" and ending in {".csv", ".ply"}:
        pytest.skip("no format of numbers")
    monkeypatch.setattr(export, "OFTEN_S", 0.0)
    monkeypatch.setattr("napari_geofm.io.segy.writer._BLOCK_BYTES", 20_000)
    monkeypatch.setattr("napari_geofm.io.result_files._CHUNK", 16)
    source = predicted / ("classes.zarr" if quantity == "labels" else "probabilities.zarr")
    spec = ExportSpec(survey.file, source, tmp_path / f"o{ending}", quantity=quantity)
    told: list[Progress] = []
    LocalCompute().run(spec, told.append)
    assert any(news.total > 0 for news in told)
    before = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")}
    for stop in range(1, len(told), max(1, len(told) // 4)):
        control = Control()
        job = export.run(ExportSpec(survey.file, source, spec.output, ExportOptions(overwrite=True), quantity), control)
        for _ in range(stop):
            next(job)
        control.cancel()
        with pytest.raises(CancelledError):
            for _ in job:
                pass
    # A worker that is told to drop a job closes it where it stands.
    job = export.run(ExportSpec(survey.file, source, spec.output, ExportOptions(overwrite=True), quantity), Control())
    for _ in range(len(told) // 2 + 1):
        next(job)
    job.close()
    assert {file: file.stat().st_mtime_ns for file in tmp_path.rglob("*")} == before


def test_a_picture_shows_classes_over_the_amplitudes(survey: TinySurvey, predicted: Path, tmp_path: Path) -> None:
    from PIL import Image

    options = ExportOptions(at=At("inline", 1020))
    spec = ExportSpec(survey.file, survey.truth, tmp_path / "t.png", options)
    with Image.open(LocalCompute().run(spec)) as picture:
        shown = np.asarray(picture).astype(int)
    assert shown.shape == (96, 96, 3)
    truth = np.load(survey.truth)[2].T
    # The first class is blue, the second red, whatever the amplitude below.
    assert (shown[..., 2] > shown[..., 0])[truth == 0].all()
    assert (shown[..., 0] > shown[..., 2])[truth == 1].all()
    spec = ExportSpec(survey.file, predicted / "probabilities.zarr", tmp_path / "p.png", options, "probabilities")
    LocalCompute().run(spec)
    assert len(list(tmp_path.glob("p_class-?.png"))) == 3
    with pytest.raises(OutputError, match=r"name one, as in --at inline=1000"):
        LocalCompute().run(ExportSpec(survey.file, survey.truth, tmp_path / "u.png"))
